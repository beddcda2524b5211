import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { type Body, type Client, type Downstream, type DownstreamListener, HeaderMap } from '@headgate/core'
import { clientOf } from './client.ts'
import { consumedBody } from './consumed-body.ts'
import { flushLater } from './flush.ts'

/** A first chunk up to this size waits for the end of its response, so that both leave in one write with the head. */
const smallBody = 4096

const own: unique symbol = Symbol('headgate.downstream')
interface Response extends ServerResponse {
  [own]?: NodeDownstream
}

/** What the handler knows about its server. */
export interface ServerState {
  /** Responses end their connections: the server is closing. */
  draining: boolean
}

/** One exchange of node:http, seen from the gateway. */
export class NodeDownstream implements Downstream {
  readonly method: string
  readonly target: string
  readonly httpVersion: string
  readonly rawHeaders: readonly string[]
  readonly body: Body
  readonly bodyProblem: string | undefined
  readonly client: Client
  readonly #request: IncomingMessage
  readonly #response: Response
  /** Kept here: undici takes it off a request whose body it gives up. */
  readonly #socket: Socket
  readonly #server: ServerState
  #listener: DownstreamListener | undefined
  #continueWanted: boolean
  #held: string | undefined
  #wrote = false
  #ended = false
  #closing = false

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    server: ServerState,
    continueWanted: boolean,
    target: string,
  ) {
    this.#request = request
    this.#response = response
    this.#socket = request.socket
    this.#server = server
    this.#continueWanted = continueWanted
    this.method = request.method as string
    this.target = target
    this.httpVersion = request.httpVersion
    this.client = clientOf(this.#socket)
    const consumed = request.readableDidRead || request.destroyed ? consumedBody(request) : undefined
    this.rawHeaders = consumed !== undefined && 'rawHeaders' in consumed ? consumed.rawHeaders : request.rawHeaders
    this.body = consumed !== undefined && 'bytes' in consumed ? consumed.bytes : request
    this.bodyProblem = consumed !== undefined && 'problem' in consumed ? consumed.problem : undefined
  }

  get complete(): boolean {
    return this.#request.complete
  }

  trailers(): HeaderMap | undefined {
    const { rawTrailers } = this.#request
    return rawTrailers.length === 0 ? undefined : HeaderMap.fromRaw(rawTrailers)
  }

  attach(listener: DownstreamListener): void {
    this.#listener = listener
    const response = this.#response
    response[own] = this
    current.set(this.#socket, this)
    response.on('close', onClose)
    response.on('error', onError)
  }

  sendContinue(): void {
    if (!this.#continueWanted) return
    this.#continueWanted = false
    this.#response.writeContinue()
  }

  sendInformational(status: number, headers: HeaderMap): void {
    // node:http can only write 102 and 103 with some headers; the socket takes any, when it is this response's turn.
    const { socket } = this.#response
    if (socket === null || this.#response.headersSent || this.httpVersion !== '1.1') return
    let text = `HTTP/1.1 ${status} ${status === 103 ? 'Early Hints' : 'Informational'}\r\n`
    for (const [name, value] of headers) text += `${name}: ${value}\r\n`
    socket.write(`${text}\r\n`, 'latin1')
  }

  start(status: number, headers: HeaderMap, close: boolean): void {
    const response = this.#response
    this.#closing = close
    if (close || this.#server.draining) response.shouldKeepAlive = false
    if (this.httpVersion === '1.0') headers.delete('trailer')
    response.writeHead(status, headers.raw)
    flushLater(this)
  }

  write(chunk: Uint8Array): boolean {
    const response = this.#response
    if (!this.#wrote && this.#held === undefined && chunk.length <= smallBody) {
      this.#held = buffer(chunk).toString('latin1')
      return true
    }
    // Not the head: it leaves in one write with this chunk.
    if (this.#held !== undefined) this.flush()
    this.#wrote = true
    if (response.write(chunk)) return true
    response.once('drain', onDrain)
    return false
  }

  end(trailers: HeaderMap | undefined): void {
    const response = this.#response
    this.#ended = true
    if (trailers !== undefined) {
      if (this.#held === undefined && !this.#wrote) response.flushHeaders()
      response.addTrailers([...trailers] as never)
    }
    const held = this.#held
    this.#held = undefined
    if (held === undefined) response.end()
    else response.end(held, 'latin1')
    if (this.#closing && !this.#request.complete) this.#discardRest()
  }

  destroy(_error: unknown): void {
    this.#ended = true
    const socket = this.#socket
    // Without a length or chunks the end of the connection is the end of the body: only a reset tells that it is not.
    if (this.httpVersion === '1.0') socket.resetAndDestroy()
    else socket.destroy()
  }

  /** What is held back leaves now: nothing more came in this turn. */
  flush(): void {
    if (this.#ended) return
    if (this.#held !== undefined) {
      const held = this.#held
      this.#held = undefined
      this.#wrote = true
      this.#response.write(held, 'latin1')
    } else if (!this.#wrote) {
      // The head has left alone: from now on every chunk leaves as it comes.
      this.#wrote = true
      this.#response.flushHeaders()
    }
  }

  drained(): void {
    this.#listener?.onDrain()
  }

  closed(): void {
    if (current.get(this.#socket) === this) {
      current.delete(this.#socket)
      // A response that began before the server was closed has not said that it is the last.
      if (this.#server.draining) this.#socket.destroySoon()
    }
    if (!this.#ended) this.#listener?.onGone(this.#request.errored ?? undefined)
  }

  /** The parser gave up on this connection; true when this exchange deals with it. */
  broken(error: Error): boolean {
    const { complete } = this.#request
    // Answered already, and only the rest that nobody wants is broken.
    if (this.#ended && !complete) return true
    if (this.#ended && this.#response.writableFinished) return false
    this.#response.shouldKeepAlive = false
    if (complete) {
      // Garbage behind a good request: the good one gets its answer, then the connection ends.
      this.#response.once('finish', () => this.#socket.destroySoon())
    } else {
      this.#listener?.onBroken(error)
    }
    return true
  }

  /**
   * The answer came before the request's end. What the client still sends is thrown away for a moment, so that it can
   * read the answer before the connection is closed (a reset would discard it).
   */
  #discardRest(): void {
    // The connection of an HTTP/2 stream belongs to others as well.
    if (this.#request.httpVersionMajor !== 1) return
    const socket: LingeringSocket = this.#socket
    this.#request.on('error', onError)
    this.#request.resume()
    socket[lingering] = true
    // Node calls this when the answer is written, and would destroy a socket that has unread bytes: a reset.
    socket.destroySoon = () => {
      socket.end()
    }
    const timer = setTimeout(() => socket.destroy(), lingerMilliseconds)
    timer.unref()
    socket.once('close', () => clearTimeout(timer))
  }
}

const lingerMilliseconds = 1000

const lingering: unique symbol = Symbol('headgate.lingering')
type LingeringSocket = Socket & { [lingering]?: boolean }

/** Whether a connection has had its last answer: what still comes on it is no request. */
export function isLingering(socket: LingeringSocket): boolean {
  return socket[lingering] === true
}

/** The latest exchange of each connection, for errors of the parser. */
const current = new WeakMap<Socket, NodeDownstream>()

/** The exchange that a connection is busy with. */
export function currentExchange(socket: Socket): NodeDownstream | undefined {
  return current.get(socket)
}

function onClose(this: Response): void {
  this[own]?.closed()
}

function onDrain(this: Response): void {
  this[own]?.drained()
}

/** Errors of a connection end in `close`, which is where they are dealt with. */
function onError(): void {}

function buffer(chunk: Uint8Array): Buffer {
  return Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
}
