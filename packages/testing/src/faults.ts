import type { ErrorCode, ErrorFacts } from '@headgate/core'
import { type Answer, type FixedAnswer, scriptOf, sendAnswer } from './answer.ts'
import type { Exchange, Script } from './exchange.ts'
import { type Fields, fieldsToMap } from './fields.ts'
import { forever, sleep } from './waiting.ts'

/** Options of `faults.slowDrip`. */
export interface SlowDripOptions {
  /** How much is sent altogether, where no answer says it. Default 10. */
  readonly bytes?: number
  /** Milliseconds before each piece, on the transport's clock. */
  readonly every: number
  /** Bytes in a piece. Default 1. */
  readonly chunk?: number
}

/**
 * What goes wrong with upstreams, each as a script for a {@link FakeTransport}. Codes and facts of the failures are
 * those that a real transport reports.
 */
export const faults = {
  /** Nobody listens on the port. */
  refuse: (): Script => connecting('connectionFailure', 'connection refused'),

  /** The connection is not made within the upstream's `connectTimeout`, which passes on the clock. */
  connectTimeout: (): Script => ({
    async play(exchange) {
      await sleep(exchange.clock, exchange.endpoint.connection.connectTimeout, exchange.signal)
      throw exchange.error('connectionTimeout', { phase: 'connect', side: 'upstream' })
    },
  }),

  /** The host name cannot be resolved. */
  dnsFailure: (): Script => connecting('dnsFailure', 'host not found'),

  /** The certificate is not to be trusted, or there is no TLS at the other end. */
  tlsFailure: (): Script => connecting('tlsFailure', 'unable to verify the first certificate'),

  /** The connection is closed or reset after the request was read and before any of the response. */
  resetBeforeHeaders: (): Script => answering('connectionTermination', 'socket hang up'),

  /** An HTTP/2 upstream resets the stream, or says GOAWAY and means this one too. */
  remoteReset: (): Script => answering('remoteReset', 'stream reset'),

  /** Bytes come back that are no HTTP, or a framing that must not be trusted. */
  garbage: (): Script => answering('protocolError', 'invalid response'),

  /**
   * The upstream closed a connection that it had kept open just as the request was written to it: no byte came back,
   * and the request can have had no effect.
   */
  reusedSocketReset: (): Script => ({
    play(exchange) {
      const message = 'connection reset by peer'
      throw exchange.error('connectionTermination', { phase: 'wait', side: 'upstream', reusedSocket: true, message })
    },
  }),

  /**
   * The response breaks off after that many bytes of its body.
   *
   * @param answer Whose body is cut; shorter bodies break at their end. Default: 200 and as many bytes.
   */
  resetAfter: (bytes: number, answer: FixedAnswer = filler(bytes)): Script => ({
    async play(exchange) {
      await exchange.readBody()
      await sendAnswer(answer, exchange, (body) =>
        cut(body, bytes, () => {
          throw exchange.error('upstreamBodyBroken', { phase: 'response', side: 'upstream', message: 'socket hang up' })
        }),
      )
    },
  }),

  /** The request is read and never answered. */
  stall: (): Script => ({
    async play(exchange) {
      await exchange.readBody()
      await forever(exchange.signal)
    },
  }),

  /** The request is accepted, but nothing of its body is read, and it is never answered. */
  neverRead: (): Script => ({ play: (exchange) => forever(exchange.signal) }),

  /**
   * The response stops after that many bytes of its body, and the connection stays open.
   *
   * @param answer Whose body is held back. Default: 200 and as many bytes.
   */
  stallAfter: (bytes: number, answer: FixedAnswer = filler(bytes)): Script => ({
    async play(exchange) {
      await exchange.readBody()
      await sendAnswer(answer, exchange, (body) => cut(body, bytes, () => forever(exchange.signal)))
    },
  }),

  /**
   * The body comes piece by piece, slowly and steadily, to its end.
   *
   * @param answer Whose body is sent. Default: 200 and {@link SlowDripOptions.bytes} bytes.
   */
  slowDrip: ({ bytes = 10, every, chunk = 1 }: SlowDripOptions, answer: FixedAnswer = filler(bytes)): Script => ({
    async play(exchange) {
      await exchange.readBody()
      await sendAnswer(answer, exchange, (body) => drip(body, chunk, every, exchange))
    },
  }),

  /** The response is sent at once; the body of the request is not read. */
  earlyResponse: (answer: FixedAnswer): Script => ({ play: (exchange) => sendAnswer(answer, exchange) }),

  /** An interim response comes first, such as 103 Early Hints (RFC 8297). */
  informational: (status: number, headers: Fields, then: Answer): Script => ({
    async play(exchange) {
      exchange.informational(status, fieldsToMap(headers))
      await scriptOf(then).play(exchange)
    },
  }),

  /** Fails in any other way, after the request was read unless the phase is `connect`. */
  failure: (code: ErrorCode, facts: ErrorFacts): Script => ({
    async play(exchange) {
      if (facts.phase !== 'connect') await exchange.readBody()
      throw exchange.error(code, facts)
    },
  }),
} as const

function connecting(code: ErrorCode, message: string): Script {
  return faults.failure(code, { phase: 'connect', side: 'upstream', message })
}

function answering(code: ErrorCode, message: string): Script {
  return faults.failure(code, { phase: 'wait', side: 'upstream', message })
}

/** Chunked, because no length could be true: the body is cut, or never ends. */
function filler(bytes: number): FixedAnswer {
  return { body: ['x'.repeat(bytes)] }
}

async function* cut(
  body: AsyncIterable<Uint8Array>,
  bytes: number,
  then: () => Promise<never>,
): AsyncGenerator<Uint8Array> {
  let left = bytes
  if (left > 0) {
    for await (const chunk of body) {
      yield chunk.subarray(0, left)
      left -= chunk.length
      if (left <= 0) break
    }
  }
  await then()
}

async function* drip(
  body: AsyncIterable<Uint8Array>,
  size: number,
  every: number,
  { clock, signal }: Exchange,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    for (let from = 0; from < chunk.length; from += size) {
      await sleep(clock, every, signal)
      yield chunk.subarray(from, from + size)
    }
  }
}
