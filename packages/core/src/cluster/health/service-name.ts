import type { StringMatcher } from '../../config/filters.ts'
import type { HttpHealthCheck } from '../../config/health-check.ts'
import { compileRegex } from '../../regex/regex.ts'

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

function matcherOf({ exact, prefix, suffix, safeRegex, ignoreCase = false }: StringMatcher): (name: string) => boolean {
  const fold = ignoreCase ? (text: string) => text.toLowerCase() : (text: string) => text
  if (exact !== undefined) return (name) => fold(name) === fold(exact)
  if (prefix !== undefined) return (name) => fold(name).startsWith(fold(prefix))
  if (suffix !== undefined) return (name) => fold(name).endsWith(fold(suffix))
  const compiled = compileRegex(safeRegex?.regex ?? '')
  // The check of the configuration has refused what does not compile.
  return compiled.ok ? (name) => compiled.regex.matches(name) : () => false
}
