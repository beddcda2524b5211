import type { Host } from '../cluster/host.ts'
import type { UpstreamRequest, UpstreamResponse } from '../cluster/transport.ts'
import { GatewayError } from '../errors.ts'
import type { HeaderMap } from '../http/headers.ts'
import type { GatewayResponse } from '../http/message.ts'
import { SharedBody } from '../http/shared-body.ts'
import type { Cancel } from '../runtime/clock.ts'
import { Deadline } from '../runtime/deadline.ts'
import { Attempt, type AttemptOwner } from './attempt.ts'
import { brokenBody } from './broken-body.ts'
import { drain } from './drain.ts'
import type { ForwardOwner } from './forward-owner.ts'
import { nextHost } from './next-host.ts'
import type { ForwardPlan, ForwardTarget } from './plan.ts'
import { RetryState, type RetryVerdict } from './retry-state.ts'
import { Shadow } from './shadow.ts'
import { metStaleConnection } from './stale-connection.ts'

const noHosts: readonly Host[] = []
/** Of a response that is thrown away, this much is read to keep its connection. */
const drainedBytes = 65_536

/** The way of one request to its upstream: attempts, one after the other or beside each other, under one deadline. */
export class Forward implements AttemptOwner {
  readonly #owner: ForwardOwner
  readonly #plan: ForwardPlan
  readonly #target: ForwardTarget
  readonly #request: UpstreamRequest
  readonly #deadline: Deadline | undefined
  readonly #retry: RetryState | undefined
  #tried: readonly Host[] = noHosts
  /** The latest attempt, until it has failed; once a response is passed on, the one that it came from. */
  #attempt: Attempt | undefined = undefined
  /** Attempts that were not answered in time and go on beside later ones. */
  #hedged: readonly Attempt[] = []
  #body: SharedBody | undefined = undefined
  #shadow: Shadow | undefined = undefined
  /** Set while the next attempt is waited for. */
  #pause: Cancel | undefined = undefined
  /** One transparent retry after a stale connection; not counted against a retry policy. */
  #freshRetryLeft = true
  #attempts = 0
  /** When the whole request was here; -1 before. */
  #receivedAt = -1

  constructor(owner: ForwardOwner, plan: ForwardPlan, target: ForwardTarget, request: UpstreamRequest) {
    this.#owner = owner
    this.#plan = plan
    this.#target = target
    this.#request = request
    this.#deadline = plan.timeout === undefined ? undefined : new Deadline(() => this.#timedOut())
    this.#retry =
      plan.retry === undefined ? undefined : new RetryState(plan.retry, target.cluster.breaker, owner.runtime)
  }

  get received(): boolean {
    return this.#receivedAt !== -1
  }

  start(): void {
    const { body, headers, upgrade } = this.#request
    const { retry, shadow, bufferLimit, expectedTimeout, countInRequest } = this.#plan
    if (expectedTimeout !== undefined) headers.set('x-envoy-expected-rq-timeout-ms', expectedTimeout)
    if (countInRequest) headers.set('x-envoy-attempt-count', '1')
    // A copy could not take part in another protocol.
    const shadowed = shadow !== undefined && upgrade === undefined && this.#owner.runtime.random() < shadow.share
    if ((retry !== undefined || shadowed) && body !== null && !(body instanceof Uint8Array)) {
      const keep = retry !== undefined
      this.#body = new SharedBody(body, { limit: bufferLimit, keep, ended: () => this.requestReceived() })
    }
    if (shadowed) this.#shadow = new Shadow(shadow, this.#request, this.#body, this.#owner)
    // The route timeout runs from the moment the whole request is here (Envoy); a body announces that itself.
    if (body === null || body instanceof Uint8Array) this.requestReceived()
    this.#try(false)
    if (this.#attempts > 0) this.#shadow?.start()
  }

  requestReceived(): void {
    if (this.received) return
    const { timeout } = this.#plan
    if (this.#deadline === undefined || timeout === undefined) this.#receivedAt = this.#owner.runtime.clock.now()
    else {
      timeout.add(this.#deadline)
      this.#receivedAt = this.#deadline.at - timeout.milliseconds
    }
    this.#owner.requestReceived()
    this.#attempt?.requestReceived()
    this.#shadow?.requestReceived()
  }

  requestProgressed(): void {
    this.#owner.requestProgressed()
  }

  /** The deadline covers the response's body too; whoever delivers it says when it has ended. */
  finish(): void {
    this.#deadline?.cancel()
    this.#attempt?.finish()
    this.#retry?.end()
    this.#body?.close(over)
  }

  /** The protocol is switched: what follows takes the time that it takes. */
  switched(): void {
    this.#deadline?.cancel()
  }

  /** Gives up: the client went away, or the exchange has failed. */
  cancel(error: GatewayError): void {
    this.#giveUp(undefined, error)
    this.finish()
    this.#attempt = undefined
  }

  /** Adds what Envoy's router adds to responses. */
  stamp({ headers }: GatewayResponse): void {
    const { countInResponse, envoyHeaders } = this.#plan
    this.#target.selection?.respond(headers, this.#owner.upstreamAddress)
    if (envoyHeaders && this.received) {
      const took = Math.round(this.#owner.runtime.clock.now() - this.#receivedAt)
      headers.set('x-envoy-upstream-service-time', String(took))
    }
    if (countInResponse) headers.set('x-envoy-attempt-count', String(this.#attempts))
  }

  /** Adds what Envoy's router adds to the answers that it gives itself. */
  stampFailure({ headers }: GatewayResponse, { code }: GatewayError): void {
    const { countInResponse, envoyHeaders } = this.#plan
    if (countInResponse && this.#attempts > 0) headers.set('x-envoy-attempt-count', String(this.#attempts))
    if (envoyHeaders && code === 'overflow') headers.set('x-envoy-overloaded', 'true')
  }

  informational(status: number, headers: HeaderMap): void {
    this.#owner.informational(status, headers)
  }

  attemptResponded(attempt: Attempt, response: UpstreamResponse): void {
    if (this.#retry !== undefined && this.#outdone(this.#retry, attempt, response)) return
    this.#owner.attemptEnded(attempt.info(response.status))
    if (this.#retry !== undefined) this.#settle(this.#retry, attempt)
    this.#body?.forget()
    this.#owner.responded(response)
  }

  attemptFailed(attempt: Attempt, failure: GatewayError): void {
    const error = this.#body?.failed === true ? brokenBody(failure) : failure
    this.#leave(attempt)
    this.#owner.attemptEnded(attempt.info(error))
    if (this.#freshRetryLeft && this.#repeatable && metStaleConnection(error, this.#request.method)) {
      this.#freshRetryLeft = false
      this.#owner.guard(() => this.#try(true))
      return
    }
    if (this.#retry !== undefined && !attempt.hedged && this.#repeatable) {
      if (this.#again(this.#retry.afterFailure(error, this.#timeLeft))) return
    }
    if (!this.#waitsBeside(attempt)) this.#fail(error)
  }

  attemptTimedOut(attempt: Attempt, error: GatewayError): void {
    if (this.#plan.retry?.hedge !== true) {
      attempt.cancel(error)
      this.attemptFailed(attempt, error)
      return
    }
    if (this.#retry === undefined || !this.#repeatable || !this.#again(this.#retry.beside(this.#timeLeft))) return
    attempt.hedge(error)
    this.#attempt = undefined
    this.#hedged = [...this.#hedged, attempt]
  }

  attemptOverran(attempt: Attempt, error: GatewayError): void {
    const answered = attempt.done
    attempt.cancel(error)
    if (answered) this.#owner.failed(error)
    else this.attemptFailed(attempt, error)
  }

  #try(fresh: boolean): void {
    const { cluster } = this.#target
    const { rewrite, perTryTimeout } = this.#plan
    const host = cluster.hasHosts ? nextHost(this.#target, this.#plan, this.#tried) : undefined
    if (host === undefined && cluster.hasHosts) {
      this.#fail(new GatewayError('noHealthyUpstream', { phase: 'route', side: 'upstream', upstream: cluster.name }))
      return
    }
    this.#attempts++
    this.#owner.attemptStarted(cluster.name, host?.address ?? '')
    if (this.#attempts > 1) this.#renewHeaders()
    if (host !== undefined) {
      rewrite?.autoHost?.(this.#owner.request, host.endpoint.hostname)
      if (this.#retry !== undefined) this.#tried = [...this.#tried, host]
    }
    const attempt = new Attempt(this, this.#target, host)
    this.#attempt = attempt
    if (perTryTimeout !== undefined) attempt.limit(perTryTimeout)
    const reader = this.#body?.read()
    const request =
      reader === undefined && !fresh
        ? this.#request
        : { ...this.#request, body: reader ?? this.#request.body, freshConnection: fresh }
    attempt.send(request, this.#owner, reader)
  }

  /** What headers say about this attempt and the time that is left for it. */
  #renewHeaders(): void {
    const { headers } = this.#request
    const { countInRequest, expectedTimeout } = this.#plan
    if (countInRequest) headers.set('x-envoy-attempt-count', String(this.#attempts))
    if (expectedTimeout === undefined) return
    // 0 would mean that there is no limit.
    const left = Math.max(1, Math.floor(Math.min(Number(expectedTimeout), this.#timeLeft)))
    headers.set('x-envoy-expected-rq-timeout-ms', String(left))
  }

  /** Whether a response is thrown away: for another attempt, or because there still is hope for one under way. */
  #outdone(retry: RetryState, attempt: Attempt, response: UpstreamResponse): boolean {
    if (response.tunnel !== undefined || !retry.wants(response)) return false
    const again = !attempt.hedged && this.#repeatable && this.#again(retry.afterResponse(response, this.#timeLeft))
    if (!again && !this.#waitsBeside(attempt)) return false
    this.#leave(attempt)
    this.#owner.attemptEnded(attempt.info(response.status))
    attempt.finish()
    drain(response, drainedBytes, retry.drainTime)
    return true
  }

  /** Starts the next attempt after its pause; false when there is none. */
  #again(verdict: RetryVerdict): boolean {
    if (typeof verdict === 'number') {
      this.#pause = this.#owner.runtime.clock.after(verdict, () => {
        this.#pause = undefined
        this.#owner.guard(() => this.#try(false))
      })
      return true
    }
    if (verdict === 'limit') this.#owner.addResponseFlag('URX')
    if (verdict === 'overflow') this.#owner.addResponseFlag('UO')
    return false
  }

  /** Whether the request can be sent again from its start. */
  get #repeatable(): boolean {
    const { body } = this.#request
    return body === null || body instanceof Uint8Array || this.#body?.replayable === true
  }

  /** Whether an attempt other than this one is under way or will be. */
  #waitsBeside(attempt: Attempt): boolean {
    if (this.#pause !== undefined || (this.#attempt !== undefined && this.#attempt !== attempt)) return true
    return this.#hedged.some((other) => other !== attempt)
  }

  /** Milliseconds that are left for the whole exchange. */
  get #timeLeft(): number {
    return this.#deadline?.queue === undefined ? Infinity : this.#deadline.at - this.#owner.runtime.clock.now()
  }

  /** It is this attempt whose response counts. */
  #settle(retry: RetryState, attempt: Attempt): void {
    retry.end()
    if (attempt === this.#attempt && this.#hedged.length === 0) return
    this.#owner.attemptStarted(this.#target.cluster.name, attempt.address)
    this.#giveUp(attempt, attempt.error('hedgeLost'))
    this.#attempt = attempt
  }

  #leave(attempt: Attempt): void {
    if (attempt === this.#attempt) this.#attempt = undefined
    else this.#hedged = this.#hedged.filter((other) => other !== attempt)
  }

  /** Gives up all attempts but that one. */
  #giveUp(winner: Attempt | undefined, error: GatewayError): void {
    this.#pause?.()
    this.#pause = undefined
    const others = this.#hedged
    this.#hedged = []
    for (const attempt of [...others, this.#attempt]) {
      if (attempt === undefined || attempt === winner) continue
      if (!attempt.done) this.#owner.attemptEnded(attempt.info(error))
      attempt.cancel(error)
    }
  }

  #timedOut(): void {
    const facts = { phase: 'wait', side: 'upstream', upstream: this.#target.cluster.name } as const
    const error = new GatewayError('upstreamTimeout', { ...facts, address: this.#owner.upstreamAddress })
    this.cancel(error)
    this.#owner.failed(error)
  }

  #fail(error: GatewayError): void {
    this.#deadline?.cancel()
    this.#owner.failed(error)
  }
}

const over = new Error('the exchange is over')
