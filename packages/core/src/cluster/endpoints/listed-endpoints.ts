import type { UpstreamConfig } from '../../config/upstream.ts'
import type { Locality as ConfiguredLocality, LbEndpoint } from '../../config/upstream-health.ts'
import type { StaticHost } from '../../config/upstream-hosts.ts'
import type { DriverEnvironment } from '../driver.ts'
import type { Endpoint, Locality } from '../transport.ts'

/** Where Envoy finds the labels of a host. */
const labelNamespace = 'envoy.lb'

type Metadata = Readonly<Record<string, Readonly<Record<string, unknown>>>>

export function staticEndpoints(
  hosts: readonly StaticHost[],
  { connection }: Pick<DriverEnvironment, 'connection'>,
): readonly Endpoint[] {
  return hosts.map((host) => ({
    address: host.addr,
    port: host.port,
    weight: host.loadBalancingWeight ?? 1,
    hostname: host.addr,
    metadata: labels(host.metadata),
    connection,
    sni: host.sniAddr,
    healthCheck: host.healthCheckConfig,
  }))
}

export function pipeEndpoints(
  { pipe }: UpstreamConfig,
  { connection }: Pick<DriverEnvironment, 'connection'>,
): readonly Endpoint[] {
  return [{ address: pipe?.path ?? '', port: 0, weight: 1, hostname: 'localhost', metadata: {}, connection }]
}

/** The hosts of an upstream's `failover`: its own hosts are priority 0, these come after them. */
export function failoverEndpoints({ failover }: UpstreamConfig, environment: DriverEnvironment): readonly Endpoint[] {
  return (failover?.prioritizedLocalities ?? []).flatMap(({ localityEndpoints = [] }, index) =>
    localityEndpoints.flatMap(({ locality, lbEndpoints = [], loadBalancingWeight }) =>
      lbEndpoints.map((endpoint) => ({
        ...failoverEndpoint(endpoint, environment),
        priority: index + 1,
        locality: localityOf(locality, loadBalancingWeight),
      })),
    ),
  )
}

function failoverEndpoint(endpoint: LbEndpoint, { connection, secured }: DriverEnvironment): Endpoint {
  const { address, port, loadBalancingWeight, metadata, upstreamSslConfig, healthCheckConfig } = endpoint
  const { portValue, hostname, path, method } = healthCheckConfig ?? {}
  return {
    address,
    port,
    weight: loadBalancingWeight ?? 1,
    hostname: address,
    metadata: labels(metadata),
    connection: upstreamSslConfig === undefined ? connection : secured(upstreamSslConfig),
    healthCheck: healthCheckConfig && { port: portValue, hostname, path, method },
  }
}

export function localityOf(locality: ConfiguredLocality | undefined, weight: number | undefined): Locality | undefined {
  if (locality === undefined && weight === undefined) return undefined
  const { region = '', zone = '', subZone = '' } = locality ?? {}
  return { name: [region, zone, subZone].join('/'), weight: weight ?? 0 }
}

function labels(metadata: Metadata | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(metadata?.[labelNamespace] ?? {}).map(([name, value]) => [name, String(value)]),
  )
}
