import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Gateway } from '@headgate/core'
import { NodeDownstream, type ServerState } from './node-downstream.ts'

/** Options of {@link nodeHandler}. */
export interface NodeHandlerOptions {
  /** Name of the Gateway resource whose virtual services answer. Default: the only one. */
  readonly gateway?: string
  /** State of the server; {@link serve} shares one between its listeners. */
  readonly server?: ServerState
}

/** A request listener that also answers `checkContinue`. */
export interface NodeHandler extends RequestListener {
  (request: IncomingMessage, response: ServerResponse): void
  /** For `server.on('checkContinue', handler.checkContinue)`: a body is only asked for once it is known where to. */
  readonly checkContinue: RequestListener
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
  const handle = (request: IncomingMessage, response: ServerResponse): void =>
    gateway.serve(new NodeDownstream(request, response, server, false, targetOf(request)), name)
  const checkContinue = (request: IncomingMessage, response: ServerResponse): void =>
    gateway.serve(new NodeDownstream(request, response, server, true, targetOf(request)), name)
  return Object.assign(handle, { checkContinue })
}

/** Frameworks that mount a handler below a path cut it off `url` and keep the original: routes speak of the original. */
function targetOf(request: IncomingMessage): string {
  return (request as { originalUrl?: string }).originalUrl ?? (request.url as string)
}
