import type { GatewayResource } from './gateway.ts'
import type { RouteOptionConfig, VirtualHostOptionConfig } from './option-resources.ts'
import type { RouteTableConfig } from './route-table.ts'
import type { SecretConfig } from './secret.ts'
import type { SettingsConfig } from './settings.ts'
import type { UpstreamConfig } from './upstream.ts'
import type { UpstreamGroupConfig } from './upstream-group.ts'
import type { VirtualServiceConfig } from './virtual-service.ts'

/** Everything a gateway is told: Gloo's resources by kind, in the shape of protobuf JSON. */
export interface GatewayConfig {
  /** Default: one HTTP gateway that serves every virtual service. */
  readonly gateways?: readonly GatewayResource[]
  readonly virtualServices?: readonly VirtualServiceConfig[]
  readonly routeTables?: readonly RouteTableConfig[]
  readonly upstreams?: readonly UpstreamConfig[]
  readonly upstreamGroups?: readonly UpstreamGroupConfig[]
  readonly virtualHostOptions?: readonly VirtualHostOptionConfig[]
  readonly routeOptions?: readonly RouteOptionConfig[]
  readonly secrets?: readonly SecretConfig[]
  readonly settings?: SettingsConfig
}
