import { compileSelector } from '../cluster/selection/selector.ts'
import type { Destination } from '../config/destination.ts'
import type { WeightedDestinationOptions } from '../config/weighted-destination-options.ts'
import { compileChain } from '../filter/chain.ts'
import { compileHeaderManipulation, type HeaderTools, joinHeaderLevels } from '../forward/header-manipulation.ts'
import type { ClusterRef } from '../forward/plan.ts'
import { ConfigError } from '../schema/config-error.ts'
import type { Finding } from '../schema/finding.ts'
import type { Issue } from '../schema/issue.ts'
import { findingOf } from './finding.ts'
import type { FlatRoute } from './flat-route.ts'
import { refKey } from './resources.ts'
import type { Branch } from './snapshot.ts'
import type { VirtualHostScope } from './virtual-host.ts'

/** Where one of a route's ways leads. */
export interface BranchTarget {
  readonly destination: Destination
  readonly cluster: ClusterRef | undefined
  /** Options of a weighted destination, and its place below the route, such as `routeAction.multi.destinations[1]`. */
  readonly options?: WeightedDestinationOptions | undefined
  readonly field?: string
}

const nowhere: BranchTarget = { destination: {}, cluster: undefined }

/** Makes filters and header manipulation of one way ready; `quiet` when another matcher has reported the findings. */
export function compileBranch(
  flat: FlatRoute,
  scope: VirtualHostScope,
  quiet: boolean,
  target: BranchTarget = nowhere,
): Branch {
  const route = flat.config.options ?? {}
  const tools: HeaderTools = {
    runtime: scope.environment.runtime,
    secretHeaders: (ref) => scope.resources.secrets.get(refKey(ref, flat.namespace))?.header?.headers,
    report: (finding) => quiet || scope.report(placed(flat, finding)),
  }
  const own = compileHeaderManipulation(
    target.options?.headerManipulation,
    `${target.field ?? ''}.options.headerManipulation`,
    tools,
  )
  const ofRoute = compileHeaderManipulation(route.headerManipulation, 'options.headerManipulation', tools)
  const headers = joinHeaderLevels([own, ofRoute, scope.virtualHostHeaders], scope.mostSpecificHeaderMutationsWins)
  const extension = (name: string): unknown =>
    settingsOf(target.options, name) ??
    settingsOf(route, name) ??
    settingsOf(scope.virtualHost, name) ??
    settingsOf(scope.options, name)
  return {
    chain: chainOf(flat, scope, target, extension, quiet),
    requestHeaders: headers !== undefined && headers.request.length > 0 ? headers : undefined,
    responseHeaders: headers !== undefined && headers.response.length > 0 ? headers : undefined,
    cluster: target.cluster,
    destination: target.destination,
    selector: compileSelector({
      lbHash: route.lbHash,
      statefulSession: route.statefulSession ?? scope.options.statefulSession,
      subset: target.destination.subset,
    }),
    replacement: scope.invalidRouteReply,
  }
}

function chainOf(
  flat: FlatRoute,
  scope: VirtualHostScope,
  target: BranchTarget,
  extension: (name: string) => unknown,
  quiet: boolean,
): Branch['chain'] {
  const { filters, runtime } = scope.environment
  const route = flat.config.options ?? {}
  const filterScope = {
    listener: scope.options,
    virtualHost: scope.virtualHost,
    route,
    destination: target.options,
    upstream: target.cluster && scope.resources.upstreams.get(target.cluster.name),
    settings: scope.settings,
    bufferLimit: scope.bufferLimit,
    origin: flat.origin,
    extension,
  }
  try {
    return compileChain(filters, filterScope, runtime)
  } catch (error) {
    if (!ConfigError.is(error)) {
      const message = `a filter failed: ${error instanceof Error ? error.message : String(error)}`
      if (!quiet) scope.report(findingOf(flat, 'filter-failed', 'options', message))
    } else if (!quiet) for (const issue of error.issues) scope.report(placedAtLevel(flat, target, issue))
    return { filters: [] }
  }
}

/** A finding with a path below the route becomes one about the route's resource. */
function placed(flat: FlatRoute, finding: Finding): ReturnType<typeof findingOf> {
  return { ...finding, ...findingOf(flat, finding.code, finding.path, finding.message, finding.severity) }
}

/** What a filter found in the options of another level is about that level. */
function placedAtLevel(flat: FlatRoute, { field = '' }: BranchTarget, issue: Issue): Issue {
  const { resource: _, ...finding } = issue
  const { path } = finding
  if (path.startsWith('destination.')) return placed(flat, { ...finding, path: field + path.slice(path.indexOf('.')) })
  const holder = flat.owners.at(-1)
  if (!path.startsWith('virtualHost.') || holder === undefined) return placed(flat, finding)
  const { kind, namespace, name } = holder
  return { ...finding, resource: { kind, namespace, name }, path: `virtualServices[${namespace}.${name}].${path}` }
}

function settingsOf(options: { readonly extensions?: unknown } | undefined, name: string): unknown {
  const extensions = options?.extensions as { readonly configs?: Readonly<Record<string, unknown>> } | undefined
  if (extensions === undefined) return undefined
  const direct = (extensions as Readonly<Record<string, unknown>>)[name]
  return direct ?? extensions.configs?.[name]
}
