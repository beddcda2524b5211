import { z } from 'zod'

/**
 * A schema whose values are exactly `T`. The phantom member makes `T` invariant, so that a schema that takes more or
 * less than the hand-written interface says is a compile error.
 */
export interface Field<T> extends z.ZodType<T> {
  readonly '~exact'?: (value: T) => T
}

/** Whether headgate does what an option says. */
export type FieldStatus = 'done' | 'later' | 'never'

/** What is known about a field besides its type. Notes of a schema hold for whatever is derived from it. */
export interface Note {
  readonly status?: FieldStatus
  /** Why not; for `later`, the piece of work it comes with. */
  readonly because?: string
  /** What using it means while it is not done. */
  readonly use?: 'error' | 'warning'
  /** Release that brought it. */
  readonly since?: string
  /** Not in Gloo's API. */
  readonly extension?: boolean
  /** Values must not be shown. */
  readonly secret?: boolean
  /** Names of an enum by protobuf number. */
  readonly numbers?: readonly string[]
  /** A 64-bit integer, which protobuf JSON writes as text. */
  readonly int64?: boolean
  /** A duration, to be brought to one form. */
  readonly duration?: boolean
  /** Keys that Kubernetes writes and nobody reads. */
  readonly ignored?: readonly string[]
  /** The key that a function stands for where it is written in place of the message. */
  readonly shorthand?: string
  /** A key whose content is moved one level up. */
  readonly lifted?: string
  /** What zod cannot express in JSON Schema. */
  readonly jsonSchema?: Readonly<Record<string, unknown>>
}

const notes = z.registry<Note>()

/** Names of the messages. */
export const messageNames = z.registry<{ readonly id: string }>()

/** Everything noted about a schema. */
export function noteOf(schema: z.core.$ZodType): Note {
  return notes.get(schema) ?? {}
}

/** A copy of the schema with a note. */
export function annotate<T>(schema: Field<T>, note: Note): Field<T> {
  const copy = schema.clone() as Field<T>
  notes.add(copy, note)
  return copy
}

/** Pieces of work that bring options, and what is in them. */
export const plans = {
  Resilience: 'retries, faults, shadowing, health checks, circuit breakers, load balancing and upstream HTTP/2',
  Processing: 'transformations, CORS, CSRF, buffering, compression, local rate limits and hybrid gateways',
  Functions: 'cloud functions in @headgate/aws, @headgate/azure and @headgate/gcp, REST functions and gRPC',
  Access: 'authentication, authorisation and rate limit servers',
  Observability: 'access logs, tracing and statistics',
  Discovery: 'hosts from Kubernetes, Consul and EC2',
} as const

/** The option comes with a piece of work. To implement it is to take this wrapper away. */
export function later<T>(plan: keyof typeof plans, schema: Field<T>, use: 'error' | 'warning' = 'error'): Field<T> {
  return annotate(schema, { status: 'later', because: plan, use })
}

/** The option will not come. `because` is a sentence for users. */
export function never<T>(because: string, schema: Field<T>, use: 'error' | 'warning' = 'error'): Field<T> {
  return annotate(schema, { status: 'never', because, use })
}

/** The option is not in Gloo's API. */
export function extension<T>(schema: Field<T>): Field<T> {
  return annotate(schema, { extension: true })
}

/** Findings about the field or what is in it never show a value. */
export function secret<T>(schema: Field<T>): Field<T> {
  return annotate(schema, { secret: true })
}

/** A message that can also be written as the function in one of its fields. */
export function shorthand<T, F>(key: keyof T & string, schema: Field<T>): Field<T | F> {
  return annotate(schema, { shorthand: key }) as unknown as Field<T | F>
}
