/**
 * A length of time as protobuf JSON writes it: `'1.5s'`, and as Go writes it: `'250ms'`, `'5m'`, `'1h'`.
 * A bare number is refused, because nobody can tell its unit.
 */
export type Duration = `${number}${'ns' | 'us' | 'ms' | 's' | 'm' | 'h'}`

/** A JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject

/** A `google.protobuf.Struct`: any JSON object. Keys are left as they are written. */
export interface JsonObject {
  readonly [key: string]: Json
}

/** A message of Gloo's API that headgate recognises by name and does not look into. */
export type Opaque = Readonly<Record<string, unknown>>

/** A message without fields: its presence is its meaning. Written `{}`. */
export type Empty = Readonly<Record<string, never>>

/** Names a resource. */
export interface ResourceRef {
  readonly name: string
  /** Default: the namespace of the resource that holds the reference. */
  readonly namespace?: string
}

/** Identity of a resource. */
export interface Metadata {
  readonly name: string
  /** Default `default`. */
  readonly namespace?: string
  /** What selectors look at. */
  readonly labels?: Readonly<Record<string, string>>
  /** Free notes. Never interpreted. */
  readonly annotations?: Readonly<Record<string, string>>
}

/** A regular expression in RE2 syntax. */
export interface RegexPattern {
  readonly regex: string
  /** Envoy's choice of engine. Always RE2, so it says nothing. */
  readonly googleRe2?: RegexEngine
}

/** Settings of the RE2 engine. */
export interface RegexEngine {
  /** Largest compiled program. `Settings.gloo.regexMaxProgramSize` is used instead. */
  readonly maxProgramSize?: number
}

/** Replaces every match of `pattern` in a text. */
export interface RegexRewrite {
  readonly pattern: RegexPattern
  /** The replacement; `\1` to `\9` insert a capture group and `\0` the whole match. Default: empty. */
  readonly substitution?: string
}

/** A block of IP addresses. */
export interface CidrRange {
  readonly addressPrefix: string
  /** Leading bits that count. Default 0: every address. */
  readonly prefixLen?: number
}

/** A header by name and value. */
export interface HeaderValue {
  readonly key: string
  readonly value?: string
}

/** A refilling bucket of tokens. */
export interface TokenBucket {
  /** Capacity, at least 1. The bucket starts full. */
  readonly maxTokens: number
  /** Tokens added at each fill. Default 1. */
  readonly tokensPerFill?: number
  /** Time between fills, at least `50ms`. Default `1s`. */
  readonly fillInterval?: Duration
}
