import type { Subset } from '../config/destination.ts'
import type { UpstreamConfig } from '../config/upstream.ts'
import type { Issue } from '../schema/issue.ts'
import { findingOf } from './finding.ts'
import type { FlatRoute } from './flat-route.ts'

/** A subset that the upstream cannot have: its keys must be those of a selector. Source: Gloo's `subset` checks. */
export function misfitOf(
  subset: Subset | undefined,
  upstream: UpstreamConfig | undefined,
  field: string,
  flat: FlatRoute,
): Issue | undefined {
  if (subset === undefined || upstream === undefined) return undefined
  const spec = upstream.static?.subsetSpec ?? upstream.kube?.subsetSpec
  if (spec === undefined) {
    const message = 'the route has a subset, but its upstream has no subsetSpec'
    return findingOf(flat, 'no-effect', field, message, 'warning')
  }
  const wanted = keySet(Object.keys(subset.values))
  const known = (spec.selectors ?? []).map(({ keys }) => keySet(keys))
  if (known.includes(wanted)) return undefined
  const message = 'no selector of the upstream has the keys of the subset'
  const issue = findingOf(flat, 'unknown-subset', `${field}.values`, message)
  return { ...issue, found: wanted, expected: known.length === 0 ? 'no subset' : known.join(' or ') }
}

function keySet(keys: readonly string[]): string {
  return [...new Set(keys)].sort().join(', ')
}
