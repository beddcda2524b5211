import findMyWay from 'find-my-way'
import type { GatewayRequest } from '../http/message.ts'
import { foldCase } from '../match/ascii-case.ts'
import { type Best, Bucket } from './bucket.ts'
import type { TableEntry } from './table.ts'

/**
 * Finds the first route that matches without trying them all.
 *
 * Each route is filed under the text that its path must begin with: exact paths in a map, everything else in the tree
 * of find-my-way, as the pattern `text*`. The tree gives the longest text that the path begins with; shorter ones are
 * reached from there, each by the next. The routes under all of these are the candidates; their own conditions decide,
 * and their order.
 */
export class RouteIndex<Entry extends TableEntry> {
  readonly #folds: boolean
  readonly #exact = new Map<string, Bucket<Entry>>()
  /** Routes without a usable beginning: all paths have them among their candidates. */
  readonly #root: Bucket<Entry>
  readonly #tree = findMyWay({ querystringParser: () => undefined })
  /** One for all look-ups, of which none starts before the one before has ended. */
  readonly #best: Best<Entry> = { order: 0, entry: undefined }
  /** The first route that is filed in the tree or has no beginning; what is found before needs no look there. */
  readonly #firstInTree: number

  constructor(entries: readonly Entry[]) {
    this.#folds = entries.some(({ matcher }) => !matcher.path.caseSensitive)
    const exact = new Map<string, number[]>()
    const byText = new Map<string, number[]>()
    let firstInTree = entries.length
    for (const [order, { matcher }] of entries.entries()) {
      const literal = this.#key(matcher.path.literal)
      if (matcher.path.exactLiteral) {
        file(exact, literal, order)
        continue
      }
      file(byText, literal.startsWith('/') ? encode(literal) : '', order)
      firstInTree = Math.min(firstInTree, order)
    }
    this.#firstInTree = firstInTree
    for (const [path, orders] of exact) this.#exact.set(path, new Bucket(entries, orders))
    this.#root = new Bucket(entries, byText.get('') ?? [])
    byText.delete('')
    // Shorter texts first: the tree then knows the next shorter one of each text that is added.
    for (const [text, orders] of [...byText].sort(([left], [right]) => left.length - right.length)) {
      const parent = this.#longest(text)
      this.#tree.on('GET', `${text}*`, ignore, new Bucket(entries, orders, parent))
    }
  }

  /** @param path of the request, without query */
  find(path: string, request: GatewayRequest): Entry | undefined {
    const key = this.#key(path)
    const best = this.#best
    best.order = Number.POSITIVE_INFINITY
    best.entry = undefined
    this.#exact.get(key)?.search(path, request, best)
    if (best.order < this.#firstInTree) return best.entry
    let bucket: Bucket<Entry> | undefined = key.charCodeAt(0) === slash ? this.#longest(encode(key)) : this.#root
    for (; bucket !== undefined; bucket = bucket.parent) bucket.search(path, request, best)
    return best.entry
  }

  /** Where letter case does not count for one route, none is told apart by it here. */
  #key(text: string): string {
    return this.#folds ? foldCase(text) : text
  }

  #longest(encoded: string): Bucket<Entry> {
    return (this.#tree.find('GET', encoded)?.store as Bucket<Entry> | undefined) ?? this.#root
  }
}

const slash = 0x2f

/** The tree wants a handler for each pattern; only what is stored beside it is used. */
function ignore(): void {}

function file(orders: Map<string, number[]>, key: string, order: number): void {
  const list = orders.get(key)
  if (list === undefined) orders.set(key, [order])
  else list.push(order)
}

/**
 * Replaces what find-my-way would decode, cut off or take for a pattern. Both what is filed and what is looked up go
 * through here. Two texts may become one; then there are more candidates, never fewer.
 */
function encode(text: string): string {
  return /[%:*?#]/.test(text) ? text.replace(/[%:*?#]/g, '\u0001') : text
}
