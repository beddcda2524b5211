import type { UpstreamRequest } from '../cluster/transport.ts'
import { GatewayError } from '../errors.ts'
import { type BodySink, isStreamBody } from '../http/body.ts'
import { IterableBody } from '../http/iterable-body.ts'
import type { GatewayResponse } from '../http/message.ts'
import type { SharedBody, SharedReader } from '../http/shared-body.ts'
import { Deadline } from '../runtime/deadline.ts'
import { Attempt, type AttemptOwner } from './attempt.ts'
import type { ForwardOwner } from './forward-owner.ts'
import type { ShadowPlan } from './shadow-plan.ts'

/**
 * The copy of a request to another upstream. It goes its own way: its answer is thrown away, whatever happens to it
 * happens to nobody else, and when it cannot keep up with the request's body it is dropped.
 */
export class Shadow implements AttemptOwner, BodySink {
  received = false
  readonly #plan: ShadowPlan
  readonly #request: UpstreamRequest
  readonly #reader: SharedReader | undefined
  readonly #owner: ForwardOwner
  readonly #deadline: Deadline
  #attempt: Attempt | undefined
  #over = false

  /** @param body the request's body, where that is a stream */
  constructor(plan: ShadowPlan, request: UpstreamRequest, body: SharedBody | undefined, owner: ForwardOwner) {
    this.#plan = plan
    this.#owner = owner
    this.#deadline = new Deadline(() => this.#timedOut())
    const headers = request.headers.clone()
    const host = plan.host ?? headers.get('host') ?? ''
    headers.set('host', plan.suffix ? withSuffix(host) : host)
    this.#reader = body?.follow((reason) => this.#dropped(reason))
    this.#request = { ...request, headers, body: this.#reader ?? request.body }
  }

  /** Sends it. Comes after the request itself has been sent. */
  start(): void {
    try {
      this.#send()
    } catch (error) {
      this.#owner.runtime.report({ type: 'internal-error', error })
      this.end()
    }
  }

  #send(): void {
    const { cluster: ref, destination } = this.#plan
    const { cluster, maxStreamDuration } = ref
    const host = cluster?.hasHosts === true ? cluster.pick([]) : undefined
    if (this.#over || cluster === undefined || (host === undefined && cluster.hasHosts)) {
      this.end()
      return
    }
    this.#attempt = new Attempt(this, { cluster, destination, maxStreamDuration, selection: undefined }, host)
    this.#attempt.send(this.#request, this.#owner, this.#reader)
  }

  /** The time it has runs from the end of the request, as that of the request itself does. */
  requestReceived(): void {
    this.received = true
    if (!this.#over && this.#deadline.queue === undefined) this.#plan.timeout.add(this.#deadline)
  }

  requestProgressed(): void {}

  informational(): void {}

  attemptResponded(_attempt: Attempt, { body }: GatewayResponse): void {
    if (body === null || body instanceof Uint8Array) this.end()
    else (isStreamBody(body) ? body : new IterableBody(body)).pipe(this)
  }

  attemptFailed(): void {
    this.end()
  }

  attemptTimedOut(): void {}

  attemptOverran(attempt: Attempt, error: GatewayError): void {
    attempt.cancel(error)
    this.end()
  }

  write(): boolean {
    return true
  }

  end(): void {
    if (this.#over) return
    this.#over = true
    this.#deadline.cancel()
    this.#reader?.close(undefined)
    this.#attempt?.finish()
  }

  fail(): void {
    this.end()
  }

  #timedOut(): void {
    const error = this.#attempt?.error('upstreamTimeout')
    if (error !== undefined) this.#attempt?.cancel(error)
    this.end()
  }

  /** It is too slow, or the request itself has broken off: nobody's failure. */
  #dropped(cause: unknown): void {
    this.#attempt?.cancel(new GatewayError('clientBodyBroken', { phase: 'send', side: 'client', cause }))
    this.end()
  }
}

/** `api.test:8080` becomes `api.test-shadow:8080`, so that logs tell the copy from the request. */
function withSuffix(host: string): string {
  return host.replace(/(:\d+)?$/, '-shadow$1')
}
