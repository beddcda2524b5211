import { type BodySink, discardIterable, type StreamBody } from './body.ts'

/** Pushes an async iterable into a sink; the slow road, for bodies that can do no better. */
export class IterableBody implements StreamBody {
  readonly #source: AsyncIterable<Uint8Array>
  #iterator: AsyncIterator<Uint8Array> | undefined
  #sink: BodySink | undefined
  #paused = false
  #over = false

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source
  }

  pipe(sink: BodySink): void {
    this.#sink = sink
    try {
      this.#iterator = this.#source[Symbol.asyncIterator]()
      this.#pull()
    } catch (error) {
      // Another reader has it already.
      this.#fail(error)
    }
  }

  resume(): void {
    if (!this.#paused) return
    this.#paused = false
    this.#pull()
  }

  cancel(_reason: unknown): void {
    if (this.#over) return
    this.#over = true
    discardIterable(this.#source, this.#iterator)
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return this.#source[Symbol.asyncIterator]()
  }

  #pull(): void {
    this.#iterator?.next().then(
      (result) => this.#take(result),
      (error: unknown) => this.#fail(error),
    )
  }

  #take(result: IteratorResult<Uint8Array>): void {
    if (this.#over) return
    if (result.done === true) {
      this.#over = true
      this.#sink?.end(undefined)
      return
    }
    if (!(result.value instanceof Uint8Array)) {
      this.cancel(undefined)
      this.#sink?.fail(new TypeError('a body must consist of Uint8Array chunks'))
      return
    }
    if (this.#sink?.write(result.value) === false) this.#paused = true
    else this.#pull()
  }

  #fail(error: unknown): void {
    if (this.#over) return
    this.#over = true
    this.#sink?.fail(error)
  }
}
