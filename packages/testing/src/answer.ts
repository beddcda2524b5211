import type { HeaderMap } from '@headgate/core'
import { isBodyless } from '@headgate/core'
import { toBytes } from './bytes.ts'
import type { Call } from './call.ts'
import type { Exchange, Script } from './exchange.ts'
import { type Fields, fieldsToMap } from './fields.ts'
import { sleep, unlessAborted } from './waiting.ts'

/** A response in full. */
export interface AnswerObject {
  /** Default 200. */
  readonly status?: number
  /** `content-length`, `transfer-encoding` and `content-type: text/plain` are added where a server would. */
  readonly headers?: Fields
  /**
   * Text is sent as UTF-8. Anything iterable is sent chunk by chunk, with an unknown length; an array can be sent again
   * for another call, a generator cannot. An error that it throws breaks the response.
   */
  readonly body?: string | Uint8Array | Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>
  /** Trailer fields behind the body, which is then sent in chunks. */
  readonly trailers?: Fields
  /** Interim responses in front. */
  readonly informational?: readonly { readonly status: number; readonly headers?: Fields }[]
  /** Milliseconds on the transport's clock before any of it is sent. Default 0. */
  readonly delay?: number
}

/** A response: its status, its text with status 200, its bytes with status 200, or all of it. */
export type FixedAnswer = number | string | Uint8Array | AnswerObject

/**
 * What an endpoint does with a request: a response, a {@link Script} such as those of {@link faults}, or a function
 * that says which for each call. The function is asked when the request has been read to its end.
 */
export type Answer = FixedAnswer | Script | ((call: Call) => Answer | Promise<Answer>)

/** Bytes that a socket hands over at once. */
const pieceSize = 65_536

function isScript(answer: Answer): answer is Script {
  return typeof answer === 'object' && 'play' in answer
}

/** What plays an answer of any kind. */
export function scriptOf(answer: Answer): Script {
  if (typeof answer === 'function') return { play: (exchange) => playFunction(answer, exchange) }
  return isScript(answer) ? answer : { play: (exchange) => playFixed(answer, exchange) }
}

async function playFunction(answer: (call: Call) => Answer | Promise<Answer>, exchange: Exchange): Promise<void> {
  await exchange.readBody()
  const chosen = await unlessAborted(Promise.resolve(answer(exchange.call)), exchange.signal)
  await scriptOf(chosen).play(exchange)
}

async function playFixed(answer: FixedAnswer, exchange: Exchange): Promise<void> {
  await exchange.readBody()
  await sendAnswer(answer, exchange)
}

/**
 * Sends an answer, its delay and interim responses included, without reading the request first.
 *
 * @param change Makes another body out of that of the answer.
 */
export async function sendAnswer(
  answer: FixedAnswer,
  exchange: Exchange,
  change: (body: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array> = (body) => body,
): Promise<void> {
  const response = objectOf(answer)
  const { status = 200, body = '', informational = [], delay = 0 } = response
  if (delay > 0) await sleep(exchange.clock, delay, exchange.signal)
  for (const interim of informational) exchange.informational(interim.status, fieldsToMap(interim.headers))
  const trailers = response.trailers === undefined ? undefined : fieldsToMap(response.trailers)
  const empty = isWhole(body) && body.length === 0 && trailers === undefined
  exchange.respond(status, headersOf(response, status), empty ? null : change(chunksOf(body)), trailers)
}

function objectOf(answer: FixedAnswer): AnswerObject {
  if (typeof answer === 'number') return { status: answer }
  return typeof answer === 'string' || answer instanceof Uint8Array ? { body: answer } : answer
}

function headersOf({ headers: fields, body = '', trailers }: AnswerObject, status: number): HeaderMap {
  const headers = fieldsToMap(fields)
  if (typeof body === 'string' && body !== '' && !headers.has('content-type')) headers.set('content-type', 'text/plain')
  if (isBodyless(status) || headers.has('content-length') || headers.has('transfer-encoding')) return headers
  if (!isWhole(body) || trailers !== undefined) return headers.set('transfer-encoding', 'chunked')
  return headers.set('content-length', String(toBytes(body).length))
}

type AnswerBody = NonNullable<AnswerObject['body']>

function isWhole(body: AnswerBody): body is string | Uint8Array {
  return typeof body === 'string' || body instanceof Uint8Array
}

async function* chunksOf(body: AnswerBody): AsyncGenerator<Uint8Array> {
  if (isWhole(body)) yield* piecesOf(toBytes(body))
  else for await (const chunk of body) yield toBytes(chunk)
}

function* piecesOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += pieceSize) yield bytes.subarray(from, from + pieceSize)
}
