import type { Host } from '../cluster/host.ts'
import type { UpstreamReceiver, UpstreamRequest, UpstreamResponse, UpstreamStream } from '../cluster/transport.ts'
import type { AttemptInfo, RequestContext } from '../context.ts'
import { type ErrorCode, GatewayError } from '../errors.ts'
import type { HeaderMap } from '../http/headers.ts'
import type { SharedReader } from '../http/shared-body.ts'
import { Deadline, type DeadlineQueue } from '../runtime/deadline.ts'
import type { ForwardTarget } from './plan.ts'

/** Whose attempts these are. Exactly one of the two `attempt...` that end one is called, unless it is cancelled. */
export interface AttemptOwner {
  /** Whether the whole request is here. */
  readonly received: boolean
  /** The whole request has gone out. */
  requestReceived(): void
  /** A part of the request's body has gone out. */
  requestProgressed(): void
  informational(status: number, headers: HeaderMap): void
  attemptResponded(attempt: Attempt, response: UpstreamResponse): void
  attemptFailed(attempt: Attempt, error: GatewayError): void
  /** The attempt has not been answered in its time; it goes on unless it is cancelled. */
  attemptTimedOut(attempt: Attempt, error: GatewayError): void
  /** The attempt has lasted for longer than its upstream allows, answered or not. */
  attemptOverran(attempt: Attempt, error: GatewayError): void
}

/** One try at one host. */
export class Attempt implements UpstreamReceiver {
  /** Answered, failed or given up. */
  done = false
  /** Another try has been started beside this one. */
  hedged = false
  readonly #owner: AttemptOwner
  readonly #target: ForwardTarget
  readonly #host: Host | undefined
  #stream: UpstreamStream | undefined = undefined
  #reader: SharedReader | undefined = undefined
  #connected: boolean
  #cancelled = false
  #finished = false
  #perTry: Deadline | undefined = undefined
  #perTryQueue: DeadlineQueue | undefined = undefined
  #duration: Deadline | undefined = undefined

  constructor(owner: AttemptOwner, target: ForwardTarget, host: Host | undefined) {
    this.#owner = owner
    this.#target = target
    this.#host = host
    // Without hosts there is nothing to connect to.
    this.#connected = host === undefined
    target.cluster.started(host)
  }

  /** `address:port` of the host; `''` for upstreams without hosts. */
  get address(): string {
    return this.#host?.address ?? ''
  }

  /** @param reader the body of the request, where that is one of several readings */
  send(request: UpstreamRequest, context: RequestContext, reader: SharedReader | undefined): void {
    const { cluster, destination } = this.#target
    this.#reader = reader
    const stream = cluster.send({ request, destination, endpoint: this.#host?.endpoint, context }, this)
    this.#stream = stream
    if (this.#cancelled) stream.cancel(finished)
    if (this.#connected) this.#startDuration()
  }

  /** The response's headers have to come within the time of that queue. */
  limit(queue: DeadlineQueue): void {
    this.#perTryQueue = queue
    this.#perTry = new Deadline(() => this.#owner.attemptTimedOut(this, this.error('perTryTimeout')))
    this.requestReceived()
  }

  /** The time of a try runs from the moment its connection is there and the whole request is, too (Envoy). */
  requestReceived(): void {
    if (this.#perTry === undefined || this.done || !this.#connected || !this.#owner.received) return
    if (this.#perTry.queue === undefined) this.#perTryQueue?.add(this.#perTry)
  }

  onConnected(): void {
    if (this.#connected) return
    this.#connected = true
    if (this.#perTry !== undefined) this.requestReceived()
    this.#startDuration()
  }

  onRequestSent(): void {
    if (this.done) return
    this.onConnected()
    this.#owner.requestReceived()
  }

  onRequestProgress(): void {
    if (!this.#finished) this.#owner.requestProgressed()
  }

  onInformational(status: number, headers: HeaderMap): void {
    if (!this.done) this.#owner.informational(status, headers)
  }

  onResponse(response: UpstreamResponse): void {
    if (!this.#end()) return
    if (!this.hedged) this.#target.cluster.responded(this.#host, response.status, response.headers)
    this.#owner.attemptResponded(this, response)
  }

  onFailure(error: GatewayError): void {
    if (!this.#end()) return
    this.finish()
    this.#target.cluster.failed(this.#host, error)
    this.#owner.attemptFailed(this, error)
  }

  /** Not answered in time: a failure of the host, although the attempt goes on beside another one. */
  hedge(error: GatewayError): void {
    this.hedged = true
    this.#target.cluster.failed(this.#host, error)
  }

  /** Gives up the request or, after it was answered, the response. */
  cancel(reason: GatewayError): void {
    const { side, code } = reason
    if (this.#end() && side === 'upstream' && code !== 'hedgeLost' && !this.hedged) {
      this.#target.cluster.failed(this.#host, reason)
    }
    this.finish()
    this.#cancelled = true
    this.#stream?.cancel(reason)
  }

  /** Nothing of the attempt is needed any more; its response has ended, or there is none. */
  finish(): void {
    if (this.#finished) return
    this.#finished = true
    this.#target.cluster.finished(this.#host)
    this.#duration?.cancel()
    this.#reader?.close(finished)
  }

  info(outcome: number | GatewayError): AttemptInfo {
    return { upstream: this.#target.cluster.name, address: this.address, outcome }
  }

  /** An error of this attempt that the gateway makes itself. */
  error(code: ErrorCode): GatewayError {
    return new GatewayError(code, {
      phase: this.#connected ? 'wait' : 'connect',
      side: 'upstream',
      bytesSent: this.#connected ? 1 : 0,
      upstream: this.#target.cluster.name,
      address: this.address,
    })
  }

  #startDuration(): void {
    const queue = this.#target.maxStreamDuration
    if (queue === undefined || this.done || this.#duration !== undefined) return
    this.#duration = new Deadline(() => this.#owner.attemptOverran(this, this.error('upstreamDurationTimeout')))
    queue.add(this.#duration)
  }

  #end(): boolean {
    if (this.done) return false
    this.done = true
    this.#perTry?.cancel()
    return true
  }
}

const finished = new Error('the attempt is over')
