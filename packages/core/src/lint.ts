import { delegationTargets, tablesByWeight } from './compile/delegation-targets.ts'
import { hiddenRoutes } from './compile/hidden-routes.ts'
import { defaultNamespace, indexResources, type Resources, resourceKey } from './compile/resources.ts'
import type { CompiledVirtualHost, Snapshot } from './compile/snapshot.ts'
import type { Metadata } from './config/common.ts'
import type { GatewayConfig } from './config/gateway-config.ts'
import type { RouteConfig } from './config/route.ts'
import type { Issue } from './schema/issue.ts'

/** Every kind of finding of a lint, with what it means. */
export const lintIssueCodes = {
  'route-never-reached': 'An earlier route takes every request that the route is for.',
  'virtual-service-not-served': 'No gateway serves the virtual service.',
  'unused-resource': 'Nothing refers to the resource.',
  'tables-of-one-weight': 'Tables of one weight are sorted together, so that their routes do not keep their order.',
} as const satisfies Record<string, string>

/** What works and is probably not meant: warnings that a configuration may do without. */
export function lint(config: GatewayConfig, { listeners }: Snapshot): readonly Issue[] {
  const virtualHosts = [...listeners.values()].flatMap((listener) => listener.virtualHosts)
  const issues = [
    ...hiddenRoutes(virtualHosts),
    ...notServed(config, new Set(virtualHosts.map(({ name }) => name))),
    ...unused(config, virtualHosts.some(namesUpstreamsByHeader)),
    ...unorderedTables(config),
  ]
  const seen = new Map(issues.map((issue) => [`${issue.code} ${issue.path} ${issue.message}`, issue]))
  return [...seen.values()]
}

function notServed({ virtualServices = [] }: GatewayConfig, served: ReadonlySet<string>): readonly Issue[] {
  return virtualServices
    .filter(({ metadata }) => !served.has(resourceKey(metadata)))
    .map(({ metadata }) => {
      const message = 'no gateway serves it'
      const fix = 'let a gateway select it; those with an sslConfig belong to gateways with "ssl: true"'
      return warning('VirtualService', 'virtualServices', metadata, 'virtual-service-not-served', message, fix)
    })
}

/** Kinds of resources that others refer to by name. */
const referred = [
  ['Upstream', 'upstreams'],
  ['UpstreamGroup', 'upstreamGroups'],
  ['VirtualHostOption', 'virtualHostOptions'],
  ['RouteOption', 'routeOptions'],
  ['Secret', 'secrets'],
] as const

/** Such a route may go to any upstream. */
function namesUpstreamsByHeader({ table }: CompiledVirtualHost): boolean {
  return table.entries.some(({ action }) => action.kind === 'forward' && action.target.kind === 'clusterHeader')
}

/** A name that stands anywhere as that of a reference is in use, so that no kind of reference can be forgotten. */
function unused(config: GatewayConfig, anyUpstream: boolean): readonly Issue[] {
  const names = new Set<string>()
  const { metadata: _, ...settings } = config.settings ?? {}
  collectNames(settings, names)
  for (const list of Object.values(config)) {
    if (!Array.isArray(list)) continue
    for (const { metadata: own, ...fields } of list as readonly Record<string, unknown>[]) collectNames(fields, names)
  }
  const idle = referred.flatMap(([kind, list]) =>
    (config[list] ?? [])
      .filter(({ metadata }) => !names.has(metadata.name) && !(kind === 'Upstream' && anyUpstream))
      .map(({ metadata }) =>
        warning(kind, list, metadata, 'unused-resource', 'nothing refers to it', 'remove it, or refer to it'),
      ),
  )
  return [...idle, ...unselectedTables(config)]
}

function collectNames(value: unknown, names: Set<string>): void {
  if (typeof value !== 'object' || value === null) return
  if ('name' in value && typeof value.name === 'string') names.add(value.name)
  for (const part of Object.values(value)) collectNames(part, names)
}

function unselectedTables(config: GatewayConfig): readonly Issue[] {
  const selected = new Set(
    delegations(config).flatMap(({ tables }) => tables.map(({ metadata }) => resourceKey(metadata))),
  )
  return (config.routeTables ?? [])
    .filter(({ metadata }) => !selected.has(resourceKey(metadata)))
    .map(({ metadata }) => {
      const fix = 'delegate to it by name, or by a selector that fits its labels'
      return warning('RouteTable', 'routeTables', metadata, 'unused-resource', 'no route delegates to it', fix)
    })
}

function unorderedTables(config: GatewayConfig): readonly Issue[] {
  return delegations(config).flatMap(({ kind, list, metadata, path, tables }) =>
    tablesByWeight(tables)
      .filter((group) => group.length > 1)
      .map((group) => {
        const keys = group.map((table) => resourceKey(table.metadata)).join(', ')
        const message = `the routes of ${keys} are sorted together, because the tables have one weight`
        const issue = warning(
          kind,
          list,
          metadata,
          'tables-of-one-weight',
          message,
          'give each table a weight of its own',
        )
        return { ...issue, path: `${issue.path}.${path}` }
      }),
  )
}

interface Delegation {
  readonly kind: 'VirtualService' | 'RouteTable'
  readonly list: 'virtualServices' | 'routeTables'
  readonly metadata: Metadata
  /** Below the resource. */
  readonly path: string
  readonly tables: Resources['routeTables'] extends ReadonlyMap<string, infer Table> ? readonly Table[] : never
}

function delegations(config: GatewayConfig): readonly Delegation[] {
  const resources = indexResources(config)
  const found =
    (kind: Delegation['kind'], list: Delegation['list'], metadata: Metadata, at: string) =>
    ([index, { delegateAction }]: readonly [number, RouteConfig]): readonly Delegation[] => {
      if (delegateAction === undefined) return []
      const path = `${at}[${index}].delegateAction`
      const tables = delegationTargets(delegateAction, metadata.namespace ?? defaultNamespace, resources, path, ignore)
      return [{ kind, list, metadata, path, tables }]
    }
  const inServices = (config.virtualServices ?? []).flatMap(({ metadata, virtualHost }) =>
    [...(virtualHost?.routes ?? []).entries()].flatMap(
      found('VirtualService', 'virtualServices', metadata, 'virtualHost.routes'),
    ),
  )
  const inTables = (config.routeTables ?? []).flatMap(({ metadata, routes = [] }) =>
    [...routes.entries()].flatMap(found('RouteTable', 'routeTables', metadata, 'routes')),
  )
  return [...inServices, ...inTables]
}

function ignore(): void {}

function warning(
  kind: string,
  list: keyof GatewayConfig,
  metadata: Metadata,
  code: keyof typeof lintIssueCodes,
  message: string,
  fix: string,
): Issue {
  const { name, namespace = defaultNamespace } = metadata
  const path = `${list}[${resourceKey(metadata)}]`
  return { severity: 'warning', code, resource: { kind, namespace, name }, path, message, fix }
}
