import type { Body } from './body.ts'
import type { HeaderMap } from './headers.ts'
import type { Client } from './message.ts'
import type { Tunnel } from './tunnel.ts'

/**
 * One request as an adapter hands it to the gateway, and the way its answer goes back. An adapter implements it with a
 * single object per request and decides nothing: checks, limits and header hygiene are the gateway's.
 */
export interface Downstream {
  readonly method: string
  /** The request target as received: origin-form, absolute-form, authority-form or `*`. */
  readonly target: string
  /** `1.1`, `1.0`, ... as the message says; `2` when the connection is HTTP/2, never because a request line says so. */
  readonly httpVersion: string
  /** All field lines as received, flat. The gateway copies what it keeps. */
  readonly rawHeaders: readonly string[]
  /** The body; null only when the message cannot have one. */
  readonly body: Body
  readonly client: Client
  /** Why the body cannot be had any more although the message has one; a parser in front of the gateway read it. */
  readonly bodyProblem?: string | undefined
  /** Set where no HTTP parser has seen the message: names and values are then checked as well. */
  readonly unparsed?: boolean
  /** Whether the request has been received to its end. */
  readonly complete: boolean
  /** Trailer fields of the request, known after the body. */
  trailers?(): HeaderMap | undefined

  /** Tells whom to call when the client reads again or goes away. Called once, before anything else. */
  attach(listener: DownstreamListener): void
  /** Answers `Expect: 100-continue`, where the adapter left that to the gateway. */
  sendContinue(): void
  /** Sends an interim response other than 100 and 101. */
  sendInformational(status: number, headers: HeaderMap): void
  /** Sends status and headers. Called once. `close` asks to end the connection after this response. */
  start(status: number, headers: HeaderMap, close: boolean): void
  /** Sends a part of the body; false asks to wait for {@link DownstreamListener.onDrain}. */
  write(chunk: Uint8Array): boolean
  end(trailers: HeaderMap | undefined): void
  /** Breaks the response so that the client can see it. Before `start` the connection is closed without an answer. */
  destroy(error: unknown): void
  /**
   * In the place of `start`: sends 101 with these headers, and hands over the connection with what the client has sent
   * since its request. Not there where the connection cannot be had.
   *
   * @throws when the headers cannot be sent; then nothing has been sent
   */
  switchProtocols?(headers: HeaderMap): Tunnel
}

/** The gateway's side of a {@link Downstream}. */
export interface DownstreamListener {
  onDrain(): void
  /** The rest of the request cannot be understood; its answer is still wanted. */
  onBroken(reason: unknown): void
  /** The client went away before its response was complete, or its request broke off. */
  onGone(reason: unknown): void
}
