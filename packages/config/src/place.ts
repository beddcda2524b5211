import type { SourceLocation } from '@headgate/core'
import { type Document, isAlias, isMap, isSeq, type Node, type Pair } from 'yaml'
import type { SourceText } from './source-text.ts'
import { keyOf } from './yaml-value.ts'

/** Keys of mappings and indexes of lists, from the outside in. */
export type Steps = readonly (string | number)[]

/** Where something stands in a text. */
export interface Place {
  readonly source: SourceText
  /** Number of its document. */
  readonly document: number
  readonly steps: Steps
}

/** A place within a place. */
export function placeWithin(place: Place, ...steps: Steps): Place {
  return { ...place, steps: [...place.steps, ...steps] }
}

/** Line and column of a place, or of what is nearest around it: a key stands for its value. */
export function locationOf({ source, document, steps }: Place): SourceLocation {
  const parsed = source.documents.all[document]
  return source.location(parsed === undefined ? 0 : offsetOf(parsed, steps))
}

function offsetOf(document: Document.Parsed, steps: Steps): number {
  let node: unknown = document.contents
  let offset = startOf(node) ?? document.range[0]
  for (const step of steps) {
    const next = enter(document, node, step)
    if (next === undefined) break
    node = next.node
    offset = startOf(next.key) ?? startOf(node) ?? offset
  }
  return offset
}

interface Entered {
  readonly key?: unknown
  readonly node: unknown
}

function enter(document: Document.Parsed, outer: unknown, step: string | number): Entered | undefined {
  const node = isAlias(outer) ? outer.resolve(document) : outer
  if (isSeq(node)) return typeof step === 'number' && step in node.items ? { node: node.items[step] } : undefined
  if (!isMap(node)) return undefined
  const pairs = node.items as readonly Pair[]
  const pair =
    pairs.find(({ key }) => keyOf(key) === step) ?? pairs.find(({ key }) => camelCase(keyOf(key)) === String(step))
  return pair === undefined ? undefined : { key: pair.key, node: pair.value }
}

/** The name that protobuf gives a field in JSON. */
function camelCase(name: string): string {
  return name.replaceAll(/_+([a-zA-Z0-9])/g, (_, letter: string) => letter.toUpperCase())
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0]
}
