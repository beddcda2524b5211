import {
  type Body,
  type BodySink,
  type ConnectionSettings,
  type Endpoint,
  type GatewayError,
  type GatewayResponse,
  HeaderMap,
  type StreamBody,
  type Transport,
  type UpstreamReceiver,
  type UpstreamRequest,
  type UpstreamStream,
} from '@headgate/core'

/** An endpoint as compile would make it. */
export function endpoint(address: string, port = 8080, connection: Partial<ConnectionSettings> = {}): Endpoint {
  return {
    address,
    port,
    weight: 1,
    hostname: address,
    metadata: {},
    connection: {
      upstream: 'default.users',
      pipe: false,
      connectTimeout: 5000,
      idleTimeout: 60_000,
      maxConnections: 1024,
      maxPendingRequests: 1024,
      usage: { connections: 0, pending: 0, overflows: 0 },
      maxRequestsPerConnection: 0,
      maxResponseHeaderBytes: 65_536,
      tls: undefined,
      ...connection,
    },
  }
}

/** Writes down what a transport reports, in order, and says at once when an order breaks the contract. */
export class RecordingReceiver implements UpstreamReceiver {
  readonly events: string[] = []
  response: GatewayResponse | undefined
  failure: GatewayError | undefined
  /** Resolves with the response or the failure. */
  readonly outcome: Promise<GatewayResponse | GatewayError>
  #settle: (outcome: GatewayResponse | GatewayError) => void = () => undefined

  constructor() {
    this.outcome = new Promise((resolve) => {
      this.#settle = resolve
    })
  }

  onRequestSent(): void {
    this.#record('sent')
  }

  onInformational(status: number, headers: HeaderMap): void {
    this.#record([`informational ${status}`, ...[...headers].map((field) => field.join(': '))].join(', '))
  }

  onResponse(response: GatewayResponse): void {
    this.#record(`response ${response.status}`)
    this.response = response
    this.#settle(response)
  }

  onFailure(error: GatewayError): void {
    this.#record(`failure ${error.code}`)
    this.failure = error
    this.#settle(error)
  }

  #record(event: string): void {
    if (this.response !== undefined || this.failure !== undefined) this.events.push(`after the end: ${event}`)
    else this.events.push(event)
  }
}

/** What a request to a transport may leave out. */
export interface UpstreamRequestInit {
  readonly method?: string
  readonly target?: string
  readonly headers?: Iterable<readonly [string, string]>
  readonly body?: Body
}

/** Sends one request to a transport. */
export function sendUpstream(
  transport: Transport,
  to: Endpoint,
  { method = 'GET', target = '/', headers = [['host', 'users']], body = null }: UpstreamRequestInit = {},
): { readonly receiver: RecordingReceiver; readonly stream: UpstreamStream } {
  const receiver = new RecordingReceiver()
  const request: UpstreamRequest = { method, target, headers: new HeaderMap(headers), body }
  return { receiver, stream: transport.send(request, to, receiver) }
}

/** Reads a pushed body chunk by chunk, with room for so many bytes at a time. */
export class SlowSink implements BodySink {
  readonly chunks: Uint8Array[] = []
  outcome: 'open' | 'ended' | 'failed' = 'open'
  trailers: HeaderMap | undefined
  error: unknown
  readonly #room: number
  #used = 0

  constructor(room: number) {
    this.#room = room
  }

  get length(): number {
    return this.chunks.reduce((sum, chunk) => sum + chunk.length, 0)
  }

  get text(): string {
    return this.chunks.map((chunk) => new TextDecoder().decode(chunk)).join('')
  }

  write(chunk: Uint8Array): boolean {
    if (this.outcome !== 'open') throw new Error(`a chunk came after the body had ${this.outcome}`)
    this.chunks.push(chunk)
    this.#used += chunk.length
    return this.#used < this.#room
  }

  /** Makes room again and lets the body go on. */
  drain(body: StreamBody): void {
    this.#used = 0
    body.resume()
  }

  end(trailers: HeaderMap | undefined): void {
    this.outcome = 'ended'
    this.trailers = trailers
  }

  fail(error: unknown): void {
    this.outcome = 'failed'
    this.error = error
  }
}
