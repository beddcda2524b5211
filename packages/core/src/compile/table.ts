import type { GatewayRequest } from '../http/message.ts'
import { foldCase } from '../match/ascii-case.ts'
import type { CompiledMatcher } from '../match/matcher.ts'
import { RouteIndex } from './index-table.ts'

/** What a {@link RouteTable} holds: a route with one of its matchers. */
export interface TableEntry {
  readonly matcher: CompiledMatcher
}

/** Options of {@link RouteTable}. */
export interface RouteTableOptions {
  /** Number of entries from which on an index is used; below, trying them in turn is faster. Default 32. */
  readonly indexFrom?: number
}

const defaultIndexFrom = 32

/**
 * Routes in order, of which the first that matches is taken. Long tables have an index, which changes the time it
 * takes and nothing else.
 */
export class RouteTable<Entry extends TableEntry> {
  readonly entries: readonly Entry[]
  readonly #index: RouteIndex<Entry> | undefined

  constructor(entries: readonly Entry[], { indexFrom = defaultIndexFrom }: RouteTableOptions = {}) {
    this.entries = entries
    this.#index = entries.length < indexFrom ? undefined : createIndex(entries)
  }

  /** The first entry that matches. */
  find(request: GatewayRequest): Entry | undefined {
    const { path } = request
    if (this.#index !== undefined) return this.#index.find(path, request)
    for (const entry of this.entries) if (entry.matcher.accepts(path, request)) return entry
    return undefined
  }

  /**
   * Every entry whose path begins like the request's, in order: those that {@link find} would not leave out at first
   * sight. For explanations, not for serving.
   */
  candidates({ path }: GatewayRequest): readonly Entry[] {
    const folded = foldCase(path)
    return this.entries.filter(
      ({
        matcher: {
          path: { literal, exactLiteral, caseSensitive },
        },
      }) => {
        const text = caseSensitive ? path : folded
        const wanted = caseSensitive ? literal : foldCase(literal)
        return exactLiteral ? text === wanted : text.startsWith(wanted)
      },
    )
  }
}

/** The index is made of generated functions; where a platform forbids those, routes are tried in turn instead. */
function createIndex<Entry extends TableEntry>(entries: readonly Entry[]): RouteIndex<Entry> | undefined {
  try {
    return new RouteIndex(entries)
  } catch (error) {
    if (error instanceof EvalError) return undefined
    throw error
  }
}
