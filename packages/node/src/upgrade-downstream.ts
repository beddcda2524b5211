import { type IncomingMessage, ServerResponse, validateHeaderName, validateHeaderValue } from 'node:http'
import type { Socket } from 'node:net'
import { type HeaderMap, SocketTunnel, type Tunnel } from '@headgate/core'
import { NodeDownstream, type ServerState } from './node-downstream.ts'

/**
 * A request that came by the `upgrade` event, which leaves its connection to whoever listens. It is answered like any
 * other, after which the connection is closed; or the connection is switched to the other protocol.
 */
export class UpgradeDownstream extends NodeDownstream {
  readonly #response: ServerResponse
  readonly #connection: Socket
  readonly #tunnel: SocketTunnel
  #switched = false

  /** @param head what the client has sent behind its request */
  constructor(request: IncomingMessage, socket: Socket, head: Uint8Array, server: ServerState, target: string) {
    const response = new ServerResponse(request)
    super(request, response, server, false, target)
    this.#response = response
    this.#connection = socket
    // What comes behind an upgrade that does not happen would be a request to one server, and something else to the next.
    response.shouldKeepAlive = false
    response.assignSocket(socket)
    socket.setTimeout(0)
    this.#tunnel = new SocketTunnel(socket, head)
    response.on('finish', () => this.#tunnel.end())
    socket.on('drain', () => {
      if (!this.#switched) response.emit('drain')
    })
    socket.on('end', () => {
      if (!this.#switched) socket.destroySoon()
    })
  }

  override get complete(): boolean {
    return true
  }

  switchProtocols(headers: HeaderMap): Tunnel {
    let head = 'HTTP/1.1 101 Switching Protocols\r\n'
    for (const [name, value] of headers) {
      validateHeaderName(name)
      validateHeaderValue(name, value)
      head += `${name}: ${value}\r\n`
    }
    this.#switched = true
    this.#response.detachSocket(this.#connection)
    this.#connection.write(`${head}\r\n`, 'latin1')
    return this.#tunnel
  }

  /** Once switched, the tunnel is ended by itself. */
  override end(trailers: HeaderMap | undefined): void {
    if (!this.#switched) super.end(trailers)
  }

  override flush(): void {
    if (!this.#switched) super.flush()
  }
}
