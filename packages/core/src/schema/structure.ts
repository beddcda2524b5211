import type { z } from 'zod'
import { type Note, noteOf } from './field.ts'

/** What a schema is made of, as far as a walk over it needs to know. */
export type Structure =
  | { readonly kind: 'message'; readonly fields: ReadonlyMap<string, MessageField> }
  | { readonly kind: 'list' | 'map'; readonly element: z.core.$ZodType }
  | { readonly kind: 'leaf' }

/** One field of a message. */
export interface MessageField {
  readonly schema: z.core.$ZodType
  readonly required: boolean
  readonly note: Note
}

const known = new WeakMap<z.core.$ZodType, Structure>()

/** The structure of a schema of ours. */
export function structureOf(schema: z.core.$ZodType): Structure {
  const before = known.get(schema)
  if (before !== undefined) return before
  const structure = analyse(schema as z.core.$ZodTypes)
  known.set(schema, structure)
  return structure
}

function analyse({ _zod: { def } }: z.core.$ZodTypes): Structure {
  switch (def.type) {
    case 'object':
      return {
        kind: 'message',
        fields: new Map(Object.entries(def.shape).map(([name, field]) => [name, fieldOf(field)])),
      }
    case 'array':
      return { kind: 'list', element: def.element }
    case 'record':
      return { kind: 'map', element: def.valueType }
    default:
      return { kind: 'leaf' }
  }
}

function fieldOf(schema: z.core.$ZodType): MessageField {
  const { def } = (schema as z.core.$ZodTypes)._zod
  if (def.type !== 'optional') return { schema, required: true, note: noteOf(schema) }
  return { schema: def.innerType, required: false, note: noteOf(def.innerType) }
}
