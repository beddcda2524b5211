import type { GatewayConfig } from '../gateway-config.ts'
import { sourceOf, withSource } from '../source.ts'
import type { UpstreamConfig } from '../upstream.ts'
import type { UpstreamGroupConfig } from '../upstream-group.ts'
import { plain, unwrap } from './plain-value.ts'
import type { RouteTable, RouteTableInput } from './route-table.ts'
import type { Upstream } from './upstream.ts'
import type { UpstreamGroup } from './upstream-group.ts'
import type { VirtualService, VirtualServiceInput } from './virtual-service.ts'

/**
 * A gateway's configuration in which values such as {@link Upstream} and plain data may be mixed. Upstreams that routes
 * use must be in the list all the same: a route only refers to them.
 */
export interface GatewayInput
  extends Omit<GatewayConfig, 'virtualServices' | 'routeTables' | 'upstreams' | 'upstreamGroups'> {
  readonly virtualServices?: readonly (VirtualService | VirtualServiceInput)[]
  readonly routeTables?: readonly (RouteTable | RouteTableInput)[]
  readonly upstreams?: readonly (Upstream | UpstreamConfig)[]
  readonly upstreamGroups?: readonly (UpstreamGroup | UpstreamGroupConfig)[]
}

/** The configuration as plain data, deep-frozen. What is no configuration at all is left for the check to report. */
export function plainConfig(input: GatewayInput): GatewayConfig {
  const given: unknown = input
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return given as GatewayConfig
  const kinds = Object.entries(input)
    .filter(([, resources]) => resources !== undefined)
    .map(([kind, resources]) => [kind, plainResources(resources)])
  return Object.freeze(withSource(Object.fromEntries(kinds), sourceOf(input))) as GatewayConfig
}

/** The list of one kind, or the settings. */
function plainResources(resources: unknown): unknown {
  return Array.isArray(resources) ? Object.freeze(resources.map(plainResource)) : plainResource(resources)
}

function plainResource(resource: unknown): unknown {
  const config = unwrap(resource)
  return plain(config, namespaceOf(config))
}

function namespaceOf(config: unknown): string | undefined {
  const { metadata } = (config ?? {}) as { readonly metadata?: { readonly namespace?: unknown } | null }
  return typeof metadata?.namespace === 'string' ? metadata.namespace : undefined
}
