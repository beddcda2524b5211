import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { errors, type Gateway, upgradeProtocol } from '@headgate/core'
import { currentExchange, isLingering, NodeDownstream, type ServerState } from './node-downstream.ts'
import { UpgradeDownstream } from './upgrade-downstream.ts'
import { serveWithoutUpgrade } from './without-upgrade.ts'

/** Options of {@link nodeHandler}. */
export interface NodeHandlerOptions {
  /** Name of the Gateway resource whose virtual services answer. Default: the only one. */
  readonly gateway?: string
  /** State of the server; {@link serve} shares one between its listeners. */
  readonly server?: ServerState
}

/** A request listener that also answers `checkContinue` and `upgrade`. */
export interface NodeHandler extends RequestListener {
  (request: IncomingMessage, response: ServerResponse): void
  /** For `server.on('checkContinue', handler.checkContinue)`: a body is only asked for once it is known where to. */
  readonly checkContinue: RequestListener
  /** For `server.on('upgrade', handler.upgrade)`, once per server and alone: without it WebSocket is refused with 403. */
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Uint8Array) => void
}

const running: ServerState = { draining: false }

/**
 * Serves a gateway on a node:http or node:https server of your own.
 *
 * On a server that you create yourself, `maxHeaderSize` is yours to choose; see {@link attach} for the listeners that make the
 * server safe.
 */
export function nodeHandler(gateway: Gateway, options: NodeHandlerOptions = {}): NodeHandler {
  const { gateway: name, server = running } = options
  const handle = (request: IncomingMessage, response: ServerResponse, continueWanted: boolean): void => {
    if (isLingering(request.socket)) request.resume()
    else if (mayLackFields(request)) refuse(response)
    else gateway.serve(new NodeDownstream(request, response, server, continueWanted, targetOf(request)), name)
  }
  const upgrade = (request: IncomingMessage, socket: Socket, head: Uint8Array): void => {
    socket.on('error', ignore)
    const earlier = currentExchange(socket)
    if (isLingering(socket)) socket.resume()
    else if (earlier !== undefined) {
      earlier.broken(new Error('a request to switch protocols came before the one before it was answered'))
      socket.on('drain', () => earlier.drained())
    } else if (upgradeProtocol(request.headers.upgrade ?? '') === undefined) {
      serveWithoutUpgrade((socket as { readonly server?: Server }).server as Server, request, socket, head)
    } else {
      const downstream = new UpgradeDownstream(request, socket, head, server, targetOf(request))
      if (mayLackFields(request)) downstream.destroy(undefined)
      else gateway.serve(downstream, name)
    }
  }
  return Object.assign((request: IncomingMessage, response: ServerResponse) => handle(request, response, false), {
    checkContinue: (request: IncomingMessage, response: ServerResponse) => handle(request, response, true),
    // What Node hands over here is the socket; only whoever emits the event by hand may hand over another stream.
    upgrade: (request: IncomingMessage, socket: Duplex, head: Uint8Array) => upgrade(request, socket as Socket, head),
  })
}

/** What Node 20 reads of a request when `server.maxHeadersCount` is not set. */
const defaultHeadersCount = 1000

/**
 * Node drops fields beyond `server.maxHeadersCount` without a word, and goes on using them for framing (CVE-2026-58044).
 * {@link attach} and {@link serve} lift that limit; on other servers a request that reaches it cannot be trusted.
 */
function mayLackFields({ rawHeaders, socket }: IncomingMessage): boolean {
  const { server } = socket as { readonly server?: { readonly maxHeadersCount?: number | null } }
  const limit = server?.maxHeadersCount ?? defaultHeadersCount
  return limit > 0 && rawHeaders.length >= limit * 2
}

function refuse(response: ServerResponse): void {
  const { status, body } = errors.headersTooLarge
  response.writeHead(status, { 'content-type': 'text/plain', 'content-length': body.length, connection: 'close' })
  response.end(body)
}

/** Frameworks that mount a handler below a path cut it off `url` and keep the original: routes speak of the original. */
function targetOf(request: IncomingMessage): string {
  return (request as { originalUrl?: string }).originalUrl ?? (request.url as string)
}

/** Errors of a connection end in `close`, which is where they are dealt with. */
function ignore(): void {}
