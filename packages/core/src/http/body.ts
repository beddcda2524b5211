import type { HeaderMap } from './headers.ts'

/** Nothing, bytes already in memory, or a stream of bytes that can be read once. */
export type Body = null | Uint8Array | AsyncIterable<Uint8Array> | StreamBody

/**
 * A stream that can push: it writes straight into a sink and honours back-pressure, without a promise per chunk.
 * Whoever only knows `for await` reads it like any other stream. Exactly one of the two ways may be used.
 */
export interface StreamBody extends AsyncIterable<Uint8Array> {
  /** Starts pushing into `sink`. Called once. */
  pipe(sink: BodySink): void
  /** Goes on after {@link BodySink.write} returned false. */
  resume(): void
  /** Ends the stream early and frees what is behind it (its connection). Harmless after the end. */
  cancel(reason: unknown): void
}

/** What a {@link StreamBody} writes into. After `end` or `fail` nothing more comes. */
export interface BodySink {
  /** Takes a chunk; false asks the source to pause until {@link StreamBody.resume}. */
  write(chunk: Uint8Array): boolean
  end(trailers: HeaderMap | undefined): void
  fail(error: unknown): void
}

export function isStreamBody(body: Body): body is StreamBody {
  return (
    body !== null &&
    !(body instanceof Uint8Array) &&
    typeof (body as { pipe?: unknown }).pipe === 'function' &&
    typeof (body as { cancel?: unknown }).cancel === 'function'
  )
}

/** Lets go of a body that nobody will read, and of what is behind it. */
export function discardBody(body: Body): void {
  if (isStreamBody(body)) body.cancel(undefined)
  else if (body !== null && !(body instanceof Uint8Array)) discardIterable(body)
}

/** Its `return` is asked for, not waited for: the source may be waiting for bytes that never come. */
export function discardIterable(source: AsyncIterable<Uint8Array>, iterator?: AsyncIterator<Uint8Array>): void {
  try {
    const current = iterator ?? source[Symbol.asyncIterator]()
    current.return?.()?.then(ignore, ignore)
  } catch {
    // Somebody else is reading it and will let go of it.
  }
}

function ignore(): void {}
