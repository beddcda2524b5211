import type { z } from 'zod'
import { parseDuration } from './duration.ts'
import { type Note, noteOf, plans } from './field.ts'
import type { SchemaIssueCode } from './issue.ts'
import { nearest } from './nearest.ts'
import { type MessageField, structureOf } from './structure.ts'

/** A place in the configuration. */
export type Path = readonly (string | number)[]

/** What was found at a place. */
export interface Found {
  readonly severity: 'error' | 'warning'
  readonly code: SchemaIssueCode
  readonly path: Path
  readonly message: string
  readonly found?: string
  readonly expected?: string
  readonly fix?: string
}

/** A configuration in the one form that the rest of headgate knows. */
export interface Normalized {
  readonly value: unknown
  readonly found: readonly Found[]
  /** Where secrets are. */
  readonly secrets: readonly Path[]
}

/** What using an unimplemented option means. */
export type Unsupported = 'error' | 'warning'

/**
 * Brings what protobuf JSON can write in several ways to one form: field names in camelCase, enums by name, 64-bit
 * numbers as numbers, durations in seconds, `null` as absence. Tells of unknown fields and of options that are not
 * implemented. The result is a copy; values of a wrong type stay as they are, for the schema to refuse.
 */
export function normalize(schema: z.core.$ZodType, input: unknown, unsupported: Unsupported = 'error'): Normalized {
  const walk = new Walk(unsupported)
  const value = walk.value(schema, input, [], false)
  return { value, found: walk.found, secrets: walk.secrets }
}

class Walk {
  readonly found: Found[] = []
  readonly secrets: Path[] = []
  readonly #unsupported: Unsupported

  constructor(unsupported: Unsupported) {
    this.#unsupported = unsupported
  }

  /** `covered`: that the option around this value is not implemented has been said. */
  value(schema: z.core.$ZodType, input: unknown, path: Path, covered: boolean): unknown {
    const note = noteOf(schema)
    const { shorthand } = note
    const value = shorthand !== undefined && typeof input === 'function' ? { [shorthand]: input } : input
    if (note.secret === true) this.secrets.push(path)
    const structure = structureOf(schema)
    switch (structure.kind) {
      case 'message':
        return isObject(value) ? this.#message(structure.fields, note, value, path, covered) : value
      case 'list':
        return Array.isArray(value)
          ? value.map((element, index) => this.value(structure.element, element, [...path, index], covered))
          : value
      case 'map':
        return isObject(value) ? this.#map(structure.element, lift(value, note.lifted), path, covered) : value
      case 'leaf':
        return scalar(value, note)
    }
  }

  #message(
    fields: ReadonlyMap<string, MessageField>,
    { ignored = [] }: Note,
    input: Readonly<Record<string, unknown>>,
    path: Path,
    covered: boolean,
  ): Record<string, unknown> {
    const result: Record<string, unknown> = {}
    for (const [key, value] of Object.entries(input)) {
      const name = fields.has(key) ? key : camelCase(key)
      const field = fields.get(name)
      if (field === undefined) {
        if (!ignored.includes(key)) this.#unknown(key, fields.keys(), path)
      } else if (value !== undefined && value !== null) {
        const place = [...path, name]
        if (Object.hasOwn(result, name)) this.#twice(name, place)
        const told = this.#status(name, field.note, place, covered)
        result[name] = this.value(field.schema, value, place, covered || told)
      }
    }
    return result
  }

  #map(
    element: z.core.$ZodType,
    input: Readonly<Record<string, unknown>>,
    path: Path,
    covered: boolean,
  ): Record<string, unknown> {
    const result: Record<string, unknown> = {}
    for (const [key, value] of Object.entries(input)) {
      if (key === '__proto__')
        this.found.push({
          severity: 'error',
          code: 'forbidden-key',
          path,
          message: 'a map cannot have the key "__proto__"',
        })
      else if (value !== undefined) result[key] = this.value(element, value, [...path, key], covered)
    }
    return result
  }

  #unknown(key: string, fields: Iterable<string>, path: Path): void {
    const names = [...fields]
    const meant = nearest(key, names)
    this.found.push({
      severity: 'error',
      code: key === '__proto__' ? 'forbidden-key' : 'unknown-field',
      path: [...path, key],
      message: `unknown field ${JSON.stringify(key)}`,
      ...(names.length <= 12 && { expected: names.join(', ') }),
      ...(meant !== undefined && { fix: `did you mean "${meant}"?` }),
    })
  }

  #twice(name: string, path: Path): void {
    this.found.push({
      severity: 'error',
      code: 'duplicate-field',
      path,
      message: `"${name}" is written in camelCase and in snake_case`,
      fix: 'keep one of the two',
    })
  }

  #status(name: string, { status = 'done', because = '', use = 'error' }: Note, path: Path, covered: boolean): boolean {
    if (status === 'done' || covered) return false
    this.found.push({
      severity: use === 'error' ? this.#unsupported : 'warning',
      code: status === 'later' ? 'not-implemented' : 'not-supported',
      path,
      message:
        status === 'later'
          ? `"${name}" is not implemented yet; it is planned with ${because} (${plans[because as keyof typeof plans]})`
          : `"${name}" is not supported. ${because}`,
      fix: use === 'error' ? `remove ${name}` : 'it is ignored; remove it to be rid of this warning',
    })
    return true
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The name protobuf gives a field in JSON. */
function camelCase(name: string): string {
  return name.replaceAll(/_+([a-zA-Z0-9])/g, (_, letter: string) => letter.toUpperCase())
}

/** Takes the content of one key one level up. What stands there already, stays. */
function lift(value: Readonly<Record<string, unknown>>, key: string | undefined): Readonly<Record<string, unknown>> {
  if (key === undefined || !Object.hasOwn(value, key)) return value
  const { [key]: inner, ...outer } = value
  return isObject(inner) ? { ...inner, ...outer } : value
}

function scalar(value: unknown, { numbers, int64, duration }: Note): unknown {
  if (numbers !== undefined && typeof value === 'number') return numbers[value] ?? value
  if (int64 === true && typeof value === 'string' && /^-?\d{1,19}$/.test(value)) return Number(value)
  if (duration === true && typeof value === 'string') return canonicalDuration(value)
  return value
}

function canonicalDuration(value: string): string {
  if (/^\d+(\.\d+)?(ms|s|m|h)$/.test(value)) return value
  const length = parseDuration(value)
  return length === undefined ? value : `${length / 1000}s`
}
