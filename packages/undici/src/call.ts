import type { Socket } from 'node:net'
import {
  type BodySink,
  type Endpoint,
  type GatewayError,
  HeaderMap,
  hostAddress,
  QueueBody,
  SocketTunnel,
  type StreamBody,
  type Tunnel,
  type UpstreamReceiver,
  type UpstreamRequest,
  type UpstreamStream,
} from '@headgate/core'
import type { Dispatcher } from 'undici'
import { transportFailure } from './failures.ts'
import type { Connection, HostPool, Waiter } from './host-pool.ts'
import { switchProblem } from './switched.ts'

/**
 * One request on an undici connection, and the body of its response: undici writes straight into the gateway's sink,
 * which is the whole of the fast path. Uses undici's raw handler methods, which hand over header bytes unparsed.
 */
export class Call implements Dispatcher.DispatchHandler, Waiter, StreamBody, UpstreamStream {
  readonly #request: UpstreamRequest
  readonly #endpoint: Endpoint
  readonly #pool: HostPool
  readonly #receiver: UpstreamReceiver
  #connection: Connection | undefined
  #reused = false
  #connected = false
  #bytesSent = 0
  #abort: ((reason?: Error) => void) | undefined
  #resume: (() => void) | undefined
  #sink: BodySink | undefined
  #tunnel: Tunnel | undefined
  #responded = false
  /** The receiver or the sink has had its last call. */
  #over = false
  /** What arrived before anybody read. */
  #held: Uint8Array[] | undefined
  #ended: { readonly trailers: HeaderMap | undefined } | { readonly error: GatewayError } | undefined

  constructor(request: UpstreamRequest, endpoint: Endpoint, pool: HostPool, receiver: UpstreamReceiver) {
    this.#request = request
    this.#endpoint = endpoint
    this.#pool = pool
    this.#receiver = receiver
  }

  dispatch(connection: Connection): void {
    this.#connection = connection
    this.#reused = connection.connected && connection.served > 0
    const { method, target, headers, body, upgrade } = this.#request
    // undici would send an absolute URI and a fragment as they are.
    if (target.charCodeAt(0) !== slash || target.includes('#')) {
      this.onError(Object.assign(new Error('the request target is no path'), { code: 'UND_ERR_INVALID_ARG' }))
      return
    }
    const { servername } = this.#pool
    const options = { method, path: target, headers: headers.raw, body, servername, upgrade }
    connection.client.dispatch(options as unknown as Dispatcher.DispatchOptions, this)
  }

  refuse(): void {
    this.onError(Object.assign(new Error('the connection pool was closed'), { code: 'UND_ERR_CLOSED' }))
  }

  // undici's side

  onConnect(abort: (reason?: Error) => void): void {
    this.#connected = true
    this.#bytesSent = 1
    this.#abort = abort
    if (this.#over) abort()
    else this.#receiver.onConnected?.()
  }

  /** Gets the chunk, whatever undici's types say. */
  onBodySent(chunk: unknown): void {
    this.#bytesSent += (chunk as Uint8Array).length
    if (!this.#over) this.#receiver.onRequestProgress?.()
  }

  onRequestSent(): void {
    if (!this.#over && !this.#responded) this.#receiver.onRequestSent()
  }

  onHeaders(status: number, rawHeaders: Buffer[], resume: () => void): boolean {
    if (this.#over) return true
    const headers = HeaderMap.wrap(latin1(rawHeaders))
    if (status < 200) {
      if (status > 101) this.#receiver.onInformational(status, headers)
      else if (status === 101 && this.#request.upgrade !== undefined) this.#abort?.(misfit('101 without Upgrade'))
      return true
    }
    this.#resume = resume
    this.#responded = true
    // 304 and 204 end with their headers, whatever length they announce; undici takes a 304's for an error.
    const bodyless = status === 204 || status === 304 || this.#request.method === 'HEAD'
    if (bodyless) this.#over = true
    this.#receiver.onResponse({ status, headers, body: bodyless ? null : this })
    return true
  }

  /** The connection is the exchange's from here on; the pool counts it until it is closed. */
  onUpgrade(status: number, rawHeaders: Buffer[], socket: Socket): void {
    const headers = HeaderMap.wrap(latin1(rawHeaders))
    const problem = switchProblem(this.#request, headers)
    const tunnel = new SocketTunnel(socket, undefined, () => this.#letGo(false))
    if (this.#connection !== undefined) this.#connection.switched = true
    if (this.#over || problem !== undefined) {
      tunnel.cancel(undefined)
      if (problem !== undefined) this.onError(misfit(problem))
      return
    }
    this.#tunnel = tunnel
    this.#over = true
    this.#receiver.onResponse({ status, headers, body: null, tunnel })
  }

  onData(chunk: Buffer): boolean {
    if (this.#over) return true
    if (this.#sink === undefined || this.#held !== undefined) {
      this.#held ??= []
      this.#held.push(chunk)
      return false
    }
    return this.#sink.write(chunk)
  }

  onComplete(rawTrailers: string[] | null): void {
    const reset = this.#connection?.socket?.errored
    if (reset !== null && reset !== undefined) {
      // A body without a length that ends in a reset is not complete, although undici takes it for that.
      this.onError(reset)
      return
    }
    // undici closes connections that were asked to switch, whatever the answer.
    this.#letGo(this.#request.upgrade === undefined)
    if (this.#over) return
    const raw = rawTrailers as unknown as Buffer[] | null
    const trailers = raw === null || raw.length === 0 ? undefined : HeaderMap.wrap(latin1(raw))
    if (this.#sink === undefined || this.#held !== undefined) {
      this.#ended = { trailers }
      return
    }
    this.#over = true
    this.#sink.end(trailers)
  }

  onError(error: Error & { code?: string }): void {
    this.#letGo(error.code === 'UND_ERR_INVALID_ARG' || error.code === 'UND_ERR_NOT_SUPPORTED')
    if (this.#over) return
    const failure = transportFailure(error, {
      upstream: this.#endpoint.connection.upstream,
      address: hostAddress(this.#endpoint),
      connected: this.#connected,
      bytesSent: this.#bytesSent,
      responseStarted: this.#responded,
      reusedSocket: this.#reused,
    })
    if (!this.#responded) {
      this.#over = true
      this.#receiver.onFailure(failure)
    } else if (this.#sink === undefined || this.#held !== undefined) {
      this.#ended = { error: failure }
    } else {
      this.#over = true
      this.#sink.fail(failure)
    }
  }

  // the gateway's side

  pipe(sink: BodySink): void {
    this.#sink = sink
    if (this.#held === undefined && this.#ended === undefined) return
    this.resume()
  }

  resume(): void {
    const sink = this.#sink
    if (this.#over || sink === undefined) return
    const held = this.#held
    if (held !== undefined) {
      for (let chunk = held.shift(); chunk !== undefined; chunk = held.shift()) {
        if (!sink.write(chunk)) return
      }
      this.#held = undefined
    }
    if (this.#ended === undefined) {
      this.#resume?.()
      return
    }
    this.#over = true
    if ('error' in this.#ended) sink.fail(this.#ended.error)
    else sink.end(this.#ended.trailers)
  }

  cancel(reason: unknown): void {
    if (this.#over && this.#connection === undefined) return
    this.#over = true
    this.#held = undefined
    if (this.#tunnel !== undefined) this.#tunnel.cancel(reason)
    else if (this.#connection === undefined) this.#pool.forget(this)
    else this.#abort?.()
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    const queue = new QueueBody(this)
    this.pipe(queue)
    return queue[Symbol.asyncIterator]()
  }

  /** A request that was refused before it was written has done its connection no harm. */
  #letGo(usable: boolean): void {
    const connection = this.#connection
    if (connection === undefined) return
    this.#connection = undefined
    if (this.#responded) connection.served++
    this.#pool.release(connection, usable)
  }
}

const slash = 0x2f

function misfit(message: string): Error & { code: string } {
  return Object.assign(new Error(message), { code: 'UND_ERR_RESPONSE' })
}

/** Node's types lack the method that spares `toString` its detour over encodings. */
type Latin1 = Buffer & { latin1Slice(): string }

function latin1(raw: readonly Buffer[]): string[] {
  const list: string[] = new Array(raw.length)
  for (let index = 0; index < raw.length; index++) list[index] = (raw[index] as Latin1).latin1Slice()
  return list
}
