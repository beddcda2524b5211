import { enumeration, flag, list, message, required, text, uint32 } from './protobuf-json.ts'

/** Compiles only if a schema that says more or less than its interface is refused. */
interface Sample {
  readonly name: string
  readonly size?: number
  readonly mode?: 'FAST' | 'SLOW'
  readonly tags?: readonly string[]
}

const name = required(text())
const size = uint32()
const mode = enumeration('FAST', 'SLOW')
const tags = list(text())

export const same = message<Sample>('Sample', { name, size, mode, tags })

// @ts-expect-error a key is missing
export const missing = message<Sample>('Sample', { name, size, mode })
// @ts-expect-error a key too many
export const extra = message<Sample>('Sample', { name, size, mode, tags, more: flag() })
// @ts-expect-error another type
export const other = message<Sample>('Sample', { name, size: text(), mode, tags })
// @ts-expect-error fewer names than the interface
export const narrow = message<Sample>('Sample', { name, size, mode: enumeration('FAST'), tags })
// @ts-expect-error more names than the interface
export const wide = message<Sample>('Sample', { name, size, mode: enumeration('FAST', 'SLOW', 'NONE'), tags })
// @ts-expect-error required by the interface only
export const optional = message<Sample>('Sample', { name: text(), size, mode, tags })
// @ts-expect-error required by the schema only
export const needed = message<Sample>('Sample', { name, size: required(uint32()), mode, tags })
// @ts-expect-error a list of something else
export const lists = message<Sample>('Sample', { name, size, mode, tags: list(uint32()) })
