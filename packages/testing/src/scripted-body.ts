import type { BodySink, HeaderMap, StreamBody } from '@headgate/core'
import { unlessAborted, waiter } from './waiting.ts'

/** How a {@link ScriptedBody} is made. */
export interface ScriptedBodyOptions {
  readonly source: AsyncIterable<Uint8Array>
  readonly trailers: HeaderMap | undefined
  /** Aborts when the exchange is over. */
  readonly signal: AbortSignal
  /** Whether the reader gave the exchange up, and wants to hear no more of it. */
  readonly isCancelled: () => boolean
  /** Gives the exchange up. */
  readonly cancel: (reason: unknown) => void
  /** Turns what the source throws into what the reader gets. */
  readonly failure: (error: unknown) => unknown
  /** Called once when the source is used up or broken. */
  readonly whenDone: () => void
}

/**
 * A response body that is pushed like that of a socket: it takes the next chunk from its source only when the sink
 * has room, and stops for good when it is cancelled.
 */
export class ScriptedBody implements StreamBody {
  readonly #options: ScriptedBodyOptions
  readonly #iterator: AsyncIterator<Uint8Array>
  #taken = false
  #ended = false
  #resumed = false
  #wake: () => void = () => undefined

  constructor(options: ScriptedBodyOptions) {
    this.#options = options
    this.#iterator = options.source[Symbol.asyncIterator]()
  }

  /** Whether the source was used up: trailers are known from then on. */
  get ended(): boolean {
    return this.#ended
  }

  pipe(sink: BodySink): void {
    this.#take()
    this.#push(sink).catch((error: unknown) => {
      if (!this.#options.isCancelled()) sink.fail(error)
    })
  }

  resume(): void {
    this.#resumed = true
    this.#wake()
  }

  cancel(reason: unknown): void {
    this.#options.cancel(reason)
    // A source that waits for something else than the signal is asked to stop; it may do so when it likes.
    this.#iterator.return?.().catch(() => undefined)
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    this.#take()
    try {
      for (let chunk = await this.#next(); chunk !== undefined; chunk = await this.#next()) yield chunk
    } finally {
      if (!this.#ended) this.cancel(new Error('the reader stopped before the end of the body'))
    }
  }

  async #push(sink: BodySink): Promise<void> {
    const { isCancelled, trailers } = this.#options
    for (let chunk = await this.#next(); chunk !== undefined; chunk = await this.#next()) {
      this.#resumed = false
      if (!sink.write(chunk) && !this.#resumed) await this.#room()
      if (isCancelled()) return
    }
    sink.end(trailers)
  }

  async #next(): Promise<Uint8Array | undefined> {
    const { signal, failure, whenDone } = this.#options
    try {
      const { done, value } = await unlessAborted(this.#iterator.next(), signal)
      if (done !== true) return value
    } catch (error) {
      const failed = failure(error)
      whenDone()
      throw failed
    }
    this.#ended = true
    whenDone()
    return undefined
  }

  #room(): Promise<void> {
    const { promise, resolve } = waiter()
    this.#wake = resolve
    return unlessAborted(promise, this.#options.signal)
  }

  #take(): void {
    if (this.#taken) throw new TypeError('a response body is read once, by pipe or by iterating')
    this.#taken = true
  }
}
