import type { z } from 'zod'
import { type FieldStatus, messageNames, type Note } from './field.ts'
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
  /** Where the same message is listed with what is in it. */
  readonly sameAs?: string
}

/**
 * Every option there is, in the order of the schema. What is in an option that is not done, is not done either. A
 * message that occurs in several places is listed in the first; the other places say so in `sameAs`.
 */
export function listFields(): readonly FieldEntry[] {
  const list = new FieldList()
  list.add(gatewayConfig, '', {})
  return list.entries
}

class FieldList {
  readonly entries: FieldEntry[] = []
  /** Where each message was met first, by message and status. */
  readonly #places = new Map<string, string>()

  add(schema: z.core.$ZodType, path: string, around: Note): void {
    const structure = structureOf(schema)
    if (structure.kind === 'list') this.add(structure.element, `${path}[]`, around)
    if (structure.kind === 'map') this.add(structure.element, `${path}{}`, around)
    if (structure.kind !== 'message') return
    for (const [name, { schema: field, note }] of structure.fields) {
      const place = path === '' ? name : `${path}.${name}`
      const own = (around.status ?? 'done') === 'done' ? note : { ...note, ...around }
      const sameAs = this.#before(field, place, own)
      this.entries.push(entryOf(place, own, sameAs))
      if (sameAs === undefined) this.add(field, place, inherited(own))
    }
  }

  #before(schema: z.core.$ZodType, path: string, { status, because }: Note): string | undefined {
    const { element, suffix } = innermost(schema)
    const name = nameOf(element)
    if (name === undefined) return undefined
    const key = JSON.stringify([name, status ?? 'done', because])
    const before = this.#places.get(key)
    if (before === undefined) this.#places.set(key, `${path}${suffix}`)
    return before
  }
}

/** What holds for everything in an option, too. */
function inherited({ status, because, use, extension }: Note): Note {
  return {
    ...(status !== undefined && { status }),
    ...(because !== undefined && { because }),
    ...(use !== undefined && { use }),
    ...(extension !== undefined && { extension }),
  }
}

function innermost(schema: z.core.$ZodType): { readonly element: z.core.$ZodType; readonly suffix: string } {
  const structure = structureOf(schema)
  if (structure.kind !== 'list' && structure.kind !== 'map') return { element: schema, suffix: '' }
  const { element, suffix } = innermost(structure.element)
  return { element, suffix: `${structure.kind === 'list' ? '[]' : '{}'}${suffix}` }
}

/** The name of a message, however many copies with notes have been made of it. */
function nameOf(schema: z.core.$ZodType | undefined): string | undefined {
  return schema === undefined ? undefined : (messageNames.get(schema)?.id ?? nameOf(schema._zod.parent))
}

function entryOf(
  path: string,
  { status = 'done', because = '', use, since, extension = false }: Note,
  sameAs: string | undefined,
): FieldEntry {
  return {
    path,
    status,
    because: status === 'done' ? '' : because,
    ...(status !== 'done' && use !== undefined && { use }),
    ...(since !== undefined && { since }),
    extension,
    ...(sameAs !== undefined && { sameAs }),
  }
}
