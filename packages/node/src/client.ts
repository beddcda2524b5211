import type { Socket } from 'node:net'
import { type Client, withoutMapping } from '@headgate/core'

const cached: unique symbol = Symbol('headgate.client')

/** The client of a connection, made once per connection. */
export function clientOf(socket: Socket & { [cached]?: Client; encrypted?: boolean; servername?: unknown }): Client {
  socket[cached] ??= {
    address: withoutMapping(socket.remoteAddress ?? ''),
    port: socket.remotePort ?? 0,
    secure: socket.encrypted === true,
    localAddress: withoutMapping(socket.localAddress ?? ''),
    localPort: socket.localPort ?? 0,
    ...(typeof socket.servername === 'string' && { serverName: socket.servername }),
  }
  return socket[cached]
}
