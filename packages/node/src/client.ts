import type { Socket } from 'node:net'
import type { Client } from '@headgate/core'

const cached: unique symbol = Symbol('headgate.client')

/** The client of a connection, made once per connection. */
export function clientOf(socket: Socket & { [cached]?: Client; encrypted?: boolean; servername?: unknown }): Client {
  socket[cached] ??= {
    address: plain(socket.remoteAddress),
    port: socket.remotePort ?? 0,
    secure: socket.encrypted === true,
    localAddress: plain(socket.localAddress),
    localPort: socket.localPort ?? 0,
    ...(typeof socket.servername === 'string' && { serverName: socket.servername }),
  }
  return socket[cached]
}

/** An IPv4 address that came in on an IPv6 socket is written as what it is. */
function plain(address: string | undefined): string {
  if (address === undefined) return ''
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address
}
