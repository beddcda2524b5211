import type { UpstreamConfig } from '../config/upstream.ts'
import type { UpstreamDriver } from './driver.ts'
import type { ConnectionSettings, Endpoint } from './transport.ts'

/** Upstreams whose hosts stand in the configuration: `static` and `pipe`. */
export function hostsDriver(kind: 'static' | 'pipe'): UpstreamDriver {
  return {
    kind,
    open(config, { transport, connection }) {
      const endpoints = kind === 'pipe' ? pipeEndpoints(config, connection) : staticEndpoints(config, connection)
      return {
        endpoints(changed) {
          changed(endpoints)
          return ignore
        },
        send: ({ request, endpoint }, receiver) => transport.send(request, endpoint as Endpoint, receiver),
      }
    },
  }
}

function ignore(): void {}

function staticEndpoints(config: UpstreamConfig, connection: ConnectionSettings): readonly Endpoint[] {
  return (config.static?.hosts ?? []).map((host) => ({
    address: host.addr,
    port: host.port,
    weight: host.loadBalancingWeight ?? 1,
    hostname: host.addr,
    metadata: labels(host.metadata?.['envoy.lb']),
    connection,
    sni: host.sniAddr,
  }))
}

function labels(values: Readonly<Record<string, unknown>> | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(values ?? {}).map(([name, value]) => [name, String(value)]))
}

function pipeEndpoints(config: UpstreamConfig, connection: ConnectionSettings): readonly Endpoint[] {
  const address = config.pipe?.path ?? ''
  return [{ address, port: 0, weight: 1, hostname: 'localhost', metadata: {}, connection }]
}
