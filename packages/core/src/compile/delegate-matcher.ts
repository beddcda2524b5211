import type { Matcher } from '../config/matcher.ts'
import type { DelegationFinding } from './delegation-issues.ts'
import { pathOf } from './path-specifier.ts'

/** What a route that delegates hands down: its matcher, which is always a prefix. */
export interface DelegateMatcher extends Matcher {
  readonly prefix: string
}

/**
 * The matcher that the tables of a delegating route have to fit: its only one, or the prefix `/`. Gloo takes `/` also
 * for a matcher without a path, and forgets the conditions it has; that is kept, but not silently.
 *
 * @param path Of the route, for findings.
 * @returns undefined if the route cannot delegate; `report` has the reason. Where the schema finds the same, code, path
 * and message are the schema's, so that a table's error reads the same on the virtual services above it.
 */
export function delegateMatcher(
  matchers: readonly Matcher[],
  path: string,
  report: (finding: DelegationFinding) => void,
): DelegateMatcher | undefined {
  const [matcher = {}, ...others] = matchers
  if (others.length > 0) {
    report({
      severity: 'error',
      code: 'inconsistent-values',
      path: `${path}.matchers`,
      message: 'routes with delegate actions must omit or specify a single matcher',
      found: `${matchers.length} matchers`,
      expected: 'one matcher, or none',
    })
    return undefined
  }
  const { kind, text } = pathOf(matcher)
  if (kind !== 'prefix' || text === '') {
    report({
      severity: 'error',
      code: 'inconsistent-values',
      path: `${path}.matchers[0].${kind}`,
      message: 'routes with delegate actions must use a prefix matcher',
      expected: 'prefix',
    })
    return undefined
  }
  if (matcher.prefix !== undefined) return { ...matcher, prefix: matcher.prefix }
  const ignored = (['headers', 'queryParameters', 'methods'] as const).filter((field) => matcher[field]?.length)
  if (ignored.length > 0)
    report({
      severity: 'warning',
      code: 'delegate-conditions-ignored',
      path: `${path}.matchers[0]`,
      message: 'a matcher without a path delegates everything: its conditions are not looked at',
      found: ignored.join(', '),
      expected: 'prefix',
      fix: 'set prefix: /',
    })
  return { prefix: '/' }
}
