import type { GatewayResource } from '../config/gateway.ts'
import type { HttpConnectionManagerSettings } from '../config/http-connection-manager.ts'
import type { HttpListenerOptions } from '../config/listener-options.ts'
import type { VirtualServiceConfig } from '../config/virtual-service.ts'
import { compileEarlyHeaders } from '../forward/header-manipulation.ts'
import { durationMs } from '../schema/duration.ts'
import { defaultMaxBodySize } from './direct-response.ts'
import { DomainTable } from './domains.ts'
import type { CompileEnvironment } from './environment.ts'
import { defaultBindAddress, defaultBindPort, type SelectedListener } from './gateways.ts'
import { compileHybridEntry } from './hybrid.ts'
import { compileIngressSettings } from './listener-settings.ts'
import { defaultNamespace, refKey } from './resources.ts'
import type { CompiledListener, CompiledVirtualHost } from './snapshot.ts'
import { compileVirtualHost, type ListenerScope } from './virtual-host.ts'

/** Envoy's default for `streamIdleTimeout`. */
const defaultStreamIdle = 300_000

/** Envoy's default for `perConnectionBufferLimitBytes`. */
const defaultBufferLimit = 1024 * 1024

/** What all listeners are compiled with. */
export type ConfigScope = Omit<
  ListenerScope,
  'options' | 'mostSpecificHeaderMutationsWins' | 'maxDirectResponseBodySize' | 'bufferLimit'
>

/** One Gateway resource with the virtual services that belong to it. */
export function compileListener(selected: SelectedListener, scope: ConfigScope): CompiledListener {
  const { name, gateway, matched } = selected
  if (gateway.hybridGateway === undefined) return compileEntrance(name, gateway, selected.virtualServices, scope)
  const hybrid = matched.flatMap(({ match, virtualServices }) => {
    if (match.httpGateway === undefined) return []
    const entrance: GatewayResource = { ...gateway, httpGateway: match.httpGateway }
    return [compileHybridEntry(match, compileEntrance(name, entrance, virtualServices, scope))]
  })
  // The server is one for all of them: what it has to know before it knows the connection is the first one's.
  const common = hybrid[0]?.listener ?? compileEntrance(name, gateway, [], scope)
  return { ...common, virtualHosts: hybrid.flatMap(({ listener }) => listener.virtualHosts), hybrid }
}

function compileEntrance(
  name: string,
  gateway: GatewayResource,
  virtualServices: readonly VirtualServiceConfig[],
  scope: ConfigScope,
): CompiledListener {
  const { environment } = scope
  const options: HttpListenerOptions = gateway.httpGateway?.options ?? {}
  const hcm = options.httpConnectionManagerSettings
  const listenerScope: ListenerScope = {
    ...scope,
    options,
    mostSpecificHeaderMutationsWins: gateway.routeOptions?.mostSpecificHeaderMutationsWins ?? false,
    maxDirectResponseBodySize: gateway.routeOptions?.maxDirectResponseBodySizeBytes ?? defaultMaxBodySize,
    bufferLimit: gateway.options?.perConnectionBufferLimitBytes ?? defaultBufferLimit,
  }
  const hosts: CompiledVirtualHost[] = []
  for (const virtualService of virtualServices) {
    const compiled = compileVirtualHost(virtualService, listenerScope)
    if (compiled !== undefined) hosts.push(compiled)
  }
  return {
    name,
    bindAddress: gateway.bindAddress ?? defaultBindAddress,
    bindPort: gateway.bindPort ?? defaultBindPort,
    options,
    ingress: compileIngressSettings(options),
    virtualHosts: hosts,
    hybrid: undefined,
    domains: new DomainTable(hosts.flatMap((host) => host.domains.map((domain) => [domain, host] as const))),
    earlyHeaders: earlyHeaders(name, gateway, hcm, scope),
    sanitizedHeaders: options.sanitizeClusterHeader === true ? clusterHeaders(hosts) : [],
    streamIdle: queue(environment, durationMs(hcm?.streamIdleTimeout, defaultStreamIdle)),
    requestTimeout: queue(environment, durationMs(hcm?.requestTimeout, 0)),
    serverName: hcm?.serverName === '' ? undefined : hcm?.serverName,
    connections: {
      requestHeadersTimeout: durationMs(hcm?.requestHeadersTimeout, undefined),
      idleTimeout: durationMs(hcm?.idleTimeout, undefined),
    },
  }
}

function clusterHeaders(hosts: readonly CompiledVirtualHost[]): readonly string[] {
  const names = hosts.flatMap(({ table }) =>
    table.entries.flatMap(({ action }) =>
      action.kind === 'forward' && action.target.kind === 'clusterHeader' ? [action.target.header] : [],
    ),
  )
  return [...new Set(names)]
}

function earlyHeaders(
  name: string,
  gateway: GatewayResource,
  hcm: HttpConnectionManagerSettings | undefined,
  scope: ConfigScope,
): CompiledListener['earlyHeaders'] {
  const namespace = gateway.metadata?.namespace ?? defaultNamespace
  const path = `gateways[${namespace}.${name}].httpGateway.options.httpConnectionManagerSettings.earlyHeaderManipulation`
  return compileEarlyHeaders(hcm?.earlyHeaderManipulation, path, {
    runtime: scope.environment.runtime,
    secretHeaders: (ref) => scope.resources.secrets.get(refKey(ref, namespace))?.header?.headers,
    report: (finding) => scope.report({ ...finding, resource: { kind: 'Gateway', namespace, name } }),
  })
}

function queue(environment: CompileEnvironment, milliseconds: number): CompiledListener['streamIdle'] {
  return milliseconds > 0 ? environment.deadlines.queue(milliseconds) : undefined
}
