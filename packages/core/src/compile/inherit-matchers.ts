import type { Matcher } from '../config/matcher.ts'
import type { DelegateMatcher } from './delegate-matcher.ts'
import { pathOf, withPath } from './path-specifier.ts'

/** What a route takes from the matcher of its parent. */
export interface InheritanceFlags {
  readonly inheritableMatchers: boolean
  readonly inheritablePathMatchers: boolean
}

/** What the matchers of a delegated route have to do with that of its parent. */
export interface MatcherInheritance extends InheritanceFlags {
  readonly matcher: DelegateMatcher
  /** Whether paths below are relative to the prefix of `matcher`. */
  readonly relativePaths: boolean
}

/**
 * The matchers of a delegated route, with what it takes from its parent. A route without matchers has one: the
 * parent's path if it inherits paths, and otherwise `/`. Inherited conditions are added to the route's own: headers and
 * query parameters narrow it, but methods are alternatives, so inherited methods widen it.
 *
 * Source: Gloo `converter.go`, apart from relative paths.
 */
export function inheritMatchers(own: readonly Matcher[], parent: MatcherInheritance): readonly Matcher[] {
  const matchers: readonly Matcher[] = own.length > 0 ? own : [{ prefix: '/' }]
  return matchers.map((matcher) => inheritConditions(inheritPath(matcher, parent), parent))
}

function inheritPath(matcher: Matcher, parent: MatcherInheritance): Matcher {
  const { caseSensitive, prefix } = parent.matcher
  if (parent.inheritablePathMatchers) {
    const { caseSensitive: replaced, ...others } = withPath(matcher, { prefix })
    return caseSensitive === undefined ? others : { ...others, caseSensitive }
  }
  if (!parent.relativePaths) return matcher
  const { kind, text } = pathOf(matcher)
  switch (kind) {
    case 'connectMatcher':
      return matcher
    case 'regex':
      return withPath(matcher, { regex: joinRegex(parent.matcher, text) })
    default:
      return withPath(matcher, { [kind]: joinPath(prefix, text) })
  }
}

/** One slash where the two meet. The root of the table is the prefix itself, so that `/` below `/api` admits `/api`. */
function joinPath(prefix: string, path: string): string {
  if (path === '' || path === '/') return prefix
  return `${withoutSlash(prefix)}/${path.replace(/^\//, '')}`
}

/** An expression is about the whole path, so `^` at its start, which it cannot have after a prefix, says nothing. */
function joinRegex({ prefix, caseSensitive }: DelegateMatcher, regex: string): string {
  const rest = regex.replace(/^((?:\(\?[a-zA-Z-]+\))*)\^/, '$1')
  const quoted = withoutSlash(prefix).replace(/[\\^$.|?*+()[\]{}]/g, '\\$&')
  const start = caseSensitive === false ? `(?i:${quoted})` : quoted
  return rest.includes('|') ? `${start}(?:${rest})` : `${start}${rest}`
}

function withoutSlash(prefix: string): string {
  return prefix.replace(/\/$/, '')
}

function inheritConditions(matcher: Matcher, parent: MatcherInheritance): Matcher {
  if (!parent.inheritableMatchers) return matcher
  const headers = [...(parent.matcher.headers ?? []), ...(matcher.headers ?? [])]
  const queryParameters = [...(parent.matcher.queryParameters ?? []), ...(matcher.queryParameters ?? [])]
  const methods = [...(parent.matcher.methods ?? []), ...(matcher.methods ?? [])]
  return {
    ...matcher,
    ...(headers.length > 0 && { headers }),
    ...(queryParameters.length > 0 && { queryParameters }),
    ...(methods.length > 0 && { methods }),
  }
}
