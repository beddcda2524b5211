import type { WeightedDestination } from '../config/destination.ts'
import type { RouteAction } from '../config/route.ts'
import type { ClusterRef, ForwardPlan } from '../forward/plan.ts'
import { durationMs } from '../schema/duration.ts'
import { nearest } from '../schema/nearest.ts'
import { type BranchTarget, compileBranch } from './branch.ts'
import { compileDirectResponse } from './direct-response.ts'
import { findingOf } from './finding.ts'
import type { FlatRoute } from './flat-route.ts'
import type { CompiledMatcher } from '../match/matcher.ts'
import { compileRedirect } from './redirect.ts'
import { refKey } from './resources.ts'
import { compileRewrite } from './rewrite.ts'
import type { Action, Target } from './snapshot.ts'
import type { VirtualHostScope } from './virtual-host.ts'

/** Gloo's default for `timeout`, which is Envoy's. */
const defaultTimeout = 15_000

/** What one matcher of a route does; `quiet` when another matcher of the same route has reported what is wrong. */
export function compileAction(
  flat: FlatRoute, matcher: CompiledMatcher, scope: VirtualHostScope, quiet: boolean,
): Action | undefined {
  const { config } = flat
  const branch = (target?: BranchTarget) => compileBranch(flat, scope, quiet, target)
  const report = (field: string, code: string, message: string): void => {
    if (!quiet) scope.report(findingOf(flat, code, field, message))
  }
  if (config.redirectAction !== undefined) {
    const respond = compileRedirect(config.redirectAction, matcher, scope, report)
    return respond === undefined ? undefined : { kind: 'redirect', branch: branch(), respond }
  }
  if (config.directResponseAction !== undefined) {
    const respond = compileDirectResponse(config.directResponseAction, scope.maxDirectResponseBodySize, report)
    return respond === undefined ? undefined : { kind: 'directResponse', branch: branch(), respond }
  }
  if (config.routeAction === undefined) {
    report('', 'no-action', 'the route has no action')
    return undefined
  }
  const target = compileTarget(flat, config.routeAction, branch, scope, quiet)
  const plan = compilePlan(flat, matcher, scope, report)
  return target === undefined || plan === undefined ? undefined : { kind: 'forward', plan, target }
}

function compilePlan(
  flat: FlatRoute, matcher: CompiledMatcher, scope: VirtualHostScope, report: (field: string, code: string, message: string) => void,
): ForwardPlan | undefined {
  const options = flat.config.options ?? {}
  const timeout = durationMs(options.timeout, defaultTimeout)
  const rewrite = compileRewrite(options, matcher, scope, report)
  return {
    timeout: timeout > 0 ? scope.environment.deadlines.queue(timeout) : undefined,
    rewrite,
    expectedTimeout: timeout > 0 ? String(timeout) : undefined,
  }
}

type MakeBranch = (target: BranchTarget) => ReturnType<typeof compileBranch>

function compileTarget(
  flat: FlatRoute, action: RouteAction, branch: MakeBranch, scope: VirtualHostScope, quiet: boolean,
): Target | undefined {
  const { single, multi, upstreamGroup, clusterHeader } = action
  if (clusterHeader !== undefined) {
    const header = clusterHeader.toLowerCase()
    return { kind: 'clusterHeader', header, branch: branch({ destination: {}, cluster: undefined }), clusters: scope.clusterNames }
  }
  if (single !== undefined) {
    const cluster = clusterOf(flat, single.upstream, 'routeAction.single.upstream', scope, quiet)
    return { kind: 'single', branch: branch({ destination: single, cluster }) }
  }
  if (multi !== undefined) {
    return weighted(multi.destinations, 'routeAction.multi.destinations', flat, branch, scope, quiet)
  }
  if (upstreamGroup === undefined) return undefined
  const key = refKey(upstreamGroup, flat.namespace)
  const group = scope.resources.upstreamGroups.get(key)
  if (group === undefined) {
    if (!quiet) scope.report(missing(flat, 'routeAction.upstreamGroup', 'upstream group', upstreamGroup.name, scope.resources.upstreamGroups.keys()))
    return { kind: 'single', branch: branch({ destination: {}, cluster: undefined }) }
  }
  return weighted(group.destinations, 'routeAction.upstreamGroup', { ...flat, namespace: group.metadata.namespace ?? 'default' }, branch, scope, quiet)
}

function weighted(
  destinations: readonly WeightedDestination[], field: string, flat: FlatRoute, branch: MakeBranch, scope: VirtualHostScope, quiet: boolean,
): Target {
  const branches = destinations.map(({ destination, options }, index) => {
    const place = `${field}[${index}]`
    const cluster = clusterOf(flat, destination.upstream, `${place}.destination.upstream`, scope, quiet)
    return branch({ destination, cluster, options, field: place })
  })
  const weights = destinations.map(({ weight }) => weight ?? 0)
  return { kind: 'weighted', branches, weights, total: weights.reduce((sum, weight) => sum + weight, 0), source: field }
}

function clusterOf(
  flat: FlatRoute, ref: { readonly name: string; readonly namespace?: string } | undefined, field: string, scope: VirtualHostScope, quiet: boolean,
): ClusterRef | undefined {
  if (ref === undefined) return undefined
  const name = refKey(ref, flat.namespace)
  const cluster = scope.clusters.get(name)
  if (cluster !== undefined) return cluster
  if (!quiet) scope.report(missing(flat, field, 'upstream', ref.name, scope.clusters.keys()))
  return { name, cluster: undefined }
}

function missing(flat: FlatRoute, field: string, what: string, name: string, known: Iterable<string>): ReturnType<typeof findingOf> {
  const close = nearest(name, [...known].map((key) => key.slice(key.indexOf('.') + 1)))
  const hint = close === undefined ? '' : ` (did you mean "${close}"?)`
  return { ...findingOf(flat, 'reference-not-found', field, `${what} "${name}" not found${hint}`, 'warning'), found: name }
}
