import { type ErrorCode, type ErrorFacts, GatewayError } from '../../errors.ts'
import { BodyTooLarge } from '../../http/read-body.ts'
import { TemplateError } from './engine.ts'

/** Which of the two messages is transformed. */
export type MessageSide = 'request' | 'response'

/** Something that makes a transformation impossible, in words that the sender of the message may read. */
export class TransformationFailure extends Error {
  override readonly name = 'TransformationFailure'
  readonly code: Extract<ErrorCode, 'transformationFailed' | 'transformationTooLarge' | 'invalidOutgoing'>

  constructor(code: TransformationFailure['code'], message: string) {
    super(message)
    this.code = code
  }
}

/** Runs a step of a transformation; what it throws tells where it happened. */
export function at<T>(place: string, step: () => T): T {
  try {
    return step()
  } catch (error) {
    throw placed(place, error)
  }
}

/** An error with the place in the configuration where it happened. */
export function placed(place: string, error: unknown): PlacedError {
  return error instanceof PlacedError ? error : new PlacedError(place, error)
}

class PlacedError extends Error {
  readonly place: string

  constructor(place: string, cause: unknown) {
    super(place, { cause })
    this.place = place
  }
}

/** The error of an exchange whose transformation failed: names the expression and the reason, and what the client is told. */
export function failureOf(error: unknown, side: MessageSide): GatewayError {
  const place = error instanceof PlacedError ? `${error.place}: ` : ''
  const cause: unknown = error instanceof PlacedError ? error.cause : error
  if (GatewayError.is(cause)) return cause
  const reason = cause instanceof Error ? cause.message : String(cause)
  const facts = (reply?: string): ErrorFacts => ({
    phase: 'filter',
    side: side === 'request' ? 'client' : 'upstream',
    message: `${place}${reason}`,
    cause,
    ...(reply !== undefined && { reply }),
  })
  if (cause instanceof BodyTooLarge) return new GatewayError('transformationTooLarge', facts())
  if (cause instanceof TransformationFailure) {
    const { code } = cause
    return new GatewayError(code, facts(code === 'transformationFailed' ? `bad request: ${reason}` : undefined))
  }
  // What a function throws is not made for the eyes of clients.
  const told = TemplateError.is(cause) ? reason : 'a template failed'
  return new GatewayError('transformationFailed', facts(`bad request: ${told}`))
}
