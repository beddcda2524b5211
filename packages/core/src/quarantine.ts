import { resourceKey } from './compile/resources.ts'
import type { Metadata } from './config/common.ts'
import type { GatewayConfig } from './config/gateway-config.ts'
import type { Issue, IssueResource } from './schema/issue.ts'

/** A resource that could not be taken over. */
export interface Quarantined {
  readonly resource: IssueResource
  /** `kept`: its last good version is in force; `dropped`: it has none, and is not served. */
  readonly outcome: 'kept' | 'dropped'
}

/** A configuration with its faulty resources replaced by what was in force before. */
export interface Repair {
  readonly config: GatewayConfig
  readonly quarantined: readonly Quarantined[]
}

const lists: Readonly<Record<string, keyof GatewayConfig>> = {
  Gateway: 'gateways',
  VirtualService: 'virtualServices',
  RouteTable: 'routeTables',
  Upstream: 'upstreams',
  UpstreamGroup: 'upstreamGroups',
  VirtualHostOption: 'virtualHostOptions',
  RouteOption: 'routeOptions',
  Secret: 'secrets',
}

type Resource = { readonly metadata?: Metadata }

/**
 * Takes faulty resources out of a configuration, so that one team's mistake does not hold up another's change: each is
 * replaced by its version in `before`, or left out where it has none (Gloo keeps the last good VirtualService in the same
 * way). Undefined when an error belongs to no resource, or to settings: then nothing of the configuration can be trusted.
 */
export function repair(config: GatewayConfig, issues: readonly Issue[], before: GatewayConfig): Repair | undefined {
  const faulty = new Map<string, IssueResource>()
  for (const { severity, resource } of issues) {
    if (severity !== 'error') continue
    if (resource === undefined || lists[resource.kind] === undefined) return undefined
    faulty.set(`${resource.kind} ${resource.namespace}.${resource.name}`, resource)
  }
  const repaired: Record<string, unknown> = { ...config }
  const quarantined: Quarantined[] = []
  for (const resource of faulty.values()) {
    const list = lists[resource.kind] as keyof GatewayConfig
    const key = `${resource.namespace}.${resource.name}`
    const good = find(before[list] as readonly Resource[] | undefined, key)
    const others = ((repaired[list] ?? []) as readonly Resource[]).filter((each) => !isCalled(each, key))
    repaired[list] = good === undefined ? others : [...others, good]
    quarantined.push({ resource, outcome: good === undefined ? 'dropped' : 'kept' })
  }
  return { config: repaired as GatewayConfig, quarantined }
}

function find(resources: readonly Resource[] | undefined, key: string): Resource | undefined {
  return resources?.find((each) => isCalled(each, key))
}

function isCalled({ metadata }: Resource, key: string): boolean {
  return metadata !== undefined && resourceKey(metadata) === key
}
