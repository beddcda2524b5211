import type { StringMatcher } from '../../config/filters.ts'
import type { HttpHealthCheck } from '../../config/health-check.ts'
import { compileStringMatcher } from '../../match/string-matcher.ts'

/**
 * Decides whether whoever answers is the service that is meant: addresses are given away again. Undefined when any
 * service will do.
 */
export function serviceMatcher({
  serviceName,
  serviceNameMatcher,
}: HttpHealthCheck): ((name: string) => boolean) | undefined {
  if (serviceNameMatcher !== undefined) return matcherOf(serviceNameMatcher)
  return serviceName ? (name) => name.startsWith(serviceName) : undefined
}

function matcherOf(matcher: StringMatcher): (name: string) => boolean {
  const compiled = compileStringMatcher(matcher)
  // The check of the configuration has refused what does not compile.
  return compiled.ok ? compiled.matches : () => false
}
