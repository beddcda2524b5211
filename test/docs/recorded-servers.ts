import type { Gateway, RunningServer, ServeOptions } from 'headgate'

/** A server that code of a page has opened. */
interface RecordedServer extends RunningServer {
  readonly gateway: Gateway
}

/** Those that are open. */
export const servers: RecordedServer[] = []

interface Serving {
  readonly serve: (gateway: Gateway, options?: ServeOptions) => Promise<RunningServer>
}

/** Has every server listen on a free port of the loopback interface, whatever port the page says, and remembers it. */
export function recordServers<Module extends Serving>(module: Module): Module {
  return {
    ...module,
    async serve(gateway: Gateway, options: ServeOptions = {}) {
      const server = await module.serve(gateway, { ...options, host: '127.0.0.1', port: 0 })
      servers.push({ ...server, gateway })
      return server
    },
  }
}

/** Ends what the code of a page has opened. */
export async function closeServers(): Promise<void> {
  for (const { gateway, close } of servers.splice(0)) {
    await close({ drain: 0 })
    await gateway.close()
  }
}
