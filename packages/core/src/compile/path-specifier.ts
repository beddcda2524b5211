import type { Matcher } from '../config/matcher.ts'

/** How a matcher looks at the path. */
export type PathSpecifier = 'prefix' | 'exact' | 'regex' | 'pathTemplate' | 'connectMatcher'

/** The path part of a matcher; `text` is as it is written, and empty for CONNECT. */
export interface MatcherPath {
  readonly kind: PathSpecifier
  readonly text: string
}

/** The path part of a matcher. One that says nothing about the path is the prefix `/`. */
export function pathOf(matcher: Matcher): MatcherPath {
  if (matcher.prefix !== undefined) return { kind: 'prefix', text: matcher.prefix }
  if (matcher.exact !== undefined) return { kind: 'exact', text: matcher.exact }
  if (matcher.regex !== undefined) return { kind: 'regex', text: matcher.regex }
  if (matcher.pathTemplate !== undefined) return { kind: 'pathTemplate', text: matcher.pathTemplate }
  if (matcher.connectMatcher !== undefined) return { kind: 'connectMatcher', text: '' }
  return { kind: 'prefix', text: '/' }
}

/** The matcher with another path; everything else stays. */
export function withPath(matcher: Matcher, path: Pick<Matcher, PathSpecifier | 'caseSensitive'>): Matcher {
  const { prefix, exact, regex, pathTemplate, connectMatcher, ...conditions } = matcher
  return { ...conditions, ...path }
}
