import type { UpstreamConfig } from '../../config/upstream.ts'
import { durationMs } from '../../schema/duration.ts'
import type { DriverEnvironment, EndpointSource, UpstreamDriver } from '../driver.ts'
import type { Endpoint } from '../transport.ts'
import { joinSources } from './join-sources.ts'
import { failoverEndpoints, localityOf, pipeEndpoints, staticEndpoints } from './listed-endpoints.ts'
import { resolvedEndpoints } from './resolved-endpoints.ts'

/** Envoy's default for `dnsRefreshRate`. */
const defaultRefreshRate = 5000
/** Gloo's default for `failoverUpstreamDnsPollingInterval`. */
const defaultFailoverRate = 10_000

/** Upstreams whose requests go to hosts over the transport: `static`, `pipe` and `endpoints`. */
export function hostsDriver(kind: 'static' | 'pipe' | 'endpoints'): UpstreamDriver {
  return {
    kind,
    open(config, environment) {
      const own = ownSource(kind, config, environment)
      const spare = failoverEndpoints(config, environment)
      const spareRate = durationMs(config.dnsRefreshRate, environment.failoverDnsRate ?? defaultFailoverRate)
      return {
        endpoints: spare.length === 0 ? own : joinSources(own, named(spare, config, environment, spareRate)),
        send: ({ request, endpoint }, receiver) => environment.transport.send(request, endpoint as Endpoint, receiver),
      }
    },
  }
}

function ownSource(kind: string, config: UpstreamConfig, environment: DriverEnvironment): EndpointSource {
  if (kind === 'pipe') return listed(pipeEndpoints(config, environment))
  const { endpoints } = config
  if (kind === 'endpoints' && endpoints !== undefined) {
    return (changed) =>
      endpoints((hosts) =>
        changed(
          staticEndpoints(hosts, environment).map((endpoint, index) => ({
            ...endpoint,
            priority: hosts[index]?.priority,
            locality: localityOf(hosts[index]?.locality, hosts[index]?.locality?.loadBalancingWeight),
          })),
        ),
      )
  }
  const endpointList = staticEndpoints(config.static?.hosts ?? [], environment)
  // Protobuf has refresh rates below a millisecond ignored.
  const rate = Math.floor(durationMs(config.dnsRefreshRate, 0)) || defaultRefreshRate
  return named(endpointList, config, environment, rate)
}

function listed(endpoints: readonly Endpoint[]): EndpointSource {
  return (changed) => {
    changed(endpoints)
    return ignore
  }
}

function ignore(): void {}

/**
 * Gloo has Envoy look up every host name (STRICT_DNS). Here that is done where something asks for single hosts; else the
 * transport looks names up when it connects, and tries their addresses side by side (RFC 8305).
 */
function named(
  endpoints: readonly Endpoint[],
  config: UpstreamConfig,
  { runtime, name }: DriverEnvironment,
  refreshRate: number,
): EndpointSource {
  const { resolver } = runtime
  if (resolver === undefined || !needsHosts(config)) return listed(endpoints)
  const respectTtl = config.respectDnsTtl ?? false
  return resolvedEndpoints(endpoints, { upstream: name, runtime, resolver, refreshRate, respectTtl })
}

function needsHosts(config: UpstreamConfig): boolean {
  const { dnsRefreshRate, respectDnsTtl, healthChecks, outlierDetection, loadBalancerConfig, failover } = config
  return (
    respectDnsTtl === true ||
    (dnsRefreshRate ?? healthChecks ?? outlierDetection ?? loadBalancerConfig ?? failover) !== undefined
  )
}
