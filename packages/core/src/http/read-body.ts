import { type BodySink, isStreamBody, type StreamBody } from './body.ts'
import { parseLength } from './framing.ts'
import type { HeaderMap } from './headers.ts'
import { IterableBody } from './iterable-body.ts'
import { joinBytes } from './join-bytes.ts'

/** A body that was read to its end. */
export interface WholeBody {
  readonly bytes: Uint8Array
  /** Trailer fields that came behind it. */
  readonly trailers: HeaderMap | undefined
}

/** A body has more bytes than may be held in memory. */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge'
  readonly limit: number

  constructor(limit: number) {
    super(`the body has more than ${limit} bytes`)
    this.limit = limit
  }
}

/**
 * Reads a stream into memory. Of one that turns out to be too large the rest is cancelled.
 *
 * @param limit bytes
 * @throws {@link BodyTooLarge}, or what broke the body, by rejecting
 */
export function readBody(body: AsyncIterable<Uint8Array> | StreamBody, limit: number): Promise<WholeBody> {
  return new Promise((resolve, reject) => {
    const source = isStreamBody(body) ? body : new IterableBody(body)
    source.pipe(new Collector(source, limit, resolve, reject))
  })
}

/** Whether a message announces a body that is larger than that. */
export function announcesMore(headers: HeaderMap, limit: number): boolean {
  const length = headers.get('content-length')
  return length !== undefined && parseLength(length) > limit
}

class Collector implements BodySink {
  readonly #source: StreamBody
  readonly #limit: number
  readonly #resolve: (body: WholeBody) => void
  readonly #reject: (error: unknown) => void
  readonly #chunks: Uint8Array[] = []
  #size = 0

  constructor(source: StreamBody, limit: number, resolve: (body: WholeBody) => void, reject: (error: unknown) => void) {
    this.#source = source
    this.#limit = limit
    this.#resolve = resolve
    this.#reject = reject
  }

  write(chunk: Uint8Array): boolean {
    this.#size += chunk.length
    if (this.#size > this.#limit) {
      const error = new BodyTooLarge(this.#limit)
      this.#chunks.length = 0
      this.#reject(error)
      this.#source.cancel(error)
      return false
    }
    this.#chunks.push(chunk)
    return true
  }

  end(trailers: HeaderMap | undefined): void {
    this.#resolve({ bytes: joinBytes(this.#chunks), trailers })
  }

  fail(error: unknown): void {
    this.#reject(error)
  }
}
