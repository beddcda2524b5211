/**
 * HTTP field lines as they came: order, letter case and repetition are kept, one string per octet (latin-1).
 *
 * Names compare without regard to case. The list is flat (`[name, value, name, value, ...]`), the shape in which
 * Node and undici hand headers over and take them back, so that a message that nobody changes is never copied into
 * another structure.
 */
export class HeaderMap implements Iterable<[name: string, value: string]> {
  /** The flat list itself. Read it freely; change it only through the methods. */
  readonly raw: string[]

  constructor(init?: Iterable<readonly [string, string]>) {
    const raw: string[] = []
    if (init !== undefined) for (const [name, value] of init) raw.push(name, value)
    this.raw = raw
  }

  /** Wraps a flat list without copying it; the list belongs to the map from then on. */
  static wrap(raw: string[]): HeaderMap {
    const map = new HeaderMap()
    ;(map as { raw: string[] }).raw = raw
    return map
  }

  /** Copies a flat list. */
  static fromRaw(raw: readonly string[]): HeaderMap {
    return HeaderMap.wrap(raw.slice())
  }

  /** Number of field lines. */
  get size(): number {
    return this.raw.length >> 1
  }

  /** The value of the first line with that name. */
  get(name: string): string | undefined {
    const index = this.indexOf(name, 0)
    return index === -1 ? undefined : this.raw[index + 1]
  }

  /** The values of all lines with that name, in order. */
  getAll(name: string): string[] {
    const values: string[] = []
    for (let index = this.indexOf(name, 0); index !== -1; index = this.indexOf(name, index + 2)) {
      values.push(this.raw[index + 1] as string)
    }
    return values
  }

  /** All lines with that name joined by a comma, the value Envoy's matchers see (RFC 9110, 5.3). */
  getJoined(name: string): string | undefined {
    const first = this.indexOf(name, 0)
    if (first === -1) return undefined
    let joined = this.raw[first + 1] as string
    for (let index = this.indexOf(name, first + 2); index !== -1; index = this.indexOf(name, index + 2)) {
      joined += `,${this.raw[index + 1] as string}`
    }
    return joined
  }

  has(name: string): boolean {
    return this.indexOf(name, 0) !== -1
  }

  /** Leaves exactly one line of that name: the first keeps its place, others go. */
  set(name: string, value: string): this {
    const first = this.indexOf(name, 0)
    if (first === -1) {
      this.raw.push(name, value)
      return this
    }
    this.raw[first + 1] = value
    this.removeFrom(name, first + 2)
    return this
  }

  /** Adds a line after all others. */
  append(name: string, value: string): this {
    this.raw.push(name, value)
    return this
  }

  /** Removes all lines of that name; tells whether there was one. */
  delete(name: string): boolean {
    const first = this.indexOf(name, 0)
    if (first === -1) return false
    this.removeFrom(name, first)
    return true
  }

  clone(): HeaderMap {
    return HeaderMap.wrap(this.raw.slice())
  }

  /** A copy as a flat list. */
  toRaw(): string[] {
    return this.raw.slice()
  }

  *[Symbol.iterator](): IterableIterator<[string, string]> {
    const { raw } = this
    for (let index = 0; index < raw.length; index += 2) yield [raw[index] as string, raw[index + 1] as string]
  }

  private indexOf(name: string, from: number): number {
    const { raw } = this
    const { length } = name
    const lower = name.toLowerCase()
    for (let index = from; index < raw.length; index += 2) {
      const candidate = raw[index] as string
      if (candidate.length === length && (candidate === lower || candidate.toLowerCase() === lower)) return index
    }
    return -1
  }

  private removeFrom(name: string, from: number): void {
    const { raw } = this
    const { length } = name
    const lower = name.toLowerCase()
    let write = from
    for (let read = from; read < raw.length; read += 2) {
      const candidate = raw[read] as string
      if (candidate.length === length && candidate.toLowerCase() === lower) continue
      raw[write] = candidate
      raw[write + 1] = raw[read + 1] as string
      write += 2
    }
    raw.length = write
  }
}
