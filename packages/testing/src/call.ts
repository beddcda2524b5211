import type { GatewayError, HeaderMap } from '@headgate/core'

/** One request that a {@link FakeTransport} was asked to carry, and what became of it. */
export interface Call {
  readonly method: string
  /** Path and query as they were sent. */
  readonly target: string
  readonly path: string
  /** Without the question mark; empty when there is none. */
  readonly query: string
  readonly headers: HeaderMap
  /** `address:port` of the endpoint; the path of the socket for `pipe` upstreams. */
  readonly endpoint: string
  /** `namespace.name` of the upstream. */
  readonly upstream: string
  /** When it came, on the transport's clock. */
  readonly at: number
  /** What has been read of the body so far. */
  readonly bytes: Uint8Array
  /** {@link Call.bytes} as UTF-8. */
  readonly text: string
  /** Whether the body was read to its end. */
  readonly complete: boolean
  /** The request's trailer fields, once the body is complete. */
  readonly trailers: HeaderMap | undefined
  /** Whether the gateway gave the request, or its response, up before the end. */
  readonly cancelled: boolean
  /** Why it did. */
  readonly reason: unknown
  /** Why there was no response: what the script said, or a mistake in it. */
  readonly failure: GatewayError | undefined
}
