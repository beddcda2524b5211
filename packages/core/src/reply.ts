import type { CompiledListener, Snapshot } from './compile/snapshot.ts'
import { GatewayError } from './errors.ts'
import { Exchange } from './exchange.ts'
import type { NamedFilter } from './filter/chain.ts'
import { type Body, type BodySink, discardBody, isStreamBody } from './http/body.ts'
import type { Downstream, DownstreamListener } from './http/downstream.ts'
import { cleanTrailers } from './http/egress.ts'
import { appendVia } from './http/forwarded.ts'
import { reframe } from './http/framing.ts'
import type { HeaderMap } from './http/headers.ts'
import { IterableBody } from './http/iterable-body.ts'
import { localReply } from './http/local-reply.ts'
import { type GatewayResponse, isBodyless } from './http/message.ts'
import type { Tunnel } from './http/tunnel.ts'
import { Relay, type RelayOwner } from './relay.ts'
import type { Runtime } from './runtime/runtime.ts'

const noFilters: readonly NamedFilter[] = []

/** Called once per exchange, after its last byte or its failure. */
export type CompleteHook = (context: Exchange) => void

/**
 * The way back: every response, local or not, and every failure passes here. Before the head is sent a failure becomes a
 * local reply; afterwards it can only break the stream, so that the client sees it.
 */
export class Reply extends Exchange implements BodySink, DownstreamListener, RelayOwner {
  readonly #onComplete: CompleteHook
  /** Counts responses that were sent on their way; all but the last have been overtaken by a failure. */
  #pass = 0
  /** The way through the filters is broken. */
  #broken = false
  /** The response's body before filters saw it. */
  #original: Body = null

  constructor(
    runtime: Runtime,
    snapshot: Snapshot,
    listener: CompiledListener,
    downstream: Downstream,
    onComplete: CompleteHook,
  ) {
    super(runtime, snapshot, listener, downstream)
    this.#onComplete = onComplete
  }

  /** The exchange failed: before the response has begun it gets a local reply, afterwards only a visible break. */
  failed(error: GatewayError): void {
    if (this.state === 'done') return
    if (this.state === 'body') {
      // Both calls may come back here at once, to say that the client has left or the body has ended.
      this.state = 'done'
      this.flag(error)
      this.source?.cancel(error)
      this.downstream.destroy(error)
      this.#complete()
      return
    }
    this.forward?.cancel(error)
    if (this.state === 'responding') discardBody(this.#original)
    this.flag(error)
    if (error.side === 'client') this.closeAfter ||= error.phase === 'request'
    this.state = 'open'
    const response = localReply(error, this.request)
    this.forward?.stampFailure(response, error)
    this.respond(response)
  }

  /** Starts a response on its way back: the one place where every response passes. */
  respond(response: GatewayResponse): void {
    if (this.state !== 'open') {
      discardBody(response.body)
      return
    }
    this.state = 'responding'
    this.#original = response.body
    this.#pass++
    this.guard(() => {
      const branch = this.#broken ? undefined : this.branch
      branch?.responseHeaders?.applyResponse(response, this)
      this.#identify(response.headers)
      this.#responseFilters(response, branch?.chain.filters ?? noFilters, this.#pass)
    })
  }

  /** Headers that name the gateway, where it is to be named. */
  #identify(headers: HeaderMap): void {
    const { serverName, ingress } = this.listener
    if (serverName !== undefined) headers.set('server', serverName)
    if (ingress.via !== undefined) appendVia(headers, ingress.via)
  }

  #responseFilters(
    response: GatewayResponse,
    filters: readonly NamedFilter[],
    pass: number,
    from = filters.length,
  ): void {
    let current = response
    for (let index = from - 1; index >= 0; index--) {
      const { filter, name } = filters[index] as NamedFilter
      if (filter.onResponse === undefined) continue
      try {
        const verdict = filter.onResponse(this, current)
        if (verdict instanceof Promise) {
          verdict.then(
            (settled) => this.guard(() => this.#goOn(settled ?? current, filters, pass, index)),
            (error: unknown) => this.#responseFilterFailed(error, name, current, pass),
          )
          return
        }
        current = verdict ?? current
      } catch (error) {
        this.#responseFilterFailed(error, name, current, pass)
        return
      }
    }
    this.#deliver(current)
  }

  /** After a filter that took its time: the exchange may have failed, and its failure may be on its way already. */
  #goOn(response: GatewayResponse, filters: readonly NamedFilter[], pass: number, from: number): void {
    if (pass === this.#pass && this.state === 'responding') this.#responseFilters(response, filters, pass, from)
    else discardBody(response.body)
  }

  #responseFilterFailed(error: unknown, name: string, { body }: GatewayResponse, pass: number): void {
    discardBody(body)
    if (pass === this.#pass) this.filterFailed(error, `${name}.onResponse`)
    else this.runtime.report({ type: 'hook-failed', hook: `${name}.onResponse`, error })
  }

  /** Hands the response to the adapter. */
  #deliver(response: GatewayResponse): void {
    if (this.state !== 'responding') {
      discardBody(response.body)
      return
    }
    this.state = 'body'
    const { downstream, tunnel } = this
    const { status, body } = response
    if (tunnel !== undefined) {
      if (status === 101) {
        this.#switch(response, tunnel)
        return
      }
      tunnel.cancel(undefined)
    }
    // A client that is still sending would have its rest taken for the next request.
    if (this.request.body !== null && !downstream.complete) this.closeAfter = true
    const silent = isBodyless(status) || downstream.method === 'HEAD'
    if (body !== this.#original || (body === null && !silent)) this.#replaced(response, silent)
    try {
      downstream.start(status, response.headers, this.closeAfter)
    } catch (error) {
      this.#undeliverable(response, error)
      return
    }
    this.status = status
    if (body === null || silent) {
      discardBody(body)
      this.end(undefined)
    } else if (body instanceof Uint8Array) {
      this.write(body)
      this.end(undefined)
    } else {
      const source = isStreamBody(body) ? body : new IterableBody(body)
      this.source = source
      source.pipe(this)
    }
  }

  /** Joins client and upstream, which speak another protocol from here on. */
  #switch(response: GatewayResponse, tunnel: Tunnel): void {
    let client: Tunnel
    try {
      client = (this.downstream as Required<Downstream>).switchProtocols(response.headers)
    } catch (error) {
      this.#undeliverable(response, error)
      return
    }
    this.status = response.status
    this.forward?.switched()
    const relay = new Relay(this, tunnel)
    this.source = relay
    relay.start(client)
  }

  /** A filter has put another body in the place of the one that came, or had the upstream asked for none. */
  #replaced({ headers, body }: GatewayResponse, silent: boolean): void {
    const original = this.#original
    if (!silent) reframe(headers, body)
    // A stream may be made of the one before and still reads it; what is in memory has no more use for it.
    if (isStreamBody(original) && (body === null || body instanceof Uint8Array)) original.cancel(undefined)
  }

  /** The adapter refused the head, before a byte of it was sent: bytes that must not be on the wire. */
  #undeliverable(response: GatewayResponse, cause: unknown): void {
    discardBody(response.body)
    this.state = 'responding'
    const side = this.responseCodeDetails === 'via_upstream' ? 'upstream' : 'gateway'
    const code = side === 'upstream' ? 'protocolError' : 'invalidOutgoing'
    this.#breakDown(new GatewayError(code, { phase: 'response', side, cause }))
  }

  write(chunk: Uint8Array): boolean {
    if (this.state !== 'body') return false
    this.bytesSent += chunk.length
    this.touch()
    return this.downstream.write(chunk)
  }

  end(trailers: HeaderMap | undefined): void {
    if (this.state !== 'body') return
    this.state = 'done'
    this.source = undefined
    this.downstream.end(trailers === undefined ? undefined : cleanTrailers(trailers))
    this.#complete()
  }

  fail(error: unknown): void {
    if (this.state !== 'body') return
    this.source = undefined
    const facts = { phase: 'response', side: 'upstream', responseStarted: true, cause: error } as const
    this.failed(GatewayError.is(error) ? error : new GatewayError('upstreamBodyBroken', facts))
  }

  onDrain(): void {
    this.touch()
    this.source?.resume()
  }

  onBroken(reason: unknown): void {
    this.closeAfter = true
    this.failed(new GatewayError('clientBodyBroken', { phase: 'request', side: 'client', cause: reason }))
  }

  /** The client went away: nothing can be answered any more, only let go. */
  onGone(reason: unknown): void {
    if (this.state === 'done') return
    if (this.state === 'responding') discardBody(this.#original)
    this.state = 'done'
    const error = new GatewayError('clientGone', { phase: 'close', side: 'client', cause: reason })
    this.flag(error)
    this.forward?.cancel(error)
    this.source?.cancel(error)
    this.#complete()
  }

  /** Runs once, last: lets go of timers and tells filters and logs. */
  #complete(): void {
    this.idle?.cancel()
    this.arrival?.cancel()
    this.duration?.cancel()
    this.forward?.finish()
    if (this.error !== undefined) this.aborted(this.error)
    const filters = this.branch?.chain.filters ?? noFilters
    for (const left of this.left) if (!filters.some(({ order }) => order === left.order)) this.#completeFilter(left)
    for (const filter of filters) this.#completeFilter(filter)
    this.#onComplete(this)
  }

  #completeFilter({ name, filter }: NamedFilter): void {
    if (filter.onComplete === undefined) return
    try {
      filter.onComplete(this)
    } catch (error) {
      this.runtime.report({ type: 'hook-failed', hook: `${name}.onComplete`, error })
    }
  }

  touch(): void {
    if (this.idle?.queue !== undefined) this.idle.queue.add(this.idle)
  }

  /** Runs what may throw; then the exchange fails, and nobody else. */
  guard(run: () => void): void {
    try {
      run()
    } catch (error) {
      this.crashed(error)
    }
  }

  protected filterFailed(error: unknown, hook: string): void {
    this.runtime.report({ type: 'hook-failed', hook, error })
    this.#breakDown(new GatewayError('filterFailure', { phase: 'filter', side: 'gateway', cause: error }))
  }

  protected crashed(error: unknown): void {
    this.runtime.report({ type: 'internal-error', error })
    this.#breakDown(new GatewayError('internal', { phase: 'filter', side: 'gateway', cause: error }))
  }

  /** A failure inside the pipeline itself: the answer must not pass through what just failed. */
  #breakDown(error: GatewayError): void {
    this.#broken ||= this.state === 'responding'
    this.failed(error)
  }
}
