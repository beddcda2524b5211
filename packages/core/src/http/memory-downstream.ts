import { errors } from '../errors.ts'
import type { Body } from './body.ts'
import type { Downstream, DownstreamListener } from './downstream.ts'
import type { HeaderMap } from './headers.ts'
import { type Client, type GatewayRequest, type GatewayResponse, respond } from './message.ts'
import { QueueBody } from './queue-body.ts'

/** A request that never saw a socket: the way in for `gateway.handle`, and so for tests and web adapters. */
export class MemoryDownstream implements Downstream {
  readonly method: string
  readonly target: string
  readonly httpVersion = '1.1'
  readonly rawHeaders: readonly string[]
  readonly body: Body
  readonly client: Client
  /** Nobody has parsed this message, so its names and values are still to be checked. */
  readonly unparsed = true
  readonly complete = true
  readonly #request: GatewayRequest
  readonly #answer: (response: GatewayResponse) => void
  readonly #informational: ((status: number, headers: HeaderMap) => void) | undefined
  #listener: DownstreamListener | undefined
  #response: QueueBody | undefined

  constructor(
    request: GatewayRequest,
    answer: (response: GatewayResponse) => void,
    informational?: (status: number, headers: HeaderMap) => void,
  ) {
    this.#request = request
    this.#answer = answer
    this.#informational = informational
    this.method = request.method
    this.target = request.target
    this.rawHeaders = request.headers.raw
    this.body = request.body
    this.client = request.client
  }

  trailers(): HeaderMap | undefined {
    return this.#request.trailers?.()
  }

  attach(listener: DownstreamListener): void {
    this.#listener = listener
  }

  sendContinue(): void {}

  sendInformational(status: number, headers: HeaderMap): void {
    this.#informational?.(status, headers)
  }

  start(status: number, headers: HeaderMap, _close: boolean): void {
    const body = new QueueBody({
      resume: () => this.#listener?.onDrain(),
      cancel: (reason) => this.#listener?.onGone(reason),
    })
    this.#response = body
    this.#answer({ status, headers, body, trailers: () => body.trailers })
  }

  write(chunk: Uint8Array): boolean {
    return this.#response?.write(chunk) ?? false
  }

  end(trailers: HeaderMap | undefined): void {
    this.#response?.end(trailers)
  }

  destroy(error: unknown): void {
    if (this.#response === undefined) this.#answerNothing()
    else this.#response.fail(error)
  }

  /** The caller does not want the answer any more; it gets one all the same, if there was none yet. */
  abandon(reason: unknown): void {
    this.#listener?.onGone(reason)
    if (this.#response === undefined) this.#answerNothing()
    else this.#response.fail(reason)
  }

  /** On a socket there would be silence; a promise has to end. */
  #answerNothing(): void {
    this.#answer(respond(errors.clientGone.status))
  }
}
