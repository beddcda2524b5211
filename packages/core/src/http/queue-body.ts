import type { BodySink, StreamBody } from './body.ts'
import type { HeaderMap } from './headers.ts'

/** What a {@link QueueBody} asks of its producer. */
export interface Producer {
  /** Goes on after `write` returned false. */
  resume(): void
  /** Nobody wants the rest. */
  cancel(reason: unknown): void
}

/**
 * A body that is written on one side and read on the other, in either way: pushed into a sink, or with `for await`.
 * Holds at most what the producer sends after having been asked to pause.
 */
export class QueueBody implements StreamBody, BodySink {
  trailers: HeaderMap | undefined
  readonly #producer: Producer
  readonly #chunks: Uint8Array[] = []
  #ended = false
  #finished = false
  #error: unknown
  #failed = false
  #sink: BodySink | undefined
  #wake: (() => void) | undefined
  #paused = false

  constructor(producer: Producer) {
    this.#producer = producer
  }

  write(chunk: Uint8Array): boolean {
    if (this.#ended) return false
    if (this.#sink !== undefined && this.#chunks.length === 0) return this.#sink.write(chunk)
    this.#chunks.push(chunk)
    this.#signal()
    this.#paused = true
    return false
  }

  end(trailers: HeaderMap | undefined): void {
    if (this.#ended) return
    this.#ended = true
    this.trailers = trailers
    if (this.#sink !== undefined && this.#chunks.length === 0) this.#finish(this.#sink)
    this.#signal()
  }

  fail(error: unknown): void {
    if (this.#ended) return
    this.#ended = true
    this.#failed = true
    this.#error = error
    if (this.#sink !== undefined && this.#chunks.length === 0) this.#finish(this.#sink)
    this.#signal()
  }

  pipe(sink: BodySink): void {
    this.#sink = sink
    this.#flush()
  }

  resume(): void {
    if (this.#chunks.length > 0 || this.#ended) this.#flush()
    else this.#producer.resume()
  }

  cancel(reason: unknown): void {
    if (this.#ended) return
    this.#ended = true
    this.#finished = true
    this.#chunks.length = 0
    this.#producer.cancel(reason)
    this.#signal()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    let complete = false
    try {
      for (;;) {
        const chunk = this.#chunks.shift()
        if (chunk !== undefined) {
          yield chunk
        } else if (this.#ended) {
          complete = true
          if (this.#failed) throw this.#error
          return
        } else {
          const waiting = new Promise<void>((resolve) => {
            this.#wake = resolve
          })
          this.#unpause()
          await waiting
        }
      }
    } finally {
      if (!complete) this.cancel(undefined)
    }
  }

  #flush(): void {
    const sink = this.#sink as BodySink
    for (let chunk = this.#chunks.shift(); chunk !== undefined; chunk = this.#chunks.shift()) {
      if (!sink.write(chunk)) return
    }
    if (!this.#ended) this.#unpause()
    else this.#finish(sink)
  }

  /** Tells the sink of the end, once. */
  #finish(sink: BodySink): void {
    if (this.#finished) return
    this.#finished = true
    if (this.#failed) sink.fail(this.#error)
    else sink.end(this.trailers)
  }

  #unpause(): void {
    if (!this.#paused) return
    this.#paused = false
    this.#producer.resume()
  }

  #signal(): void {
    const wake = this.#wake
    this.#wake = undefined
    wake?.()
  }
}
