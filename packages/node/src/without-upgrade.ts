import type { IncomingMessage, Server } from 'node:http'
import type { Socket } from 'node:net'

/**
 * Has the server read a request once more, without its `Upgrade` field, which is ignored (RFC 9110, 7.8). With a listener
 * for `upgrade` Node takes any such request, the many that ask for h2c among them, for the last one of its connection, and
 * does not read its body. It now is the last: a connection is given back to the server once.
 */
export function serveWithoutUpgrade(server: Server, request: IncomingMessage, socket: Socket, head: Uint8Array): void {
  const { method, url, httpVersion, rawHeaders } = request
  let text = `${method} ${url} HTTP/${httpVersion}\r\n`
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string
    if (name.toLowerCase() !== 'upgrade') text += `${name}: ${rawHeaders[index + 1]}\r\n`
  }
  socket.unshift(Buffer.concat([Buffer.from(`${text}Connection: close\r\n\r\n`, 'latin1'), head]))
  server.emit((socket as { encrypted?: boolean }).encrypted === true ? 'secureConnection' : 'connection', socket)
}
