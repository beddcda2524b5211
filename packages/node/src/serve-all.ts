import type { Gateway } from '@headgate/core'
import type { RunningServer, ServeOptions } from './serve.ts'

/** Gateways that say `ssl: true` are opened with TLS, and the others without. */
function isForTls(gateway: Gateway, name: string): boolean {
  return gateway.toJSON().gateways?.some(({ metadata, ssl }) => metadata?.name === name && ssl === true) ?? false
}

/**
 * Opens a server for each Gateway resource, or none if one cannot be opened. A gateway for TLS that serves nothing is left
 * closed, as in Gloo, where every installation has one.
 *
 * @throws RangeError for a port that all would share, and for a gateway for TLS without the option `tls`, as a rejection
 */
export async function serveAll(
  gateway: Gateway,
  options: ServeOptions,
  open: (options: ServeOptions) => Promise<RunningServer>,
): Promise<RunningServer> {
  const { port = 0, tls, ...shared } = options
  if (port !== 0) throw new RangeError(`port ${port} is for one gateway: name it, or leave the port to the gateways`)
  const servers = new Map<string, RunningServer>()
  try {
    for (const name of gateway.listeners) {
      const secure = isForTls(gateway, name)
      if (secure && tls === undefined) {
        if (gateway.listener(name).virtualHosts.length === 0) continue
        throw new RangeError(`the gateway "${name}" is for TLS: pass the option tls, or name the gateways to serve`)
      }
      const one = { ...shared, gateway: name, ...(options.port === 0 && { port: 0 }), ...(secure && tls && { tls }) }
      servers.set(name, await open(one))
    }
  } catch (error) {
    await Promise.all(Array.from(servers.values(), (server) => server.close({ drain: 0 })))
    throw error
  }
  return join([...servers.values()])
}

function join(servers: readonly RunningServer[]): RunningServer {
  const [first] = servers
  if (first === undefined) throw new RangeError('there is no gateway to open: all are for TLS and serve nothing')
  return {
    url: first.url,
    urls: Object.assign({}, ...servers.map(({ urls }) => urls)) as RunningServer['urls'],
    server: first.server,
    close: async (options) => {
      await Promise.all(servers.map((server) => server.close(options)))
    },
  }
}
