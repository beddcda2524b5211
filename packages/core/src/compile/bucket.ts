import type { GatewayRequest } from '../http/message.ts'
import { headerValue } from '../http/pseudo.ts'
import type { TableEntry } from './table.ts'

/** The best find so far: the entry that comes first in the table. */
export interface Best<Entry> {
  order: number
  entry: Entry | undefined
}

/** Fewer entries than this are tried in turn. */
const splitFrom = 16

/** Entries that want exactly one value of the same header or method, by that value, and all others. */
interface Split<Entry extends TableEntry> {
  /** A header in lower case, or `:method`. */
  readonly name: string
  readonly byValue: ReadonlyMap<string, Bucket<Entry>>
  readonly others: Bucket<Entry>
}

/**
 * Entries that are told apart by more than the beginning of the path, in order of the table. Many of them are split by
 * the value of the header, or by the method, that most of them ask for.
 */
export class Bucket<Entry extends TableEntry> {
  /** The entries of the next shorter beginning. */
  readonly parent: Bucket<Entry> | undefined
  readonly #orders: readonly number[]
  readonly #entries: readonly Entry[]
  readonly #split: Split<Entry> | undefined

  /**
   * @param all entries of the table
   * @param orders places of this bucket's entries in it, ascending
   * @param done names by which they were split already
   */
  constructor(
    all: readonly Entry[],
    orders: readonly number[],
    parent?: Bucket<Entry>,
    done: ReadonlySet<string> = new Set(),
  ) {
    this.parent = parent
    this.#orders = orders
    this.#entries = orders.map((order) => all[order] as Entry)
    this.#split = orders.length < splitFrom ? undefined : split(all, orders, done)
  }

  /** Puts the first entry that matches into `best`, if it comes before what is there. */
  search(path: string, request: GatewayRequest, best: Best<Entry>): void {
    const table = this.#split
    if (table !== undefined) {
      const value = headerValue(request, table.name)
      if (value !== undefined) table.byValue.get(value)?.search(path, request, best)
      table.others.search(path, request, best)
      return
    }
    const orders = this.#orders
    for (let index = 0; index < orders.length; index++) {
      const order = orders[index] as number
      if (order >= best.order) return
      const entry = this.#entries[index] as Entry
      if (entry.matcher.accepts(path, request)) {
        best.order = order
        best.entry = entry
        return
      }
    }
  }
}

function split<Entry extends TableEntry>(
  all: readonly Entry[],
  orders: readonly number[],
  done: ReadonlySet<string>,
): Split<Entry> | undefined {
  const counts = new Map<string, number>()
  for (const order of orders) {
    for (const name of namesOf(all[order] as Entry)) {
      if (!done.has(name)) counts.set(name, (counts.get(name) ?? 0) + 1)
    }
  }
  const [name, count] = [...counts].reduce((most, next) => (next[1] > most[1] ? next : most), ['', 0])
  if (count < orders.length / 2) return undefined
  const byValue = new Map<string, number[]>()
  const others: number[] = []
  for (const order of orders) {
    const value = keyOf(all[order] as Entry, name)
    const list = value === undefined ? others : byValue.get(value)
    if (list !== undefined) list.push(order)
    else byValue.set(value as string, [order])
  }
  const names = new Set([...done, name])
  const buckets = Array.from(byValue, ([value, list]) => [value, new Bucket(all, list, undefined, names)] as const)
  return { name, byValue: new Map(buckets), others: new Bucket(all, others, undefined, done) }
}

function namesOf({ matcher: { keys } }: TableEntry): readonly string[] {
  const headers = [...keys.headers.keys()]
  return keys.method === undefined ? headers : [...headers, ':method']
}

/** The value of a header that an entry asks for, as its `:method` matcher or header matchers say. */
function keyOf({ matcher: { keys } }: TableEntry, name: string): string | undefined {
  return keys.headers.get(name) ?? (name === ':method' ? keys.method : undefined)
}
