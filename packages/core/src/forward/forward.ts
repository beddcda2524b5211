import type { Host } from '../cluster/host.ts'
import type { UpstreamReceiver, UpstreamRequest, UpstreamStream } from '../cluster/transport.ts'
import type { AttemptInfo, RequestContext } from '../context.ts'
import { GatewayError } from '../errors.ts'
import type { HeaderMap } from '../http/headers.ts'
import type { GatewayRequest, GatewayResponse } from '../http/message.ts'
import { Deadline } from '../runtime/deadline.ts'
import type { ForwardPlan, ForwardTarget } from './plan.ts'

/** Whose request is forwarded: the exchange. Exactly one of the last two calls ends the forwarding. */
export interface ForwardOwner extends RequestContext {
  readonly request: GatewayRequest
  /** The whole request has been received. */
  requestReceived(): void
  /** A part of the request has been passed on. */
  requestProgressed(): void
  attemptStarted(upstream: string, address: string): void
  attemptEnded(attempt: AttemptInfo): void
  informational(status: number, headers: HeaderMap): void
  responded(response: GatewayResponse): void
  failed(error: GatewayError): void
}

/** The way of one request to its upstream: attempts, one after the other, under one deadline. */
export class Forward {
  readonly #owner: ForwardOwner
  readonly #plan: ForwardPlan
  readonly #target: ForwardTarget
  #request: UpstreamRequest
  readonly #deadline: Deadline | undefined
  readonly #tried: Host[] = []
  #attempt: Attempt | undefined
  /** One transparent retry after a stale connection; not counted against a retry policy. */
  #freshRetryLeft = true

  constructor(owner: ForwardOwner, plan: ForwardPlan, target: ForwardTarget, request: UpstreamRequest) {
    this.#owner = owner
    this.#plan = plan
    this.#target = target
    this.#request = request
    this.#deadline = plan.timeout === undefined ? undefined : new Deadline(() => this.#timedOut())
  }

  start(): void {
    // The route timeout runs from the moment the whole request is here (Envoy); a body announces that itself.
    if (this.#request.body === null || this.#request.body instanceof Uint8Array) this.requestReceived()
    this.#try()
  }

  requestReceived(): void {
    this.#owner.requestReceived()
    if (this.#deadline !== undefined && this.#deadline.queue === undefined) this.#plan.timeout?.add(this.#deadline)
  }

  /** The deadline covers the response's body too; whoever delivers it says when it has ended. */
  finish(): void {
    this.#deadline?.cancel()
  }

  /** Gives up: the client went away. */
  cancel(reason: unknown): void {
    this.#deadline?.cancel()
    this.#attempt?.cancel(reason)
    this.#attempt = undefined
  }

  #try(): void {
    const { cluster } = this.#target
    const host = cluster.hasHosts ? cluster.pick(this.#tried) : undefined
    if (host === undefined && cluster.hasHosts) {
      this.#fail(new GatewayError('noHealthyUpstream', { phase: 'route', side: 'upstream', upstream: cluster.name }))
      return
    }
    const address = host?.address ?? ''
    this.#owner.attemptStarted(cluster.name, address)
    if (host !== undefined) this.#plan.rewrite?.autoHost?.(this.#owner.request, host.endpoint.hostname)
    const attempt = new Attempt(this, this.#owner, cluster.name, host)
    this.#attempt = attempt
    attempt.stream = cluster.send(
      { request: this.#request, destination: this.#target.destination, endpoint: host?.endpoint, context: this.#owner },
      attempt,
    )
  }

  attemptResponded(attempt: Attempt, response: GatewayResponse): void {
    if (attempt !== this.#attempt) return
    this.#owner.attemptEnded(attempt.info(response.status))
    this.#owner.responded(response)
  }

  attemptFailed(attempt: Attempt, error: GatewayError): void {
    if (attempt !== this.#attempt) return
    this.#attempt = undefined
    this.#owner.attemptEnded(attempt.info(error))
    if (this.#mayRetryTransparently(error)) {
      this.#freshRetryLeft = false
      this.#request = { ...this.#request, freshConnection: true }
      this.#try()
      return
    }
    this.#fail(error)
  }

  /**
   * An upstream may close an idle connection at the very moment a request is written to it. When nothing came back on
   * a connection that was used before, the request is repeatable and its body can be sent again, it is sent once more.
   */
  #mayRetryTransparently(error: GatewayError): boolean {
    return (
      this.#freshRetryLeft &&
      error.reusedSocket &&
      !error.responseStarted &&
      (error.code === 'connectionTermination' || error.code === 'remoteReset') &&
      (this.#request.body === null || this.#request.body instanceof Uint8Array) &&
      idempotent.has(this.#request.method)
    )
  }

  #timedOut(): void {
    const attempt = this.#attempt
    this.#attempt = undefined
    const facts = { phase: 'wait', side: 'upstream', upstream: this.#target.cluster.name } as const
    const error = new GatewayError('upstreamTimeout', { ...facts, address: this.#owner.upstreamAddress })
    attempt?.cancel(error)
    if (attempt !== undefined && !attempt.done) this.#owner.attemptEnded(attempt.info(error))
    this.#owner.failed(error)
  }

  #fail(error: GatewayError): void {
    this.#deadline?.cancel()
    this.#owner.failed(error)
  }
}

/** Methods that a client may repeat without being asked (RFC 9110, 9.2.2). */
const idempotent: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE'])

/** One try at one host. */
class Attempt implements UpstreamReceiver {
  stream: UpstreamStream | undefined
  done = false
  readonly #forward: Forward
  readonly #owner: ForwardOwner
  readonly #upstream: string
  readonly #host: Host | undefined

  constructor(forward: Forward, owner: ForwardOwner, upstream: string, host: Host | undefined) {
    this.#forward = forward
    this.#owner = owner
    this.#upstream = upstream
    this.#host = host
    if (host !== undefined) {
      host.active++
      host.total++
    }
  }

  onRequestProgress(): void {
    if (!this.done) this.#owner.requestProgressed()
  }

  onRequestSent(): void {
    this.#forward.requestReceived()
  }

  onInformational(status: number, headers: HeaderMap): void {
    if (!this.done) this.#owner.informational(status, headers)
  }

  onResponse(response: GatewayResponse): void {
    if (!this.#end()) return
    this.#forward.attemptResponded(this, response)
  }

  onFailure(error: GatewayError): void {
    if (!this.#end()) return
    if (this.#host !== undefined) this.#host.failed++
    this.#forward.attemptFailed(this, error)
  }

  cancel(reason: unknown): void {
    this.#end()
    this.stream?.cancel(reason)
  }

  info(outcome: number | GatewayError): AttemptInfo {
    return { upstream: this.#upstream, address: this.#host?.address ?? '', outcome }
  }

  #end(): boolean {
    if (this.done) return false
    this.done = true
    if (this.#host !== undefined) this.#host.active--
    return true
  }
}
