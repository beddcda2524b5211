import type { ResourceRef } from '../config/common.ts'
import type { Destination, WeightedDestination } from '../config/destination.ts'
import type { RouteAction } from '../config/route.ts'
import type { ClusterRef } from '../forward/plan.ts'
import type { Issue } from '../schema/issue.ts'
import { nearest } from '../schema/nearest.ts'
import type { BranchTarget } from './branch.ts'
import { findingOf } from './finding.ts'
import type { FlatRoute } from './flat-route.ts'
import { defaultNamespace, refKey } from './resources.ts'
import type { Branch, Target } from './snapshot.ts'
import { misfitOf } from './subset-fit.ts'
import type { VirtualHostScope } from './virtual-host.ts'

type MakeBranch = (target: BranchTarget) => Branch

/** The upstreams that a route forwards to. An upstream that does not exist is a warning; requests to it get 503. */
export function compileTarget(
  flat: FlatRoute,
  action: RouteAction,
  branch: MakeBranch,
  scope: VirtualHostScope,
  quiet: boolean,
): Target | undefined {
  const { single, multi, upstreamGroup, clusterHeader } = action
  const look = { flat, branch, scope, quiet, namespace: flat.namespace }
  if (clusterHeader !== undefined) {
    const template = branch({ destination: {}, cluster: undefined })
    return {
      kind: 'clusterHeader',
      header: clusterHeader.toLowerCase(),
      branch: template,
      clusters: scope.clusterNames,
    }
  }
  if (single !== undefined) {
    return {
      kind: 'single',
      branch: branch({ destination: single, cluster: clusterOf(single, 'routeAction.single', look) }),
    }
  }
  if (multi !== undefined) return weighted(multi.destinations, 'routeAction.multi.destinations', look)
  return upstreamGroup === undefined ? undefined : grouped(upstreamGroup, look)
}

/** Where references are looked up, and who is told of those that lead nowhere. */
interface Lookup {
  readonly flat: FlatRoute
  readonly branch: MakeBranch
  readonly scope: VirtualHostScope
  readonly quiet: boolean
  /** Of references without one. */
  readonly namespace: string
}

function grouped(ref: ResourceRef, look: Lookup): Target {
  const { upstreamGroups } = look.scope.resources
  const group = upstreamGroups.get(refKey(ref, look.namespace))
  if (group === undefined) {
    reportMissing('upstream group', ref, 'routeAction.upstreamGroup', upstreamGroups.keys(), look)
    return { kind: 'single', branch: look.branch({ destination: {}, cluster: undefined }) }
  }
  const namespace = group.metadata.namespace ?? defaultNamespace
  return weighted(group.destinations, 'routeAction.upstreamGroup', { ...look, namespace })
}

function weighted(destinations: readonly WeightedDestination[], field: string, look: Lookup): Target {
  const branches = destinations.map(({ destination, options }, index) => {
    const place = `${field}[${index}]`
    const cluster = clusterOf(destination, `${place}.destination`, look)
    return look.branch({ destination, cluster, options, field: place })
  })
  const weights = destinations.map(({ weight }) => weight ?? 0)
  return { kind: 'weighted', branches, weights, total: weights.reduce((sum, weight) => sum + weight, 0) }
}

function clusterOf({ upstream: ref, subset }: Destination, field: string, look: Lookup): ClusterRef | undefined {
  if (ref === undefined) return undefined
  const { clusters, resources, report } = look.scope
  const name = refKey(ref, look.namespace)
  const misfit = misfitOf(subset, resources.upstreams.get(name), `${field}.subset`, look.flat)
  if (misfit !== undefined && !look.quiet) report(misfit)
  const cluster = clusters.get(name)
  if (cluster !== undefined) return cluster
  reportMissing('upstream', ref, `${field}.upstream`, clusters.keys(), look)
  return { name, cluster: undefined, maxStreamDuration: undefined }
}

function reportMissing(
  what: string,
  { name }: ResourceRef,
  field: string,
  known: Iterable<string>,
  look: Lookup,
): void {
  if (look.quiet) return
  const close = nearest(
    name,
    Array.from(known, (key) => key.slice(key.indexOf('.') + 1)),
  )
  const hint = close === undefined ? '' : ` (did you mean "${close}"?)`
  const issue: Issue = findingOf(
    look.flat,
    'reference-not-found',
    field,
    `${what} "${name}" not found${hint}`,
    'warning',
  )
  look.scope.report({ ...issue, found: name })
}
