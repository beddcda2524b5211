import type { GatewayConfig } from '../config/gateway-config.ts'
import type { Field } from './field.ts'
import { gateway } from './gateway.ts'
import { list, message } from './protobuf-json.ts'
import { secretResource } from './secret.ts'
import { settings } from './settings.ts'
import { upstream } from './upstream.ts'
import { routeOption, routeTable, upstreamGroup, virtualHostOption, virtualService } from './virtual-service.ts'

/** The whole configuration. */
export const gatewayConfig: Field<GatewayConfig> = message<GatewayConfig>('GatewayConfig', {
  gateways: list(gateway),
  virtualServices: list(virtualService),
  routeTables: list(routeTable),
  upstreams: list(upstream),
  upstreamGroups: list(upstreamGroup),
  virtualHostOptions: list(virtualHostOption),
  routeOptions: list(routeOption),
  secrets: list(secretResource),
  settings,
})

/** Kubernetes' name for the resources under each key. */
export const resourceKinds: Readonly<Record<keyof GatewayConfig, string>> = {
  gateways: 'Gateway',
  virtualServices: 'VirtualService',
  routeTables: 'RouteTable',
  upstreams: 'Upstream',
  upstreamGroups: 'UpstreamGroup',
  virtualHostOptions: 'VirtualHostOption',
  routeOptions: 'RouteOption',
  secrets: 'Secret',
  settings: 'Settings',
}
