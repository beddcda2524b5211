import type { RouteShadowing } from '../config/resilience.ts'
import type { ShadowPlan } from '../forward/shadow-plan.ts'
import { findingOf } from './finding.ts'
import type { FlatRoute } from './flat-route.ts'
import { refKey } from './resources.ts'
import type { VirtualHostScope } from './virtual-host.ts'

/** For copies on routes that have no timeout: Gloo's default for that. */
const defaultTimeout = 15_000

/** Makes the shadow of a route ready; undefined when there is none. `timeout` is the route's, in milliseconds. */
export function compileShadow(
  shadowing: RouteShadowing | undefined,
  timeout: number,
  flat: FlatRoute,
  scope: VirtualHostScope,
  quiet: boolean,
): ShadowPlan | undefined {
  if (shadowing === undefined) return undefined
  const { upstream, percentage = 0, hostRewriteLiteral, disableShadowHostSuffixAppend = false } = shadowing
  const name = refKey(upstream, flat.namespace)
  const cluster = scope.clusters.get(name)
  if (cluster === undefined) {
    const message = `upstream "${upstream.name}" not found`
    const issue = findingOf(flat, 'reference-not-found', 'options.shadowing.upstream', message, 'warning')
    if (!quiet) scope.report({ ...issue, found: upstream.name })
    return undefined
  }
  if (percentage === 0) return undefined
  const host = hostRewriteLiteral === '' ? undefined : hostRewriteLiteral
  return {
    cluster,
    destination: { upstream },
    share: percentage / 100,
    host,
    suffix: host === undefined && !disableShadowHostSuffixAppend,
    timeout: scope.environment.deadlines.queue(timeout > 0 ? timeout : defaultTimeout),
  }
}
