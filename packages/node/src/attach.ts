import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { Gateway } from '@headgate/core'
import { type NodeHandlerOptions, nodeHandler } from './handler.ts'
import { currentExchange } from './node-downstream.ts'

/**
 * Makes a server answer with a gateway: requests, `Expect: 100-continue`, upgrades, broken requests and CONNECT.
 *
 * Also lifts `server.maxHeadersCount`, because Node 20 drops fields beyond it without a word while it goes on using them
 * for framing; the gateway counts them itself and answers 431.
 *
 * @throws TypeError for a server made with `insecureHTTPParser`: it lets requests in that others read in other ways
 */
export function attach(server: Server, gateway: Gateway, options: NodeHandlerOptions = {}): void {
  if ((server as { readonly insecureHTTPParser?: boolean }).insecureHTTPParser === true) {
    throw new TypeError('a server with insecureHTTPParser cannot be made safe: create it without that option')
  }
  const handler = nodeHandler(gateway, options)
  server.maxHeadersCount = 0
  server.on('request', handler)
  server.on('checkContinue', handler.checkContinue)
  server.on('upgrade', handler.upgrade)
  server.on('clientError', onClientError)
  server.on('connect', (_request, socket: Socket) => refuse(socket, 404, 'Not Found'))
}

/** Node's own answer to a broken request would go out in place of an earlier request's pending response. */
function onClientError(error: Error & { code?: string }, socket: Socket): void {
  socket.on('error', ignore)
  // Only what a client has sent can be answered; other errors mean that its connection is gone.
  if (socket.destroyed || !socket.writable || !/^(HPE|ERR_HTTP)_/.test(error.code ?? '')) {
    socket.destroy()
    return
  }
  if (currentExchange(socket)?.broken(error) === true) return
  const [status, reason] = answers[error.code ?? ''] ?? [400, 'Bad Request']
  refuse(socket, status, reason)
}

const answers: Readonly<Record<string, readonly [number, string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'Payload Too Large'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout'],
}

function refuse(socket: Socket, status: number, reason: string): void {
  socket.on('error', ignore)
  socket.end(
    `HTTP/1.1 ${status} ${reason}\r\ncontent-type: text/plain\r\ncontent-length: ${reason.length}\r\nconnection: close\r\n\r\n${reason}`,
  )
  // The peer may go on sending; without this it keeps the connection open for as long as it likes.
  socket.resume()
  socket.destroySoon()
}

function ignore(): void {}
