import type { BodySink, Endpoint, GatewayError, HeaderMap, UpstreamRequest } from '@headgate/core'
import { joinBytes } from './bytes.ts'
import type { Call } from './call.ts'

/** A {@link Call} while it is written. It is the sink of the request's body. */
export class RecordedCall implements Call, BodySink {
  readonly method: string
  readonly target: string
  readonly headers: HeaderMap
  readonly endpoint: string
  readonly upstream: string
  readonly at: number
  complete = false
  trailers: HeaderMap | undefined = undefined
  cancelled = false
  reason: unknown = undefined
  failure: GatewayError | undefined = undefined
  /** Called when the body is complete, or with what broke it. */
  whenRead: (error?: unknown) => void = () => undefined
  #chunks: Uint8Array[] = []

  constructor(request: UpstreamRequest, endpoint: Endpoint, at: number) {
    this.method = request.method
    this.target = request.target
    this.headers = request.headers.clone()
    this.endpoint = endpointName(endpoint)
    this.upstream = endpoint.connection.upstream
    this.at = at
  }

  get path(): string {
    return this.target.split('?', 1)[0] ?? ''
  }

  get query(): string {
    return this.target.slice(this.path.length + 1)
  }

  get bytes(): Uint8Array {
    const joined = joinBytes(this.#chunks)
    this.#chunks = [joined]
    return joined
  }

  get text(): string {
    return new TextDecoder().decode(this.bytes)
  }

  /** The length of the request line and the header lines, as HTTP/1.1 would send them. */
  get headBytes(): number {
    const lines = [`${this.method} ${this.target} HTTP/1.1`, ...[...this.headers].map((field) => field.join(': ')), '']
    return lines.reduce((sum, line) => sum + line.length + 2, 0)
  }

  write(chunk: Uint8Array): boolean {
    // Sources may use their memory again.
    this.#chunks.push(chunk.slice())
    return true
  }

  end(trailers: HeaderMap | undefined): void {
    this.complete = true
    this.trailers = trailers
    this.whenRead()
  }

  fail(error: unknown): void {
    this.whenRead(error)
  }
}

/** How an endpoint is written: IPv6 addresses in brackets, sockets in the file system by their path. */
export function endpointName({ address, port, connection }: Endpoint): string {
  if (connection.pipe) return address
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}
