import type { GatewayResource } from '../config/gateway.ts'
import type { HttpListenerOptions } from '../config/listener-options.ts'
import type { VirtualServiceConfig } from '../config/virtual-service.ts'
import { compileEarlyHeaders } from '../forward/header-manipulation.ts'
import { durationMs } from '../schema/duration.ts'
import { DomainTable } from './domains.ts'
import type { CompileEnvironment, Report } from './environment.ts'
import { compileIngressSettings } from './listener-settings.ts'
import type { Resources } from './resources.ts'
import type { CompiledListener, CompiledVirtualHost } from './snapshot.ts'
import { compileVirtualHost, type ListenerScope } from './virtual-host.ts'

/** Envoy's default for `streamIdleTimeout`. */
const defaultStreamIdle = 300_000

/** One Gateway resource with the virtual services that belong to it. */
export function compileListener(
  name: string, gateway: GatewayResource, virtualServices: readonly VirtualServiceConfig[], scope: Omit<ListenerScope, 'options' | 'mostSpecificHeaderMutationsWins'>,
): CompiledListener {
  const { environment, report } = scope
  const options: HttpListenerOptions = gateway.httpGateway?.options ?? {}
  const hcm = options.httpConnectionManagerSettings
  const listenerScope: ListenerScope = {
    ...scope, options, mostSpecificHeaderMutationsWins: gateway.routeOptions?.mostSpecificHeaderMutationsWins ?? false,
  }
  const hosts: CompiledVirtualHost[] = []
  for (const virtualService of virtualServices) {
    const compiled = compileVirtualHost(virtualService, listenerScope)
    if (compiled !== undefined) hosts.push(compiled)
  }
  return {
    name,
    bindAddress: gateway.bindAddress ?? '::',
    bindPort: gateway.bindPort ?? 8080,
    options,
    ingress: compileIngressSettings(hcm),
    domains: new DomainTable(hosts.flatMap((host) => host.domains.map((domain) => [domain, host] as const))),
    earlyHeaders: compileEarlyHeaders(hcm?.earlyHeaderManipulation, `gateways[${name}].httpGateway.options`, report),
    streamIdle: queue(environment, durationMs(hcm?.streamIdleTimeout, defaultStreamIdle)),
    requestTimeout: queue(environment, durationMs(hcm?.requestTimeout, 0)),
    connections: {
      requestHeadersTimeout: durationMs(hcm?.requestHeadersTimeout, undefined),
      idleTimeout: durationMs(hcm?.idleTimeout, undefined),
    },
  }
}

function queue(environment: CompileEnvironment, milliseconds: number): CompiledListener['streamIdle'] {
  return milliseconds > 0 ? environment.deadlines.queue(milliseconds) : undefined
}
