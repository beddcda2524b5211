import { GatewayError } from '../../errors.ts'
import type { Body } from '../../http/body.ts'
import { canDecode, codingsOf, decodeBody } from '../../http/content-coding.ts'
import type { HeaderMap } from '../../http/headers.ts'
import { announcesMore, BodyTooLarge, readBody, type WholeBody } from '../../http/read-body.ts'
import type { CompiledTransformation } from './compiled.ts'
import { type MessageSide, TransformationFailure } from './failure.ts'
import type { LoadedBody } from './message-body.ts'

/** A body that was read for a transformation. */
export interface TransformableBody extends LoadedBody, WholeBody {}

/** What {@link loadBody} needs to know. */
export interface LoadOptions {
  readonly wanted: CompiledTransformation['body']
  /** Bytes, of the body as it comes and of what becomes of it when codings are undone. */
  readonly limit: number
  readonly side: MessageSide
}

/**
 * Reads a body, and undoes its codings if its text is wanted. What is in memory already costs no promise.
 *
 * @throws {@link BodyTooLarge}, {@link TransformationFailure} or a GatewayError; from a promise, by rejecting
 */
export function loadBody(
  body: NonNullable<Body>,
  headers: HeaderMap,
  options: LoadOptions,
): TransformableBody | Promise<TransformableBody> {
  const { limit, side } = options
  const codings = options.wanted === 'text' ? codingsOf(headers.get('content-encoding')) : []
  if (body instanceof Uint8Array) {
    if (body.length > limit) throw new BodyTooLarge(limit)
    return undo({ bytes: body, trailers: undefined }, codings, limit)
  }
  if (announcesMore(headers, limit)) throw new BodyTooLarge(limit)
  return readBody(body, limit).then(
    (whole) => undo(whole, codings, limit),
    (error: unknown) => {
      throw broken(error, side)
    },
  )
}

function undo(
  whole: WholeBody,
  codings: readonly string[],
  limit: number,
): TransformableBody | Promise<TransformableBody> {
  const { bytes } = whole
  if (codings.length === 0 || bytes.length === 0) return { ...whole, decoded: bytes, unknownCoding: undefined }
  if (!canDecode(codings)) return { ...whole, decoded: bytes, unknownCoding: codings.join(', ') }
  return decodeBody(bytes, codings, limit).then(
    (decoded) => ({ ...whole, decoded, unknownCoding: undefined }),
    (error: unknown) => {
      if (error instanceof BodyTooLarge) throw error
      throw new TransformationFailure('transformationFailed', error instanceof Error ? error.message : String(error))
    },
  )
}

function broken(error: unknown, side: MessageSide): unknown {
  if (error instanceof BodyTooLarge || GatewayError.is(error)) return error
  return side === 'request'
    ? new GatewayError('clientBodyBroken', { phase: 'request', side: 'client', cause: error })
    : new GatewayError('upstreamBodyBroken', { phase: 'response', side: 'upstream', cause: error })
}
