import type { HealthCheckResult, HealthResponseMatch, ResponseAssertions } from '../../config/health-check.ts'
import type { HeaderMap } from '../../http/headers.ts'
import { compileRegex } from '../../regex/regex.ts'
import { type CheckOutcome, healthy, unhealthy } from './check.ts'

/** Judges an answer by what is in it, whatever its status. */
export type Assertions = (headers: HeaderMap, body: Uint8Array) => CheckOutcome

/** Makes the assertions of a health check ready: the first that matches decides. */
export function compileAssertions({ responseMatchers = [], noMatchHealth }: ResponseAssertions): Assertions {
  const matchers = responseMatchers.map(({ responseMatch, matchHealth }) => ({
    matches: compileMatch(responseMatch),
    outcome: outcomeOf(matchHealth, true, `matched ${JSON.stringify(responseMatch.regex)}`),
  }))
  const otherwise = outcomeOf(noMatchHealth, false, 'matched none of the assertions')
  return (headers, body) => {
    for (const { matches, outcome } of matchers) {
      const matched = matches(headers, body)
      if (matched === undefined) return unhealthy('answered with a body that is not JSON')
      if (matched) return outcome
    }
    return otherwise
  }
}

/** There is nothing between healthy and not: what is degraded is still used. */
function outcomeOf(result: HealthCheckResult = 'default', isHealthy: boolean, reason: string): CheckOutcome {
  const good = result === 'default' ? isHealthy : result !== 'unhealthy'
  return good ? healthy : unhealthy(reason)
}

/** Undefined when the match needs JSON and there is none. */
type Match = (headers: HeaderMap, body: Uint8Array) => boolean | undefined

function compileMatch({ header, jsonKey, ignoreErrorOnParse = false, regex }: HealthResponseMatch): Match {
  const compiled = compileRegex(regex)
  // The check of the configuration has refused what does not compile.
  const matches = compiled.ok ? (text: string) => compiled.regex.matches(text) : () => false
  const path = jsonKey?.path.map(({ key }) => key)
  return (headers, body) => {
    const text = header === undefined ? new TextDecoder().decode(body) : (headers.getJoined(header) ?? '')
    if (path === undefined) return matches(text)
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch {
      return ignoreErrorOnParse ? matches('') : undefined
    }
    return matches(textAt(value, path))
  }
}

/** What stands at the end of the path; nothing where it leads nowhere. */
function textAt(root: unknown, path: readonly string[]): string {
  let value = root
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return ''
    value = (value as Readonly<Record<string, unknown>>)[key]
  }
  return typeof value === 'string' ? value : JSON.stringify(value)
}
