import { type BodySink, isStreamBody, type StreamBody } from '../http/body.ts'
import { IterableBody } from '../http/iterable-body.ts'
import type { GatewayResponse } from '../http/message.ts'
import { Deadline, type DeadlineQueue } from '../runtime/deadline.ts'

/**
 * Reads a response that nobody wants, so that its connection can be used again: to give it up would close the
 * connection. What is longer than `limit` bytes or takes longer than `queue` lasts is given up all the same.
 */
export function drain({ body }: GatewayResponse, limit: number, queue: DeadlineQueue): void {
  if (body === null || body instanceof Uint8Array) return
  new Drain(isStreamBody(body) ? body : new IterableBody(body), limit).start(queue)
}

class Drain implements BodySink {
  readonly #source: StreamBody
  readonly #deadline: Deadline
  #left: number

  constructor(source: StreamBody, limit: number) {
    this.#source = source
    this.#left = limit
    this.#deadline = new Deadline(() => source.cancel(new Error('the response took too long to be thrown away')))
  }

  start(queue: DeadlineQueue): void {
    queue.add(this.#deadline)
    this.#source.pipe(this)
  }

  write(chunk: Uint8Array): boolean {
    this.#left -= chunk.length
    if (this.#left >= 0) return true
    this.#deadline.cancel()
    this.#source.cancel(new Error('the response is too long to be thrown away'))
    return false
  }

  end(): void {
    this.#deadline.cancel()
  }

  fail(): void {
    this.#deadline.cancel()
  }
}
