import type { UpstreamResponse } from './cluster/transport.ts'
import type { Branch, CompiledRoute, ForwardAction } from './compile/snapshot.ts'
import type { Verdict } from './context.ts'
import { GatewayError } from './errors.ts'
import type { NamedFilter } from './filter/chain.ts'
import type { Filter } from './filter/filter.ts'
import { steer } from './forward/control-headers.ts'
import { Forward } from './forward/forward.ts'
import type { ForwardOwner } from './forward/forward-owner.ts'
import { announceTime, type StreamLimits, streamTime } from './forward/stream-limits.ts'
import type { Body } from './http/body.ts'
import { cleanResponse } from './http/egress.ts'
import { reframe } from './http/framing.ts'
import type { HeaderMap } from './http/headers.ts'
import { GatewayRequest } from './http/message.ts'
import { Reply } from './reply.ts'
import { Deadline, SingleDeadlineQueue } from './runtime/deadline.ts'
import { chooseBranch } from './select.ts'

/** More than this many new choices of a route mean two filters that undo each other. */
const maxReselections = 8

/**
 * One request, from its first stage to its last. The methods stand in the order in which they run; docs/lifecycle.md
 * is this class as a chart. Everything is synchronous until a filter or an upstream is not.
 */
export class Serving extends Reply implements ForwardOwner {
  /** The request's body before filters saw it. */
  #received: Body = null

  /** Takes the request over from the adapter: checks it, cleans its headers, pins the configuration. */
  intake(): void {
    const { downstream, listener } = this
    downstream.attach(this)
    try {
      const incoming = this.takeIn()
      if (!(incoming instanceof GatewayRequest)) {
        if (GatewayError.is(incoming)) this.failed(incoming)
        else this.respond(incoming)
        return
      }
      this.#received = incoming.body
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
      this.crashed(error)
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
    if (route.limits !== undefined || this.reselections > 0) this.#limit(route.limits)
    if (this.upgrade !== undefined && !(route.websocket && this.downstream.switchProtocols !== undefined)) {
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
      const { filter, name, order: position } = filters[index] as NamedFilter
      if (position <= last || filter.onRequest === undefined) continue
      last = position
      let verdict: ReturnType<NonNullable<Filter['onRequest']>>
      try {
        verdict = filter.onRequest(this)
      } catch (error) {
        this.filterFailed(error, `${name}.onRequest`)
        return
      }
      if (verdict instanceof Promise) {
        verdict.then(
          (settled) => this.guard(() => this.#afterFilter(settled, position)),
          (error: unknown) => this.filterFailed(error, `${name}.onRequest`),
        )
        return
      }
      if (this.state !== 'open') return
      if (verdict !== undefined) {
        this.respond(verdict)
        return
      }
      if (this.reselect) {
        if (!this.#findAgain(position)) return
        filters = (this.branch as Branch).chain.filters
        index = -1
      }
    }
    this.#act()
  }

  #afterFilter(verdict: Verdict, position: number): void {
    if (this.state !== 'open') return
    if (verdict !== undefined) this.respond(verdict)
    else if (!this.reselect || this.#findAgain(position)) this.#requestFilters(position)
  }

  /** @param position of the last filter that has run */
  #findAgain(position: number): boolean {
    this.reselect = false
    const ran = this.branch?.chain.filters.filter(({ order }) => order <= position) ?? []
    this.left = [...this.left.filter(({ order }) => ran.every((each) => each.order !== order)), ...ran]
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

  #forward(action: ForwardAction): void {
    const { request } = this
    const plan = this.steered ? steer(action.plan, request.headers, this.runtime.clock) : action.plan
    const branch = this.branch as Branch
    const cluster = branch.cluster?.cluster
    if (cluster === undefined) {
      if (branch.replacement !== undefined) {
        this.responseCodeDetails = 'direct_response'
        this.respond(branch.replacement())
        return
      }
      this.failed(new GatewayError('noCluster', { phase: 'route', side: 'gateway', upstream: branch.cluster?.name }))
      return
    }
    let { target } = request
    this.upstream = cluster.name
    // Header manipulation sees the headers before the host is rewritten (Envoy finalises the request in this order).
    branch.requestHeaders?.applyRequest(request.headers, this)
    if (plan.rewrite !== undefined) {
      const rewritten = plan.rewrite.apply(request, this.params)
      if (GatewayError.is(rewritten)) {
        this.failed(rewritten)
        return
      }
      target = rewritten
    }
    this.askForBody()
    const { method, headers, body } = request
    // A filter that gives the request a body has made another one of it.
    const upgrade = body === null ? this.upgrade : undefined
    if (body !== this.#received) reframe(headers, body)
    this.forward = new Forward(
      this,
      plan,
      {
        cluster,
        destination: branch.destination,
        maxStreamDuration: branch.cluster?.maxStreamDuration,
        selection: branch.selector?.select(this, cluster),
      },
      { method, target, headers, body, upgrade },
    )
    this.forward.start()
  }

  requestProgressed(): void {
    this.touch()
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
  responded(response: UpstreamResponse): void {
    this.touch()
    this.responseCodeDetails = 'via_upstream'
    const { status, tunnel } = response
    const cleaned = cleanResponse(response.headers, status, this.request.method)
    const problem =
      tunnel !== undefined || isFinal(status) ? cleaned : `${status} is not the status of a final response`
    if (problem === undefined) {
      this.tunnel = tunnel
      this.forward?.stamp(response)
      this.respond(response)
      return
    }
    const facts = { phase: 'response', side: 'upstream', responseStarted: true, message: problem } as const
    this.failed(new GatewayError('protocolError', { ...facts, upstream: this.upstream, address: this.upstreamAddress }))
  }

  /** Puts the route's limits on the stream in the place of the listener's. */
  #limit(limits: StreamLimits | undefined): void {
    const idle = limits?.idle === undefined ? this.listener.streamIdle : limits.idle.queue
    if (idle === undefined) this.idle?.cancel()
    else if (this.idle?.queue !== idle) {
      this.idle ??= new Deadline(() => this.#idled())
      idle.add(this.idle)
    }
    this.duration?.cancel()
    const time = limits?.duration === undefined ? undefined : streamTime(limits.duration, this.request)
    if (limits?.duration === undefined || time === undefined) return
    announceTime(limits.duration, time, this.request)
    const { clock } = this.runtime
    const left = time.milliseconds - (clock.now() - this.startedAt)
    this.duration = new Deadline(() => this.#overran(time.fromClient))
    new SingleDeadlineQueue(clock, Math.max(0, left)).add(this.duration)
  }

  #overran(fromClient: boolean): void {
    const waitsForClient = this.state === 'open' && !this.downstream.complete
    const code = waitsForClient ? 'requestDurationTimeout' : fromClient ? 'grpcTimeout' : 'durationTimeout'
    this.failed(new GatewayError(code, { phase: 'wait', side: waitsForClient ? 'client' : 'upstream' }))
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
}

/** Three digits that say that the exchange is over; what they mean beyond 599 is the client's to know (RFC 9110, 15). */
function isFinal(status: number): boolean {
  return status >= 200 && status <= 999
}
