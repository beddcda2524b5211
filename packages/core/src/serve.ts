import type { Branch, CompiledListener, CompiledRoute, ForwardAction, Snapshot } from './compile/snapshot.ts'
import type { Verdict } from './context.ts'
import { GatewayError } from './errors.ts'
import { Exchange } from './exchange.ts'
import { Forward, type ForwardOwner } from './forward/forward.ts'
import { type BodySink, isStreamBody } from './http/body.ts'
import type { Downstream, DownstreamListener } from './http/downstream.ts'
import { cleanResponse, cleanTrailers } from './http/egress.ts'
import type { HeaderMap } from './http/headers.ts'
import { ingest } from './http/ingress.ts'
import { localReply } from './http/local-reply.ts'
import { GatewayRequest, type GatewayResponse, isBodyless } from './http/message.ts'
import { IterableBody } from './http/iterable-body.ts'
import { chooseBranch } from './select.ts'
import type { Runtime } from './runtime/runtime.ts'
import { Deadline } from './runtime/deadline.ts'

/** Called once per exchange, after its last byte or its failure. */
export type CompleteHook = (context: Exchange) => void

/** More than this many new choices of a route mean two filters that undo each other. */
const maxReselections = 8

/**
 * One request, from its first stage to its last. The methods stand in the order in which they run; docs/lifecycle.md
 * is this class as a chart. Everything is synchronous until a filter or an upstream is not.
 */
export class Serving extends Exchange implements ForwardOwner, BodySink, DownstreamListener {
  readonly #onComplete: CompleteHook

  constructor(
    runtime: Runtime, snapshot: Snapshot, listener: CompiledListener, downstream: Downstream, onComplete: CompleteHook,
  ) {
    super(runtime, snapshot, listener, downstream)
    this.#onComplete = onComplete
  }

  /** Takes the request over from the adapter: checks it, cleans its headers, pins the configuration. */
  intake(): void {
    const { downstream, listener } = this
    downstream.attach(this)
    try {
      const incoming = ingest(downstream, listener.ingress, this.runtime, this)
      if (!(incoming instanceof GatewayRequest)) {
        if (GatewayError.is(incoming)) this.failed(incoming)
        else this.respond(incoming)
        return
      }
      this.request = incoming
      listener.earlyHeaders?.applyRequest(incoming.headers, this)
      if (listener.streamIdle !== undefined) {
        this.idle = new Deadline(() => this.#idled())
        listener.streamIdle.add(this.idle)
      }
      if (listener.requestTimeout !== undefined && incoming.body !== null) {
        this.arrival = new Deadline(() => this.#late())
        listener.requestTimeout.add(this.arrival)
      }
      if (this.#find()) this.#requestFilters(-1)
    } catch (error) {
      this.#crashed(error)
    }
  }

  /** Chooses virtual host, route and destination; answers 404 when there is none. */
  #find(): boolean {
    const { request } = this
    const virtualHost = this.listener.domains.find(request.authority)
    this.virtualService = virtualHost?.name ?? ''
    const route = virtualHost?.table.find(request)
    if (route === undefined) {
      this.route = undefined
      this.branch = undefined
      this.failed(new GatewayError('noRoute', { phase: 'route', side: 'client' }))
      return false
    }
    const branch = chooseBranch(route, request, this.runtime)
    this.choose(route, branch)
    if (this.upgrade !== undefined) {
      this.failed(new GatewayError('upgradeRefused', { phase: 'route', side: 'gateway' }))
      return false
    }
    return true
  }

  /** Runs the request half of the filters that come after position `order`. */
  #requestFilters(order: number): void {
    let last = order
    let filters = (this.branch as Branch).chain.filters
    for (let index = 0; index < filters.length; index++) {
      const { filter, order: position } = filters[index] as (typeof filters)[number]
      if (position <= last || filter.onRequest === undefined) continue
      last = position
      const verdict = filter.onRequest(this)
      if (verdict instanceof Promise) {
        verdict.then(
          (settled) => this.#guard(() => this.#afterFilter(settled, position)),
          (error: unknown) => this.#filterFailed(error),
        )
        return
      }
      if (this.state !== 'open') return
      if (verdict !== undefined) {
        this.respond(verdict)
        return
      }
      if (this.reselect) {
        if (!this.#findAgain()) return
        filters = (this.branch as Branch).chain.filters
        index = -1
      }
    }
    this.#act()
  }

  #afterFilter(verdict: Verdict, position: number): void {
    if (this.state !== 'open') return
    if (verdict !== undefined) this.respond(verdict)
    else if (!this.reselect || this.#findAgain()) this.#requestFilters(position)
  }

  #findAgain(): boolean {
    this.reselect = false
    if (++this.reselections > maxReselections) {
      const message = `the route was chosen again more than ${maxReselections} times`
      this.failed(new GatewayError('internal', { phase: 'route', side: 'gateway', message }))
      return false
    }
    return this.#find()
  }

  /** Redirects, answers or forwards. */
  #act(): void {
    const route = this.route as CompiledRoute
    const { action } = route
    if (action.kind === 'forward') {
      this.#forward(action)
      return
    }
    this.responseCodeDetails = 'direct_response'
    const response = action.respond(this.request, route, this)
    if (GatewayError.is(response)) this.failed(response)
    else this.respond(response)
  }

  #forward({ plan }: ForwardAction): void {
    const { request } = this
    const branch = this.branch as Branch
    const cluster = branch.cluster?.cluster
    if (cluster === undefined) {
      this.failed(new GatewayError('noCluster', { phase: 'route', side: 'gateway', upstream: branch.cluster?.name }))
      return
    }
    let { target } = request
    // Header manipulation sees the headers before the host is rewritten (Envoy finalises the request in this order).
    branch.requestHeaders?.applyRequest(request.headers, this)
    if (plan.expectedTimeout !== undefined) request.headers.set('x-envoy-expected-rq-timeout-ms', plan.expectedTimeout)
    if (plan.rewrite !== undefined) {
      const rewritten = plan.rewrite.apply(request, this.params)
      if (GatewayError.is(rewritten)) {
        this.failed(rewritten)
        return
      }
      target = rewritten
    }
    if (this.expectsContinue) this.downstream.sendContinue()
    const { method, headers, body } = request
    this.forward = new Forward(this, plan, { cluster, destination: branch.destination }, { method, target, headers, body })
    this.forward.start()
  }

  requestReceived(): void {
    this.arrival?.cancel()
  }

  /** An interim response of the upstream. */
  informational(status: number, headers: HeaderMap): void {
    if (this.state !== 'open') return
    cleanResponse(headers, status, this.request.method)
    this.downstream.sendInformational(status, headers)
  }

  /** The upstream's response. */
  responded(response: GatewayResponse): void {
    this.#touch()
    this.responseCodeDetails = 'via_upstream'
    const problem = cleanResponse(response.headers, response.status, this.request.method)
    if (problem === undefined) {
      this.respond(response)
      return
    }
    const facts = { phase: 'response', side: 'upstream', responseStarted: true, message: problem } as const
    this.failed(new GatewayError('protocolError', { ...facts, upstream: this.upstream, address: this.upstreamAddress }))
  }

  /** The exchange failed: before the response has begun it gets a local reply, afterwards only a visible break. */
  failed(error: GatewayError): void {
    if (this.state === 'done') return
    if (this.state === 'body') {
      this.flag(error)
      this.source?.cancel(error)
      this.downstream.destroy(error)
      this.#complete()
      return
    }
    this.forward?.cancel(error)
    this.flag(error)
    if (error.side === 'client') this.closeAfter ||= error.phase === 'request'
    this.state = 'open'
    this.respond(localReply(error, this.request))
  }

  /** Starts a response on its way back: the one place where every response passes. */
  respond(response: GatewayResponse): void {
    if (this.state !== 'open') {
      if (isStreamBody(response.body)) response.body.cancel(undefined)
      return
    }
    this.state = 'responding'
    this.#guard(() => {
      this.branch?.responseHeaders?.applyResponse(response.headers, this)
      this.#responseFilters(response, this.branch?.chain.filters.length ?? 0)
    })
  }

  #responseFilters(response: GatewayResponse, from: number): void {
    const filters = this.branch?.chain.filters
    let current = response
    for (let index = from - 1; index >= 0; index--) {
      const filter = filters?.[index]?.filter
      if (filter?.onResponse === undefined) continue
      const verdict = filter.onResponse(this, current)
      if (verdict instanceof Promise) {
        verdict.then(
          (settled) => this.#guard(() => this.#responseFilters(settled ?? current, index)),
          (error: unknown) => this.#filterFailed(error),
        )
        return
      }
      current = verdict ?? current
    }
    this.#deliver(current)
  }

  /** Hands the response to the adapter. */
  #deliver(response: GatewayResponse): void {
    if (this.state !== 'responding') return
    this.state = 'body'
    const { downstream } = this
    const { status, body } = response
    // A client that is still sending would have its rest taken for the next request.
    if (this.request.body !== null && !downstream.complete) this.closeAfter = true
    const silent = isBodyless(status) || this.request.method === 'HEAD'
    try {
      downstream.start(status, response.headers, this.closeAfter)
    } catch (error) {
      this.#undeliverable(response, error)
      return
    }
    this.status = status
    if (body === null || silent) {
      if (isStreamBody(body)) body.cancel(undefined)
      this.end(undefined)
    } else if (body instanceof Uint8Array) {
      this.write(body)
      this.end(undefined)
    } else {
      this.source = isStreamBody(body) ? body : new IterableBody(body)
      this.source.pipe(this)
    }
  }

  /** The adapter refused the head, before a byte of it was sent: bytes that must not be on the wire. */
  #undeliverable(response: GatewayResponse, cause: unknown): void {
    if (isStreamBody(response.body)) response.body.cancel(cause)
    this.state = 'responding'
    const side = this.responseCodeDetails === 'via_upstream' ? 'upstream' : 'gateway'
    const code = side === 'upstream' ? 'protocolError' : 'invalidOutgoing'
    this.#broken(new GatewayError(code, { phase: 'response', side, cause }))
  }

  write(chunk: Uint8Array): boolean {
    if (this.state !== 'body') return false
    this.bytesSent += chunk.length
    this.#touch()
    return this.downstream.write(chunk)
  }

  end(trailers: HeaderMap | undefined): void {
    if (this.state !== 'body') return
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
    this.#touch()
    this.source?.resume()
  }

  onBroken(reason: unknown): void {
    this.closeAfter = true
    this.failed(new GatewayError('clientBodyBroken', { phase: 'request', side: 'client', cause: reason }))
  }

  /** The client went away: nothing can be answered any more, only let go. */
  onGone(reason: unknown): void {
    if (this.state === 'done') return
    const error = new GatewayError('clientGone', { phase: 'close', side: 'client', cause: reason })
    this.flag(error)
    this.forward?.cancel(error)
    this.source?.cancel(error)
    this.#complete()
  }

  /** Runs once, last: lets go of timers and tells filters and logs. */
  #complete(): void {
    this.state = 'done'
    this.idle?.cancel()
    this.arrival?.cancel()
    this.forward?.finish()
    if (this.error !== undefined) this.aborted(this.error)
    const filters = this.branch?.chain.filters
    if (filters !== undefined) {
      for (const { name, filter } of filters) {
        if (filter.onComplete === undefined) continue
        try {
          filter.onComplete(this)
        } catch (error) {
          this.runtime.report({ type: 'hook-failed', hook: `${name}.onComplete`, error })
        }
      }
    }
    this.#onComplete(this)
  }

  #touch(): void {
    if (this.idle?.queue !== undefined) this.idle.queue.add(this.idle)
  }

  #idled(): void {
    // Before the request is complete it is the client who is slow (408), afterwards the upstream (504).
    const waitsForClient = this.state === 'open' && !this.downstream.complete
    const code = waitsForClient ? 'requestIdleTimeout' : 'streamIdleTimeout'
    this.failed(new GatewayError(code, { phase: 'wait', side: waitsForClient ? 'client' : 'upstream' }))
  }

  #late(): void {
    if (this.state !== 'open' || this.downstream.complete) return
    this.failed(new GatewayError('requestTimeout', { phase: 'request', side: 'client' }))
  }

  #guard(run: () => void): void {
    try {
      run()
    } catch (error) {
      this.#crashed(error)
    }
  }

  #filterFailed(error: unknown): void {
    this.runtime.report({ type: 'hook-failed', hook: 'filter', error })
    this.#broken(new GatewayError('filterFailure', { phase: 'filter', side: 'gateway', cause: error }))
  }

  #crashed(error: unknown): void {
    this.runtime.report({ type: 'internal-error', error })
    this.#broken(new GatewayError('internal', { phase: 'filter', side: 'gateway', cause: error }))
  }

  /** A failure inside the pipeline itself: the answer must not pass through what just failed. */
  #broken(error: GatewayError): void {
    if (this.state === 'responding') this.branch = undefined
    this.failed(error)
  }
}
