import type { Body, Client, Downstream, DownstreamListener, HeaderMap } from '@headgate/core'
import { request } from '@headgate/testing'

/** What a {@link RecordingDownstream} differs in from a request that was received to its end. */
export interface RecordingOptions {
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Body
  /** Whether the request has been received to its end. Default true. */
  readonly complete?: boolean
  /** Default `1.1`. */
  readonly httpVersion?: string
  /** Why the body cannot be had. */
  readonly bodyProblem?: string
  /** Replaces all header lines, so that they may be wrong. */
  readonly rawHeaders?: readonly string[]
  /** Called with the name of each call of the gateway, before it returns. */
  readonly during?: (call: string) => void
}

/** An adapter that writes down what the gateway does with it, in order. */
export class RecordingDownstream implements Downstream {
  readonly method: string
  readonly target: string
  readonly httpVersion: string
  readonly bodyProblem: string | undefined
  readonly rawHeaders: readonly string[]
  readonly body: Body
  readonly client: Client
  readonly unparsed = true
  /** `start 200`, `write 5`, `end`, `destroy upstreamTimeout`, ... */
  readonly calls: string[] = []
  complete: boolean
  headers: HeaderMap | undefined
  status = 0
  /** What was written, as UTF-8. */
  text = ''
  closes = false
  /** What {@link write} answers. */
  hasRoom = true
  readonly #during: (call: string) => void
  #listener: DownstreamListener | undefined

  constructor(target: string, options: RecordingOptions = {}) {
    const { headers = {}, body = null, complete = true, during } = options
    const made = request(target, { headers })
    if (body !== null && headers['content-length'] === undefined) {
      made.headers.delete('content-length')
      made.headers.set('transfer-encoding', 'chunked')
    }
    this.method = made.method
    this.target = made.target
    this.rawHeaders = options.rawHeaders ?? made.headers.raw
    this.httpVersion = options.httpVersion ?? '1.1'
    this.bodyProblem = options.bodyProblem
    this.body = body
    this.client = made.client
    this.complete = complete
    this.#during = during ?? (() => undefined)
  }

  /** What the adapter tells the gateway of. */
  get listener(): DownstreamListener {
    if (this.#listener === undefined) throw new Error('the gateway has not taken the request')
    return this.#listener
  }

  attach(listener: DownstreamListener): void {
    this.#listener = listener
  }

  sendContinue(): void {
    this.#record('continue')
  }

  sendInformational(status: number): void {
    this.#record(`informational ${status}`)
  }

  start(status: number, headers: HeaderMap, close: boolean): void {
    this.status = status
    this.headers = headers
    this.closes = close
    this.#record(`start ${status}`)
  }

  write(chunk: Uint8Array): boolean {
    this.text += new TextDecoder().decode(chunk)
    this.#record(`write ${chunk.length}`)
    return this.hasRoom
  }

  end(): void {
    this.#record('end')
  }

  destroy(error: unknown): void {
    this.#record(`destroy ${(error as { readonly code?: string }).code ?? error}`)
  }

  #record(call: string): void {
    this.calls.push(call)
    this.#during(call)
  }
}
