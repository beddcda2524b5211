import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { GatewayConfig, UpstreamConfig } from 'headgate'

/** Servers in place of the upstreams of a configuration, on ports that are free here. */
export interface StandIns {
  /** The same configuration, with the stand-ins' addresses in its upstreams. */
  readonly inPlace: (config: GatewayConfig) => GatewayConfig
  close(): void
}

/** Starts a server for every host of every upstream; it answers with its name and the request line it was sent. */
export async function startStandIns({ upstreams = [] }: GatewayConfig): Promise<StandIns> {
  const ports = new Map<string, readonly number[]>()
  const servers = new Set<ReturnType<typeof createServer>>()
  for (const { metadata, static: fixed } of upstreams) {
    const { length } = fixed?.hosts ?? []
    const opened: number[] = []
    for (let number = 1; number <= length; number++) {
      const name = length === 1 ? metadata.name : `${metadata.name}-${number}`
      const server = createServer((request, response) => response.end(`${name} got ${request.method} ${request.url}`))
      servers.add(server.listen(0, '127.0.0.1'))
      await once(server, 'listening')
      opened.push((server.address() as AddressInfo).port)
    }
    ports.set(metadata.name, opened)
  }
  const moved = (upstream: UpstreamConfig): UpstreamConfig => {
    const hosts = (ports.get(upstream.metadata.name) ?? []).map((port) => ({ addr: '127.0.0.1', port }))
    return hosts.length === 0 ? upstream : { ...upstream, static: { ...upstream.static, hosts } }
  }
  return {
    inPlace: (config) => ({ ...config, upstreams: (config.upstreams ?? []).map(moved) }),
    close: () => {
      for (const server of servers) {
        server.close()
        server.closeAllConnections()
      }
    },
  }
}
