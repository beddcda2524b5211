import type { Clock, Endpoint, ErrorCode, ErrorFacts, GatewayError, HeaderMap } from '@headgate/core'
import type { Call } from './call.ts'

/** Plays the upstream's part in one exchange. Make one where the {@link faults} are not enough. */
export interface Script {
  /** What it throws becomes the failure of the exchange. */
  play(exchange: Exchange): void | Promise<void>
}

/** The upstream's side of one request. */
export interface Exchange {
  readonly call: Call
  readonly endpoint: Endpoint
  readonly clock: Clock
  /** Aborts when the exchange is over; everything that waits should stop then. */
  readonly signal: AbortSignal
  /** Reads the request's body to its end. Until this is called nothing is read, and the sender has to wait. */
  readBody(): Promise<void>
  informational(status: number, headers: HeaderMap): void
  /** Sends status and headers; the body, null for none, is pulled chunk by chunk as fast as the gateway takes it. */
  respond(status: number, headers: HeaderMap, body: AsyncIterable<Uint8Array> | null, trailers?: HeaderMap): void
  /** Makes the error an upstream would cause now: it knows the host and the bytes sent so far. */
  error(code: ErrorCode, facts: ErrorFacts): GatewayError
}
