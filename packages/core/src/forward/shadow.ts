import type { UpstreamReceiver, UpstreamRequest, UpstreamStream } from '../cluster/transport.ts'
import type { RequestContext } from '../context.ts'
import { type BodySink, isStreamBody } from '../http/body.ts'
import { IterableBody } from '../http/iterable-body.ts'
import type { GatewayResponse } from '../http/message.ts'
import type { SharedBody, SharedReader } from '../http/shared-body.ts'
import { Deadline } from '../runtime/deadline.ts'
import type { ShadowPlan } from './shadow-plan.ts'

/**
 * The copy of a request to another upstream. It goes its own way: its answer is thrown away, whatever happens to it
 * happens to nobody else, and when it cannot keep up with the request's body it is dropped.
 */
export class Shadow implements UpstreamReceiver, BodySink {
  readonly #plan: ShadowPlan
  readonly #request: UpstreamRequest
  readonly #context: RequestContext
  readonly #deadline: Deadline
  readonly #reader: SharedReader | undefined
  #stream: UpstreamStream | undefined
  #over = false

  /** @param body the request's body, where that is a stream */
  constructor(plan: ShadowPlan, request: UpstreamRequest, body: SharedBody | undefined, context: RequestContext) {
    this.#plan = plan
    this.#context = context
    this.#deadline = new Deadline(() => this.cancel(new Error('the shadow has not been answered in time')))
    const headers = request.headers.clone()
    const host = plan.host ?? headers.get('host') ?? ''
    headers.set('host', plan.suffix ? withSuffix(host) : host)
    this.#reader = body?.follow((reason) => this.cancel(reason))
    this.#request = { ...request, headers, body: this.#reader ?? request.body }
  }

  /** Sends it. Comes after the request itself has been sent. */
  start(): void {
    const { destination, cluster: ref } = this.#plan
    const { cluster } = ref
    if (cluster === undefined || this.#over) return
    const host = cluster.hasHosts ? cluster.pick([]) : undefined
    if (host === undefined && cluster.hasHosts) {
      this.cancel(new Error('the upstream of the shadow has no host'))
      return
    }
    const call = { request: this.#request, destination, endpoint: host?.endpoint, context: this.#context }
    const stream = cluster.send(call, this)
    if (this.#over) stream.cancel(undefined)
    else this.#stream = stream
  }

  /** The time it has runs from the end of the request, as that of the request itself does. */
  requestReceived(): void {
    if (!this.#over) this.#plan.timeout.add(this.#deadline)
  }

  cancel(reason: unknown): void {
    if (!this.#end()) return
    this.#stream?.cancel(reason)
  }

  onRequestSent(): void {}

  onInformational(): void {}

  onResponse({ body }: GatewayResponse): void {
    if (body === null || body instanceof Uint8Array) this.#end()
    else (isStreamBody(body) ? body : new IterableBody(body)).pipe(this)
  }

  onFailure(): void {
    this.#end()
  }

  write(): boolean {
    return true
  }

  end(): void {
    this.#end()
  }

  fail(): void {
    this.#end()
  }

  #end(): boolean {
    if (this.#over) return false
    this.#over = true
    this.#deadline.cancel()
    this.#reader?.close(new Error('the shadow is over'))
    return true
  }
}

/** `api.test:8080` becomes `api.test-shadow:8080`, so that logs tell the copy from the request. */
function withSuffix(host: string): string {
  return host.replace(/(:\d+)?$/, '-shadow$1')
}
