import type { Empty } from './common.ts'

/**
 * Decides whether a request belongs to a route. Everything in one matcher must hold; several matchers of one route are
 * alternatives. At most one of `prefix`, `exact`, `regex`, `connectMatcher` and `pathTemplate` may be set, and none of
 * them means the prefix `/`. Paths are compared without their query.
 *
 * Source: Gloo `matchers.proto`.
 */
export interface Matcher {
  /** The path starts with this text. No segment boundary is implied: `/a` admits `/abc`. */
  readonly prefix?: string
  /** The path is this text; a trailing slash counts. */
  readonly exact?: string
  /** The whole path matches this RE2 expression. */
  readonly regex?: string
  /** The request is a CONNECT request. */
  readonly connectMatcher?: Empty
  /**
   * The path has this shape: `:name` stands for one segment, and `*name` at the end for the rest, which may be empty, as in
   * `/users/:id` and `/files/*rest`.
   * @remarks headgate extension
   */
  readonly pathTemplate?: string
  /** Whether upper and lower case differ in `prefix`, `exact` and `pathTemplate`. Default true. */
  readonly caseSensitive?: boolean
  /** All must match. */
  readonly headers?: readonly HeaderMatcher[]
  /** All must match. */
  readonly queryParameters?: readonly QueryParameterMatcher[]
  /** One must be the request's method. Case-sensitive. Default: any method. */
  readonly methods?: readonly string[]
}

/** A condition on a header; `:method`, `:path`, `:authority` and `:scheme` can be asked for, too. */
export interface HeaderMatcher {
  readonly name: string
  /** What the value must be. Empty or absent: the header only has to be there. */
  readonly value?: string
  /** Whether `value` is an RE2 expression for the whole value. Default false. */
  readonly regex?: boolean
  /** Turns the condition round. With a value, the header must be there and be different. Default false. */
  readonly invertMatch?: boolean
}

/** A condition on the first query parameter of this name, in its raw, undecoded form. */
export interface QueryParameterMatcher {
  readonly name: string
  /** What the value must be. Empty or absent: the parameter only has to be there. */
  readonly value?: string
  /** Whether `value` is an RE2 expression for the whole value. Default false. */
  readonly regex?: boolean
}
