import type { z } from 'zod'
import { type FieldStatus, type Note, noteOf } from './field.ts'
import { gatewayConfig } from './gateway-config.ts'
import { structureOf } from './structure.ts'

/** One option of the configuration and what headgate does with it. */
export interface FieldEntry {
  /** Path with `[]` for lists and `{}` for maps: `virtualServices[].virtualHost.routes[].options.timeout`. */
  readonly path: string
  readonly status: FieldStatus
  /** Why it is not done: the work it is planned with, or a sentence. Empty when it is done. */
  readonly because: string
  /** What using it is while it is not done. */
  readonly use?: 'error' | 'warning'
  /** Release that brought it. */
  readonly since?: string
  /** Whether Gloo does not have it. */
  readonly extension: boolean
}

/** Every option there is, in the order of the schema. What is in an option that is not done, is not done either. */
export function listFields(): readonly FieldEntry[] {
  const entries: FieldEntry[] = []
  collect(gatewayConfig, '', {}, entries)
  return entries
}

function collect(schema: z.core.$ZodType, path: string, around: Note, entries: FieldEntry[]): void {
  const structure = structureOf(schema)
  if (structure.kind === 'list') collect(structure.element, `${path}[]`, around, entries)
  if (structure.kind === 'map') collect(structure.element, `${path}{}`, around, entries)
  if (structure.kind !== 'message') return
  for (const [name, { schema: field, note }] of structure.fields) {
    const place = path === '' ? name : `${path}.${name}`
    const own = (around.status ?? 'done') === 'done' ? { ...noteOf(field), ...note } : { ...note, ...around }
    entries.push(entryOf(place, own))
    collect(field, place, own, entries)
  }
}

function entryOf(path: string, { status = 'done', because = '', use, since, extension = false }: Note): FieldEntry {
  return {
    path,
    status,
    because: status === 'done' ? '' : because,
    ...(status !== 'done' && use !== undefined && { use }),
    ...(since !== undefined && { since }),
    extension,
  }
}
