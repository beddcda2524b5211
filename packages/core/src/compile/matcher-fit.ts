import type { HeaderMatcher, Matcher, QueryParameterMatcher } from '../config/matcher.ts'
import type { DelegationFinding } from './delegation-issues.ts'
import type { MatcherInheritance } from './inherit-matchers.ts'
import { pathOf } from './path-specifier.ts'

/** Why a delegated route does not fit its parent. */
type Misfit = Omit<DelegationFinding, 'severity' | 'path'>

/**
 * Checks that a matcher of a delegated route stays inside what its parent delegates: the path begins with the parent's
 * prefix as a plain text, `caseSensitive` is written the same on both, and every header, query parameter and method of
 * the parent is there. Methods are alternatives, so a child with more methods than its parent admits more.
 *
 * Source: Gloo `converter.go`.
 */
export function findMisfit(matcher: Matcher, parent: MatcherInheritance): Misfit | undefined {
  return misfitOfPath(matcher, parent) ?? misfitOfCase(matcher, parent.matcher) ?? misfitOfConditions(matcher, parent)
}

function misfitOfPath(matcher: Matcher, { matcher: { prefix }, ...parent }: MatcherInheritance): Misfit | undefined {
  const { kind, text } = pathOf(matcher)
  if (kind !== 'connectMatcher') {
    // Made from the prefix, though one that is quoted for a regular expression may not look like it.
    if (parent.relativePaths || parent.inheritablePathMatchers) return undefined
    // Gloo compares the text of the expression and so refuses `^/get$` below `/`; but no path is outside of `/`.
    if (kind === 'regex' && prefix === '/') return undefined
    if (literalStart(kind, text).startsWith(prefix)) return undefined
  }
  return {
    code: 'delegated-path-outside-parent',
    message: `the path must begin with the prefix of the parent route, "${prefix}"; the route is left out`,
    found: kind === 'connectMatcher' ? 'connectMatcher' : `${kind}: ${text}`,
    expected: `a path that begins with "${prefix}"`,
    fix: "write the whole path, or set relativePaths on the parent's delegateAction",
  }
}

/** A parameter of a template stands for any text, whatever its name begins with. */
function literalStart(kind: string, text: string): string {
  const parameter = kind === 'pathTemplate' ? text.search(/\/[:*]/) : -1
  return parameter < 0 ? text : text.slice(0, parameter + 1)
}

/** Written the same: Gloo compares an optional value, so that an explicit default differs from none. */
function misfitOfCase({ caseSensitive }: Matcher, parent: Matcher): Misfit | undefined {
  if (caseSensitive === parent.caseSensitive) return undefined
  return {
    code: 'delegated-case-differs',
    message: 'caseSensitive must be the same as on the parent route; the route is left out',
    found: `${caseSensitive ?? 'unset'}`,
    expected: `${parent.caseSensitive ?? 'unset'}`,
  }
}

const orInherit = 'repeat it here, or set inheritableMatchers on the parent route'

function misfitOfConditions(matcher: Matcher, { matcher: parent }: MatcherInheritance): Misfit | undefined {
  const header = parent.headers?.find((wanted) => !matcher.headers?.some((own) => sameHeader(own, wanted)))
  if (header !== undefined)
    return {
      code: 'delegated-header-missing',
      message: `the parent route's condition on the header "${header.name}" is missing; the route is left out`,
      expected: JSON.stringify(header),
      fix: orInherit,
    }
  const parameter = parent.queryParameters?.find(
    (wanted) => !matcher.queryParameters?.some((own) => sameParameter(own, wanted)),
  )
  if (parameter !== undefined)
    return {
      code: 'delegated-query-parameter-missing',
      message: `the parent route's condition on the query parameter "${parameter.name}" is missing; the route is left out`,
      expected: JSON.stringify(parameter),
      fix: orInherit,
    }
  const method = parent.methods?.find((wanted) => !matcher.methods?.includes(wanted))
  if (method !== undefined)
    return {
      code: 'delegated-method-missing',
      message: `the parent route's method ${method} is missing; the route is left out`,
      found: matcher.methods?.join(', ') ?? 'no methods',
      expected: `at least ${parent.methods?.join(', ')}`,
      fix: orInherit,
    }
  return undefined
}

function sameHeader(a: HeaderMatcher, b: HeaderMatcher): boolean {
  return (
    a.name.toLowerCase() === b.name.toLowerCase() &&
    sameValue(a, b) &&
    (a.invertMatch ?? false) === (b.invertMatch ?? false)
  )
}

function sameParameter(a: QueryParameterMatcher, b: QueryParameterMatcher): boolean {
  return a.name === b.name && sameValue(a, b)
}

function sameValue(a: QueryParameterMatcher, b: QueryParameterMatcher): boolean {
  return (a.value ?? '') === (b.value ?? '') && (a.regex ?? false) === (b.regex ?? false)
}
