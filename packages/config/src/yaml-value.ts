import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type Pair } from 'yaml'
import type { ReadIssueCode } from './finding.ts'

/** How many values aliases may stand for, all in all, so that a short text cannot become an endless one. */
const maxAliased = 100_000

/** Tells of something at an offset of the text. */
export type ReportAt = (offset: number, code: ReadIssueCode, message: string, fix?: string) => void

/** A value that has an anchor. */
interface Anchored {
  readonly value: unknown
  /** The value and everything in it, aliases counted in full. */
  readonly size: number
}

/** What a document says, as plain data. Reports what YAML allows and a configuration should not contain. */
export function readValue(document: Document.Parsed, report: ReportAt): unknown {
  return new ValueReader(report).read(document.contents)
}

class ValueReader {
  readonly #report: ReportAt
  readonly #anchors = new Map<string, Anchored | 'open'>()
  #size = 0
  #aliased = 0

  constructor(report: ReportAt) {
    this.#report = report
  }

  read(node: unknown): unknown {
    if (isAlias(node)) return this.#alias(node.source, startOf(node))
    this.#size++
    if (!isScalar(node) && !isMap(node) && !isSeq(node)) return null
    const { anchor } = node
    if (anchor === undefined) return this.#value(node)
    const before = this.#size
    this.#anchors.set(anchor, 'open')
    const value = this.#value(node)
    this.#anchors.set(anchor, { value, size: this.#size - before + 1 })
    return value
  }

  #value(node: Node): unknown {
    if (isSeq(node)) return node.items.map((item) => this.read(item))
    if (isMap(node)) return this.#map(node.items as readonly Pair[])
    return isScalar(node) ? node.value : null
  }

  #map(pairs: readonly Pair[]): Record<string, unknown> {
    const result: Record<string, unknown> = {}
    for (const { key, value } of pairs) {
      const name = keyOf(key)
      const offset = startOf(key)
      if (name === '<<' && isScalar(key) && key.type === 'PLAIN')
        this.#report(offset, 'yaml-merge-key', 'merge keys are not read', 'write the fields out, or share options')
      else if (Object.hasOwn(result, name))
        this.#report(offset, 'yaml-duplicate-key', `${JSON.stringify(name)} stands twice in one mapping`, fixOf(name))
      // A plain assignment to `__proto__` would not make a field.
      const field = { value: this.read(value), enumerable: true, writable: true, configurable: true }
      Object.defineProperty(result, name, field)
    }
    return result
  }

  #alias(name: string, offset: number): unknown {
    const anchored = this.#anchors.get(name)
    if (anchored === undefined || anchored === 'open') {
      const why = anchored === undefined ? 'stands for nothing: its anchor must come before it' : 'contains itself'
      this.#report(offset, 'yaml-alias', `the alias *${name} ${why}`)
      return null
    }
    const before = this.#aliased
    this.#size += anchored.size
    this.#aliased += anchored.size
    if (this.#aliased <= maxAliased) return anchored.value
    if (before <= maxAliased)
      this.#report(offset, 'yaml-alias', `aliases stand for more than ${maxAliased} values`, 'write them out')
    return null
  }
}

/** Where two resources follow each other without a line of dashes, the second looks like a repetition. */
function fixOf(twice: string): string {
  return twice === 'apiVersion' ? 'begin another document with "---"' : 'keep one'
}

/** The text of a key; all keys are texts. */
export function keyOf(key: unknown): string {
  return isScalar(key) ? String(key.value ?? '') : ''
}

function startOf(node: unknown): number {
  return (node as { readonly range?: readonly number[] | null } | null)?.range?.[0] ?? 0
}
