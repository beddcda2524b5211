import type { Matcher } from '../config/matcher.ts'
import { type PathSpecifier, pathOf } from './path-specifier.ts'

/** What the order looks at: a route, or whatever else has matchers. */
interface HasMatchers {
  readonly matchers?: readonly Matcher[]
}

const rank: Readonly<Record<PathSpecifier, number>> = {
  connectMatcher: 0,
  exact: 1,
  pathTemplate: 2,
  regex: 3,
  prefix: 4,
}

const everything: Matcher = { prefix: '/' }

/**
 * Sorts routes so that special ones come before general ones: more methods first; then CONNECT, exact paths, path
 * templates, regular expressions, prefixes; then paths backwards through the alphabet, so that `/foo/bar` comes before
 * `/foo`. A route with several matchers counts by its first in this order. Headers and query parameters do not count,
 * and equal routes keep their order.
 *
 * Source: Gloo `sort_routes.go`, which is what `glooctl route sort` and route tables of one weight use. (Gloo's guide
 * has prefixes before regular expressions; its code and tests have not.)
 */
export function sortRoutes<R extends HasMatchers>(routes: readonly R[]): R[] {
  return routes.toSorted(compareRoutes)
}

/** The order of {@link sortRoutes}, as a comparison: negative if `a` comes first. */
export function compareRoutes(a: HasMatchers, b: HasMatchers): number {
  return compareMatchers(firstMatcher(a), firstMatcher(b))
}

function firstMatcher({ matchers = [] }: HasMatchers): Matcher {
  const [first = everything, ...others] = matchers
  return others.reduce((best, matcher) => (compareMatchers(matcher, best) < 0 ? matcher : best), first)
}

function compareMatchers(a: Matcher, b: Matcher): number {
  const methods = (b.methods?.length ?? 0) - (a.methods?.length ?? 0)
  if (methods !== 0) return methods
  const pathA = pathOf(a)
  const pathB = pathOf(b)
  if (pathA.kind !== pathB.kind) return rank[pathA.kind] - rank[pathB.kind]
  // Not a locale's order: Gloo compares the characters themselves, and so must every machine.
  if (pathA.text === pathB.text) return 0
  return pathA.text > pathB.text ? -1 : 1
}
