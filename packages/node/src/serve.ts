import { createServer, type Server, type ServerOptions } from 'node:http'
import { createServer as createTlsServer, type ServerOptions as TlsServerOptions } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { Gateway } from '@headgate/core'
import { attach } from './attach.ts'
import { currentExchange } from './node-downstream.ts'
import { serveAll } from './serve-all.ts'

/** Options of {@link serve}. */
export interface ServeOptions {
  /** Name of the Gateway resource to serve. Default: all of them. */
  readonly gateway?: string
  /** Address to listen on. Default: the Gateway's `bindAddress`. */
  readonly host?: string
  /** Port to listen on; 0 picks a free one. Default: the Gateway's `bindPort`. */
  readonly port?: number
  /** Serves HTTPS with this key and certificate. */
  readonly tls?: TlsServerOptions
  /** Milliseconds in which the headers of a request must arrive. Default: `requestHeadersTimeout`, else 60,000. */
  readonly headersTimeout?: number
  /** Milliseconds that an idle connection is kept. Default: `idleTimeout`, else one hour. */
  readonly keepAliveTimeout?: number
}

/** A gateway that listens. */
export interface RunningServer {
  /** Where it listens, such as `http://127.0.0.1:8080`; of several Gateway resources, where the first does. */
  readonly url: string
  /** Where each Gateway resource listens, by its name. */
  readonly urls: Readonly<Record<string, string>>
  readonly server: Server
  /**
   * Stops listening, marks responses `Connection: close`, waits for those in flight and destroys what is left when `drain`
   * milliseconds have passed. Default 5,000 (Envoy's `drainTimeout`). Resolves when every connection is gone; the gateway
   * itself stays open.
   */
  close(options?: { readonly drain?: number }): Promise<void>
}

/**
 * Opens a server for a gateway, or one for each of its Gateway resources where there are several and none is named. Of
 * several, those with `ssl: true` are opened with `tls`, and the others without; `port` can only be 0 then.
 *
 * @throws what node:net throws, such as `EADDRINUSE`, as a rejection; then nothing is left open.
 */
export async function serve(gateway: Gateway, options: ServeOptions = {}): Promise<RunningServer> {
  const isOne = options.gateway !== undefined || gateway.listeners.length === 1
  const open = (one: ServeOptions): Promise<RunningServer> => serveOne(gateway, one)
  return isOne ? open(options) : serveAll(gateway, options, open)
}

async function serveOne(gateway: Gateway, options: ServeOptions): Promise<RunningServer> {
  const listener = gateway.listener(options.gateway)
  const { ingress, connections } = listener
  const state = { draining: false }
  const settings: ServerOptions = {
    maxHeaderSize: ingress.maxRequestHeaderBytes,
    headersTimeout: options.headersTimeout ?? connections.requestHeadersTimeout ?? 60_000,
    keepAliveTimeout: options.keepAliveTimeout ?? connections.idleTimeout ?? 3_600_000,
    // The gateway has its own deadline for whole requests: Node's writes a second answer behind an early one.
    requestTimeout: 0,
    // Node looks at its timeouts only every 30 seconds by default.
    connectionsCheckingInterval: 1000,
    insecureHTTPParser: false,
    // Whether Host is there, once and valid, is for the gateway to say.
    requireHostHeader: false,
  }
  const server = options.tls === undefined ? createServer(settings) : createTlsServer({ ...settings, ...options.tls })
  attach(server, gateway, { gateway: listener.name, server: state })
  const sockets = closeIdleOnly(server, options.tls === undefined ? 'connection' : 'secureConnection')
  await listen(server, options.port ?? listener.bindPort, options.host ?? listener.bindAddress)
  const address = server.address() as AddressInfo
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address
  const url = `${options.tls === undefined ? 'http' : 'https'}://${host}:${address.port}`
  return {
    url,
    urls: { [listener.name]: url },
    server,
    close: ({ drain = 5000 } = {}) => {
      state.draining = true
      return closeServer(server, sockets, drain)
    },
  }
}

/**
 * Node's own `closeIdleConnections`, which `close` calls, cuts responses that are finished but not sent yet, and leaves
 * connections that never had a request.
 */
function closeIdleOnly(server: Server, connected: 'connection' | 'secureConnection'): ReadonlySet<Socket> {
  const sockets = new Set<Socket>()
  server.on(connected, (socket: Socket) => {
    // A connection that is given back to the server comes by a second time.
    if (sockets.has(socket)) return
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  server.closeIdleConnections = () => {
    for (const socket of sockets) if (currentExchange(socket) === undefined) socket.destroy()
  }
  return sockets
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host, backlog: 4096 }, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function closeServer(server: Server, sockets: ReadonlySet<Socket>, drain: number): Promise<void> {
  // Node itself does not know connections that have switched to another protocol.
  const cut = (): void => {
    for (const socket of sockets) socket.destroy()
  }
  return new Promise((resolve) => {
    const deadline = setTimeout(cut, drain)
    server.close(() => {
      clearTimeout(deadline)
      resolve()
    })
    if (drain <= 0) cut()
  })
}
