import { z } from 'zod'
import type { Duration, Empty, Json, JsonObject, Opaque } from '../config/common.ts'
import { durationPattern, parseDuration } from './duration.ts'
import { annotate, type Field, messageNames, type Note } from './field.ts'
import { type Rule, wholeRule } from './rule.ts'

/** A field that must be set. */
interface RequiredField<T> {
  readonly '~required': Field<T>
}

/** One schema for each key of `T`, neither more nor fewer, wrapped where `T` says that the key is required. */
type Fields<T> = {
  readonly [Key in keyof Required<T>]: Record<never, never> extends Pick<T, Key>
    ? Field<Required<T>[Key]>
    : RequiredField<T[Key]>
}

/** zod types what a schema reads; that it reads `T` and nothing else is what these helpers are for. */
function exact<T>(schema: z.ZodType, note?: Note): Field<T> {
  const field = schema as unknown as Field<T>
  return note === undefined ? field : annotate(field, note)
}

/**
 * A message. Every key of the interface has its schema here, so that the two cannot part.
 *
 * @param name of the interface, for documents
 */
export function message<T extends object>(name: string, fields: Fields<T>, ...rules: readonly Rule<T>[]): Field<T> {
  const shape: Record<string, z.ZodType> = {}
  for (const [key, field] of Object.entries(
    fields as Readonly<Record<string, Field<unknown> | RequiredField<unknown>>>,
  ))
    shape[key] = '~required' in field ? field['~required'] : field.exactOptional()
  const schema = rules.reduce((checked, rule) => checked.check(rule), exact<T>(z.strictObject(shape)))
  messageNames.add(schema, { id: name })
  return schema
}

/** Marks a field that must be set. */
export function required<T>(field: Field<T>): RequiredField<T> {
  return { '~required': field }
}

/** A text. */
export function text(...rules: readonly Rule<string>[]): Field<string> {
  return exact(rules.reduce((schema, rule) => schema.check(rule), z.string()))
}

/** A `bool` or `BoolValue`. */
export function flag(): Field<boolean> {
  return exact(z.boolean())
}

/** Bounds of a number, both allowed. */
interface Bounds {
  readonly min?: number
  readonly max?: number
}

/** A `uint32` or `UInt32Value`. */
export function uint32({ min = 0, max = 4_294_967_295 }: Bounds = {}): Field<number> {
  return exact(z.int().min(min).max(max))
}

/** An `int32` or `Int32Value`. */
export function int32({ min = -2_147_483_648, max = 2_147_483_647 }: Bounds = {}): Field<number> {
  return exact(z.int().min(min).max(max))
}

/** An `int64` or `uint64`, which may be written as text. */
export function int64({ min = 0, max = Number.MAX_SAFE_INTEGER }: Bounds = {}): Field<number> {
  return exact(z.int().min(min).max(max), { int64: true })
}

/** A `double`, `float` or its wrapper. */
export function double({ min, max }: Bounds = {}): Field<number> {
  let schema = z.number()
  if (min !== undefined) schema = schema.min(min)
  if (max !== undefined) schema = schema.max(max)
  return exact(schema)
}

/** A share, 0 to 100. */
export function percentage(): Field<number> {
  return double({ min: 0, max: 100 })
}

/** A whole share, 0 to 100. */
export function wholePercentage(): Field<number> {
  return uint32({ max: 100 })
}

/** A `google.protobuf.Duration`; `min` in milliseconds. */
export function duration({ min = 0 }: { readonly min?: number } = {}): Field<Duration> {
  const rule = wholeRule<string>((value, report) => {
    const length = parseDuration(value)
    if (length === undefined)
      report({
        code: 'invalid-duration',
        message: `${/^-?\d+(\.\d+)?$/.test(value) ? 'a duration needs a unit' : 'not a duration'}`,
        expected: 'a duration with its unit, not negative, such as "1.5s" or "250ms"',
        ...(/^\d+(\.\d+)?$/.test(value) && { fix: `write "${value}s" for seconds` }),
      })
    else if (length < min)
      report({ code: 'out-of-range', message: 'the duration is too short', expected: `at least ${min}ms` })
  })
  return exact(z.string().check(rule), { duration: true, jsonSchema: { pattern: durationPattern } })
}

/** `bytes`, in base64 of either alphabet. */
export function bytes(): Field<string> {
  const rule = wholeRule<string>((value, report) => {
    if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(value) || value.replace(/=+$/, '').length % 4 === 1)
      report({ code: 'invalid-format', message: 'not base64', expected: 'base64' })
  })
  return exact(z.string().check(rule), { jsonSchema: { contentEncoding: 'base64' } })
}

/** An enum by its names, in the order of their protobuf numbers. */
export function enumeration<const Name extends string>(...names: readonly [Name, ...Name[]]): Field<Name> {
  return exact(z.enum([...names]), { numbers: names })
}

/** A repeated field. */
export function list<T>(
  element: Field<T>,
  { min = 0 }: Bounds = {},
  ...rules: readonly Rule<readonly T[]>[]
): Field<readonly T[]> {
  const schema = exact<readonly T[]>(min === 0 ? z.array(element) : z.array(element).min(min))
  return rules.reduce((checked, rule) => checked.check(rule), schema)
}

/** A map. Its keys are names that somebody chose, so they are taken as they are written. */
export function map<T>(
  value: Field<T>,
  ...rules: readonly Rule<Readonly<Record<string, T>>>[]
): Field<Readonly<Record<string, T>>> {
  const schema = exact<Readonly<Record<string, T>>>(z.record(z.string(), value))
  return rules.reduce((checked, rule) => checked.check(rule), schema)
}

/** `google.protobuf.Empty`, or a message without fields. */
export function empty(): Field<Empty> {
  return exact(z.strictObject({}))
}

/** A message that nobody looks into. */
export function opaque(): Field<Opaque> {
  return exact(z.record(z.string(), z.unknown()))
}

/** A `google.protobuf.Struct`. */
export function struct(): Field<JsonObject> {
  return map(json())
}

/** A `google.protobuf.Value`. */
export function json(): Field<Json> {
  return exact(
    z.unknown().check(
      wholeRule((value, report) => {
        if (!isJson(value)) report({ code: 'wrong-type', message: 'not a JSON value', expected: 'JSON' })
      }),
    ),
  )
}

/** A value of JavaScript that JSON does not have. */
export function native<T>(test: (value: unknown) => boolean, expected: string): Field<T> {
  return exact(
    z.unknown().check(
      wholeRule((value, report) => {
        if (!test(value)) report({ code: 'wrong-type', message: `must be ${expected}`, expected })
      }),
    ),
  )
}

/** Walks with a list of its own: the depth of the input must not be the depth of the stack. */
function isJson(root: unknown): boolean {
  const open = [root]
  const seen = new Set<unknown>()
  while (open.length > 0) {
    const value = open.pop()
    if (value === null || typeof value === 'string' || typeof value === 'boolean') continue
    if (typeof value === 'number' && Number.isFinite(value)) continue
    if (typeof value !== 'object') return false
    if (!seen.has(value)) open.push(...Object.values(value))
    seen.add(value)
  }
  return true
}
