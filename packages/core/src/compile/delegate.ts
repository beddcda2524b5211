import type { Matcher } from '../config/matcher.ts'
import type { RouteConfig } from '../config/route.ts'
import type { RouteOptions } from '../config/route-options.ts'
import type { RouteTableConfig } from '../config/route-table.ts'
import type { VirtualServiceConfig } from '../config/virtual-service.ts'
import type { Issue } from '../schema/issue.ts'
import { delegateMatcher } from './delegate-matcher.ts'
import { type DelegationFinding, type ReportOnOwners, reportOnce } from './delegation-issues.ts'
import { delegationTargets, tablesByWeight } from './delegation-targets.ts'
import type { FlatRoute, FlatRouteOwner } from './flat-route.ts'
import { type InheritanceFlags, inheritMatchers, type MatcherInheritance } from './inherit-matchers.ts'
import { inheritTransformations, type TransformationParent } from './inherit-transformations.ts'
import { findMisfit } from './matcher-fit.ts'
import { asInherited, fillOptions, type SourcedOptions } from './merge-options.ts'
import { effectiveVirtualHostOptions, sourcedRouteOptions } from './options.ts'
import { compareRoutes } from './order.ts'
import { defaultNamespace, type Resources, resourceKey } from './resources.ts'

/** Tables inside tables. Far more than anybody reads, far less than the stack holds. */
const maximumDepth = 100
/** Tables visited for one virtual service. Each level of tables that refer twice to the next doubles them. */
const maximumVisits = 50_000

/** One call of {@link flattenRoutes}. */
interface Flattening {
  readonly resources: Resources
  readonly report: ReportOnOwners
  readonly virtualHost: TransformationParent
  visits: number
}

/** The resource whose routes are looked at, and how it was come upon. */
interface Holder {
  /** Of its list of routes. */
  readonly path: string
  readonly namespace: string
  /** The resource itself first, the virtual service last. */
  readonly owners: readonly FlatRouteOwner[]
  /** The route that delegates to it; undefined for the virtual service. */
  readonly parent: Parent | undefined
}

interface Parent extends MatcherInheritance {
  readonly path: string
  readonly origin: string
  readonly options: SourcedOptions<RouteOptions>
}

/** A route with what it has from its parent. */
interface InheritedRoute {
  readonly written: RouteConfig
  readonly path: string
  readonly origin: string
  /** undefined if none are written: every request. */
  readonly matchers: readonly Matcher[] | undefined
  readonly flags: InheritanceFlags
  readonly options: SourcedOptions<RouteOptions>
}

/**
 * The routes of a virtual service with those of all route tables that it delegates to, in the order in which they are
 * tried. Never fails: whatever cannot be followed is left out and reported, on the resource and on each one above it.
 * The configuration is not changed; parts that need no change are taken over as they are.
 *
 * Source: Gloo `converter.go`.
 */
export function flattenRoutes(
  virtualService: VirtualServiceConfig,
  resources: Resources,
  report: (issue: Issue) => void,
): FlatRoute[] {
  const { metadata, virtualHost = {} } = virtualService
  const { name, namespace = defaultNamespace } = metadata
  // What is wrong with the virtual host's own options is for whoever compiles the virtual host.
  const { stagedTransformations } = effectiveVirtualHostOptions(virtualService, resources, () => {})
  const run: Flattening = {
    resources,
    report: reportOnce(report),
    virtualHost: { stages: stagedTransformations, source: 'virtual host' },
    visits: 0,
  }
  const holder: Holder = {
    path: `virtualServices[${resourceKey(metadata)}].virtualHost.routes`,
    namespace,
    owners: [{ kind: 'VirtualService', namespace, name }],
    parent: undefined,
  }
  return flattenAll(virtualHost.routes, holder, run)
}

function flattenAll(routes: readonly RouteConfig[] = [], holder: Holder, run: Flattening): FlatRoute[] {
  return routes.flatMap((written, index) => {
    const route = inherit(written, `${holder.path}[${index}]`, holder, run)
    if (route === undefined) return []
    return written.delegateAction === undefined ? [leaf(route, holder)] : delegate(route, holder, run)
  })
}

/** undefined for a delegated route that does not fit its parent. */
function inherit(written: RouteConfig, path: string, holder: Holder, run: Flattening): InheritedRoute | undefined {
  const { parent, owners } = holder
  const own = sourcedRouteOptions(written, { ...holder, path }, run.resources, run.report)
  const flags = flagsOf(written, parent)
  if (parent === undefined) {
    const options = inheritTransformations(own, run.virtualHost)
    return { written, path, origin: path, matchers: written.matchers, flags, options }
  }
  const inheritance: MatcherInheritance = { matcher: parent.matcher, relativePaths: parent.relativePaths, ...flags }
  const matchers = inheritMatchers(written.matchers ?? [], inheritance)
  for (const [index, matcher] of matchers.entries()) {
    const misfit = findMisfit(matcher, inheritance)
    if (misfit === undefined) continue
    const at = written.matchers?.[index] === undefined ? path : `${path}.matchers[${index}]`
    run.report(owners, { ...misfit, severity: 'warning', path: at })
    return undefined
  }
  const stages = parent.options.options.stagedTransformations
  const source = parent.options.sources.stagedTransformations?.here ?? 'parent route'
  const options = fillOptions(inheritTransformations(own, { stages, source }), parent.options)
  return { written, path, origin: `${parent.origin} -> ${path}`, matchers, flags, options }
}

/** A route that does not say whether it inherits matchers does what its parent does. */
function flagsOf(
  { inheritableMatchers, inheritablePathMatchers }: RouteConfig,
  parent: InheritanceFlags | undefined,
): InheritanceFlags {
  return {
    inheritableMatchers: inheritableMatchers ?? parent?.inheritableMatchers ?? false,
    inheritablePathMatchers: inheritablePathMatchers ?? parent?.inheritablePathMatchers ?? false,
  }
}

function leaf({ written, path, origin, matchers, options }: InheritedRoute, { namespace, owners }: Holder): FlatRoute {
  const { inheritableMatchers, inheritablePathMatchers, optionsConfigRefs, options: own, ...rest } = written
  const sources = Object.entries(options.sources).map(([field, { here }]) => [field, here] as const)
  const config: RouteConfig = {
    ...rest,
    ...(matchers && { matchers }),
    ...(sources.length > 0 && { options: options.options }),
  }
  return { config, namespace, origin, path, owners, optionSources: Object.fromEntries(sources) }
}

function delegate(route: InheritedRoute, holder: Holder, run: Flattening): FlatRoute[] {
  const { written, path, origin } = route
  const report = (finding: DelegationFinding): void => run.report(holder.owners, finding)
  const action = written.delegateAction ?? {}
  const matcher = delegateMatcher(route.matchers ?? [], path, report)
  if (matcher === undefined) return []
  const parent: Parent = {
    path,
    origin,
    matcher,
    relativePaths: action.relativePaths ?? false,
    ...route.flags,
    options: asInherited(route.options),
  }
  const actionPath = `${path}.delegateAction`
  const tables = delegationTargets(action, holder.namespace, run.resources, actionPath, report)
  return tablesByWeight(tables).flatMap((group) => {
    const routes = group.flatMap((table) => flattenTable(table, parent, holder, run))
    return group.length > 1 ? routes.toSorted((a, b) => compareRoutes(a.config, b.config)) : routes
  })
}

function flattenTable(table: RouteTableConfig, parent: Parent, { owners }: Holder, run: Flattening): FlatRoute[] {
  const { name, namespace = defaultNamespace } = table.metadata
  const owner: FlatRouteOwner = { kind: 'RouteTable', namespace, name }
  const path = `${parent.path}.delegateAction`
  const isTable = (other: FlatRouteOwner): boolean =>
    other.kind === 'RouteTable' && other.namespace === namespace && other.name === name
  if (owners.some(isTable)) {
    const branch = [owner, ...owners.filter(({ kind }) => kind === 'RouteTable')].toReversed()
    run.report([owner, ...owners.filter((other) => !isTable(other))], {
      severity: 'error',
      code: 'delegation-cycle',
      path,
      message: `delegation cycle: ${branch.map((visited) => `[${visited.namespace}.${visited.name}]`).join(' -> ')}`,
      fix: 'delegate to another route table',
    })
    return []
  }
  if (owners.length > maximumDepth || run.visits >= maximumVisits) {
    run.report(owners.slice(-1), {
      severity: 'error',
      code: 'delegation-too-large',
      path: `virtualServices[${resourceKey(owners.at(-1) ?? owner)}].virtualHost.routes`,
      message: `routes delegate to more than ${maximumVisits} route tables, or more than ${maximumDepth} deep`,
      expected: 'fewer tables that delegate to each other',
    })
    return []
  }
  run.visits++
  const holder = { path: `routeTables[${resourceKey(table.metadata)}].routes`, namespace, owners: [owner, ...owners] }
  return flattenAll(table.routes, { ...holder, parent }, run)
}
