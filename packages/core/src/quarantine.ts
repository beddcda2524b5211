import { defaultNamespace, refKey, resourceKey } from './compile/resources.ts'
import type { Metadata } from './config/common.ts'
import type { GatewayResource } from './config/gateway.ts'
import type { GatewayConfig } from './config/gateway-config.ts'
import type { CheckResult } from './schema/check.ts'
import type { Issue, IssueResource } from './schema/issue.ts'

/** A resource that could not be taken over. */
export interface Quarantined {
  readonly resource: IssueResource
  /** `kept`: its last good version is in force; `dropped`: it has none, and is not served. */
  readonly outcome: 'kept' | 'dropped'
}

/** What has been quarantined, by kind and key. */
export type Quarantine = ReadonlyMap<string, Quarantined>

/** A configuration with its faulty resources replaced by what was in force before. */
export interface Repair {
  readonly config: GatewayConfig
  readonly quarantine: Quarantine
}

type ListName = Exclude<keyof GatewayConfig, 'settings'>
type Resource = { readonly metadata?: Metadata }

const lists: Readonly<Record<string, ListName>> = {
  Gateway: 'gateways',
  VirtualService: 'virtualServices',
  RouteTable: 'routeTables',
  Upstream: 'upstreams',
  UpstreamGroup: 'upstreamGroups',
  VirtualHostOption: 'virtualHostOptions',
  RouteOption: 'routeOptions',
  Secret: 'secrets',
}

/** Codes by which a gateway is only told of what is wrong with its virtual services. */
const onlyTold: ReadonlySet<string> = new Set(['domain-conflict'])

/**
 * Takes faulty resources out of a configuration, so that one team's mistake does not hold up another's change: each is
 * replaced by its version in `before`, or left out where it has none (Gloo keeps the last good VirtualService in the same
 * way). Undefined when that cannot help: an error belongs to no resource, or to settings, or no gateway would be left.
 *
 * @param earlier what rounds before this one have quarantined. A last good version that does not fit the rest is given
 *   up only when nothing else is at fault.
 */
export function repair(
  checked: Pick<CheckResult, 'config' | 'dropped'>,
  issues: readonly Issue[],
  before: GatewayConfig,
  earlier: Quarantine,
): Repair | undefined {
  const all = faultyResources(issues)
  if (all === undefined) return undefined
  const fresh = all.filter((resource) => !earlier.has(nameOf(resource)))
  const quarantine = new Map(earlier)
  let { config } = checked
  for (const kind of Object.keys(lists)) {
    const list = lists[kind] as ListName
    const replacements = new Map<string, Resource | undefined>()
    for (const resource of fresh.length > 0 ? fresh : all) {
      if (resource.kind !== kind) continue
      const key = resourceKey(resource)
      replacements.set(key, fresh.length > 0 ? find(before[list], key) : undefined)
    }
    if (replacements.size === 0) continue
    const { resources, found } = replace(placesOf(list, checked), replacements)
    config = { ...config, [list]: resources }
    for (const resource of all) {
      const key = resourceKey(resource)
      if (resource.kind !== kind || !found.has(key)) continue
      const outcome = replacements.get(key) === undefined ? 'dropped' : 'kept'
      quarantine.set(nameOf(resource), { resource, outcome })
    }
  }
  const isChanged = [...quarantine].some(([name, { outcome }]) => earlier.get(name)?.outcome !== outcome)
  const noGatewayLeft = config.gateways?.length === 0 && placesOf('gateways', checked).length > 0
  return isChanged && !noGatewayLeft ? { config: withoutDropped(config, quarantine), quarantine } : undefined
}

function nameOf(resource: IssueResource): string {
  return `${resource.kind} ${resourceKey(resource)}`
}

function faultyResources(issues: readonly Issue[]): readonly IssueResource[] | undefined {
  const faulty = new Map<string, IssueResource>()
  for (const { severity, code, resource } of issues) {
    if (severity !== 'error' || (resource?.kind === 'Gateway' && onlyTold.has(code))) continue
    if (resource === undefined || lists[resource.kind] === undefined) return undefined
    faulty.set(nameOf(resource), resource)
  }
  return [...faulty.values()]
}

/** A place in a list of resources; nothing stands where the check has dropped something. */
interface Place {
  readonly key: string | undefined
  readonly resource: Resource | undefined
}

function placesOf(list: ListName, { config, dropped }: Pick<CheckResult, 'config' | 'dropped'>): readonly Place[] {
  const resources: readonly Resource[] = config[list] ?? []
  const places: Place[] = resources.map((resource) => ({ key: keyOf(resource), resource }))
  for (const { index, metadata } of dropped.filter((each) => each.list === list))
    places.splice(index, 0, { key: keyOf({ metadata }), resource: undefined })
  return places
}

/** Puts replacements where the faulty ones stood: the order of resources may matter. */
function replace(
  places: readonly Place[],
  replacements: ReadonlyMap<string, Resource | undefined>,
): { readonly resources: readonly Resource[]; readonly found: ReadonlySet<string> } {
  const found = new Set<string>()
  const resources = places.flatMap(({ key, resource }) => {
    if (key === undefined || !replacements.has(key)) return resource ?? []
    const replacement = found.has(key) ? undefined : replacements.get(key)
    found.add(key)
    return replacement ?? []
  })
  return { resources, found }
}

function keyOf({ metadata }: { readonly metadata?: Metadata | undefined }): string | undefined {
  return metadata === undefined ? undefined : resourceKey(metadata)
}

function find(resources: readonly Resource[] = [], key: string): Resource | undefined {
  return resources.find((each) => keyOf(each) === key)
}

/** A gateway that names its virtual services goes on with those that are left, as long as there are any: none means all. */
function withoutDropped(config: GatewayConfig, quarantine: Quarantine): GatewayConfig {
  if (config.gateways === undefined) return config
  const isDropped = (key: string): boolean => quarantine.get(`VirtualService ${key}`)?.outcome === 'dropped'
  const gateways = config.gateways.map((gateway): GatewayResource => {
    const owner = gateway.metadata?.namespace ?? defaultNamespace
    const named = gateway.httpGateway?.virtualServices ?? []
    const left = named.filter((ref) => !isDropped(refKey(ref, owner)))
    if (left.length === 0 || left.length === named.length) return gateway
    return { ...gateway, httpGateway: { ...gateway.httpGateway, virtualServices: left } }
  })
  return { ...config, gateways }
}
