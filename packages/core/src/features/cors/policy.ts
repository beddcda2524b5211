import type { CorsPolicy } from '../../config/cors.ts'
import type { FilterScope } from '../../filter/filter.ts'

/** The policy in force for a route, or undefined where there is none. */
export function effectivePolicy({ virtualHost, route }: FilterScope): CorsPolicy | undefined {
  const above = virtualHost.cors
  const own = route.cors
  if (own?.disableForRoute === true) return undefined
  const union = virtualHost.corsPolicyMergeSettings?.exposeHeaders === 'UNION'
  const merged = above === undefined || own === undefined ? (own ?? above) : mergePolicies(above, own, union)
  return merged === undefined || isEmpty(merged) ? undefined : merged
}

/** Field by field the route's value counts, unless it is empty; lists are not joined, but for `exposeHeaders` on demand. */
function mergePolicies(above: CorsPolicy, own: CorsPolicy, union: boolean): CorsPolicy {
  const merged: { -readonly [Field in keyof CorsPolicy]: unknown } = { ...above }
  for (const [name, value] of Object.entries(own)) if (!isUnset(value)) merged[name as keyof CorsPolicy] = value
  // The two kinds of origin are one answer to one question: a route that gives either does not want the other from above.
  if (!isUnset(own.allowOrigin) || !isUnset(own.allowOriginRegex)) {
    merged.allowOrigin = own.allowOrigin
    merged.allowOriginRegex = own.allowOriginRegex
  }
  const { exposeHeaders } = own
  if (union && exposeHeaders !== undefined && above.exposeHeaders !== undefined) {
    merged.exposeHeaders = [...new Set([...above.exposeHeaders, ...exposeHeaders])]
  }
  return merged as CorsPolicy
}

function isUnset(value: unknown): boolean {
  return value === undefined || value === '' || value === false || (Array.isArray(value) && value.length === 0)
}

function isEmpty({ allowOrigin = [], allowOriginRegex = [] }: CorsPolicy): boolean {
  return allowOrigin.length === 0 && allowOriginRegex.length === 0
}
