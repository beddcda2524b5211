import {
  type Clock,
  type Endpoint,
  type ErrorCode,
  type ErrorFacts,
  GatewayError,
  type HeaderMap,
  isBodyless,
  type UpstreamReceiver,
  type UpstreamRequest,
  type UpstreamStream,
} from '@headgate/core'
import type { Exchange, Script } from './exchange.ts'
import { pipeBody } from './pipe-body.ts'
import { RecordedCall } from './recorded-call.ts'
import { ScriptedBody } from './scripted-body.ts'

/** Why an exchange that went well is over; whatever still waits in its script learns it. */
const complete = new Error('the response is complete')

/** An {@link Exchange} and the transport's handle on it. */
export class RunningExchange implements Exchange, UpstreamStream {
  readonly call: RecordedCall
  readonly endpoint: Endpoint
  readonly clock: Clock
  readonly #request: UpstreamRequest
  readonly #receiver: UpstreamReceiver
  readonly #whenOver: (exchange: RunningExchange) => void
  readonly #controller = new AbortController()
  #state: 'waiting' | 'responding' | 'over' = 'waiting'
  #reading: Promise<void> | undefined
  #stopReading: (reason: unknown) => void = () => undefined

  constructor(
    request: UpstreamRequest,
    endpoint: Endpoint,
    receiver: UpstreamReceiver,
    clock: Clock,
    whenOver: (exchange: RunningExchange) => void,
  ) {
    this.call = new RecordedCall(request, endpoint, clock.now())
    this.endpoint = endpoint
    this.clock = clock
    this.#request = request
    this.#receiver = receiver
    this.#whenOver = whenOver
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  async run(script: Script): Promise<void> {
    try {
      // As on a network, nothing is answered before `send` has returned.
      await Promise.resolve()
      if (this.#state === 'waiting') await script.play(this)
    } catch (error) {
      this.fail(error)
    }
  }

  readBody(): Promise<void> {
    this.#reading ??= this.#read()
    return this.#reading
  }

  informational(status: number, headers: HeaderMap): void {
    if (this.#state === 'waiting') this.#tell(() => this.#receiver.onInformational(status, headers))
  }

  respond(
    status: number,
    headers: HeaderMap,
    source: AsyncIterable<Uint8Array> | null,
    trailers: HeaderMap | undefined = undefined,
  ): void {
    if (this.#state !== 'waiting') return
    this.#state = 'responding'
    if (source === null || this.call.method === 'HEAD' || isBodyless(status)) {
      this.#end(complete)
      this.#tell(() => this.#receiver.onResponse({ status, headers, body: null }))
      return
    }
    const body = new ScriptedBody({
      source,
      trailers,
      signal: this.signal,
      isCancelled: () => this.call.cancelled,
      cancel: (reason) => this.cancel(reason),
      failure: (error) => this.#bodyError(error),
      whenDone: () => this.#end(complete),
    })
    const response = { status, headers, body, trailers: () => (body.ended ? trailers : undefined) }
    this.#tell(() => this.#receiver.onResponse(response))
  }

  error(code: ErrorCode, facts: ErrorFacts): GatewayError {
    return new GatewayError(code, {
      bytesSent: facts.phase === 'connect' ? 0 : this.call.headBytes + this.call.bytes.length,
      responseStarted: this.#state === 'responding',
      upstream: this.call.upstream,
      address: this.call.endpoint,
      ...facts,
    })
  }

  /** There will be no response; after there was one, nothing happens. */
  fail(error: unknown): void {
    if (this.#state !== 'waiting') return
    const failure = GatewayError.is(error) ? error : this.#mistake(error)
    this.call.failure = failure
    this.#end(failure)
    this.#tell(() => this.#receiver.onFailure(failure))
  }

  cancel(reason: unknown): void {
    if (this.#state === 'over') return
    this.call.cancelled = true
    this.call.reason = reason
    this.#end(reason)
  }

  /** Loses the connection: before the response that is a failure, afterwards it breaks the response's body. */
  cut(): void {
    const phase = this.#state === 'waiting' ? 'wait' : 'response'
    const error = this.error('drained', { phase, side: 'gateway', message: 'the transport was closed' })
    if (this.#state === 'waiting') this.fail(error)
    else if (this.#state === 'responding') this.#end(error)
  }

  #read(): Promise<void> {
    if (this.#state === 'waiting') this.#tell(() => this.#receiver.onConnected?.())
    const reading = new Promise<void>((resolve, reject) => {
      this.call.whenRead = (error) => {
        if (error === undefined) {
          if (this.#state === 'waiting') this.#tell(() => this.#receiver.onRequestSent())
          resolve()
        } else reject(GatewayError.is(error) ? error : this.#clientError(error))
      }
      this.signal.addEventListener('abort', () => reject(this.signal.reason), { once: true })
      this.#stopReading = pipeBody(this.#request.body, this.call)
    })
    // A script need not wait for the body that it reads.
    reading.catch((error: unknown) => this.fail(error))
    return reading
  }

  #end(reason: unknown): void {
    this.#state = 'over'
    if (!this.call.complete) this.#stopReading(reason)
    this.#controller.abort(reason)
    this.#whenOver(this)
  }

  /** A receiver that throws is a defect of the gateway; it must show, and not as an answer of the upstream. */
  #tell(call: () => void): void {
    try {
      call()
    } catch (error) {
      queueMicrotask(() => {
        throw error
      })
    }
  }

  #bodyError(error: unknown): GatewayError {
    if (GatewayError.is(error)) return error
    return this.error('upstreamBodyBroken', { phase: 'response', side: 'upstream', cause: error })
  }

  #clientError(cause: unknown): GatewayError {
    return this.error('clientBodyBroken', { phase: 'send', side: 'client', cause })
  }

  #mistake(cause: unknown): GatewayError {
    const message = `the answer of ${this.call.endpoint} failed: ${cause instanceof Error ? cause.message : cause}`
    return this.error('internal', { phase: 'wait', side: 'gateway', message, cause })
  }
}
