import { MessageChannel } from 'node:worker_threads'
import type { Cancel, Clock } from '@headgate/core'

interface Timer {
  readonly due: number
  readonly run: () => void
}

/**
 * A clock that stands still until a test moves it, so that timeouts, back-off, health checks and ejections of hours
 * are tested in microseconds.
 *
 * @example
 * const clock = new ManualClock()
 * const answer = send(new Gateway(config, { transport, clock }), '/users/1')
 * await clock.advance(2000)
 * expect(await answer).toMatchObject({ status: 504 })
 */
export class ManualClock implements Clock {
  readonly #start: number
  readonly #timers = new Set<Timer>()
  #now = 0
  #turn: Promise<unknown> = Promise.resolve()

  /** @param start What {@link wall} shows at first. Default 2024-01-01T00:00:00Z. */
  constructor(start: Date = new Date('2024-01-01T00:00:00Z')) {
    this.#start = start.getTime()
  }

  /** Milliseconds that this clock was advanced by; 0 at first. */
  now(): number {
    return this.#now
  }

  wall(): number {
    return this.#start + this.#now
  }

  after(milliseconds: number, run: () => void): Cancel {
    // A machine's clock would take it for 0 and hide the mistake.
    if (Number.isNaN(milliseconds)) throw new RangeError('a timer needs a number of milliseconds, got NaN')
    const timer: Timer = { due: this.#now + Math.max(milliseconds, 0), run }
    this.#timers.add(timer)
    return () => {
      this.#timers.delete(timer)
    }
  }

  /** Timers that are set and have neither fired nor been cancelled. */
  get pending(): number {
    return this.#timers.size
  }

  /**
   * Lets what is under way go as far as it can, then moves the time on: every timer on the way fires at its own time,
   * in order (those of the same moment in the order they were set), and promises settle after each. Timers that are
   * set meanwhile fire too when they are due in time. Calls that overlap run one after the other.
   *
   * @throws What a timer throws; the time then stands where that timer was due.
   */
  advance(milliseconds: number): Promise<void> {
    return this.#inTurn(async () => {
      await this.settle()
      const target = this.#now + milliseconds
      for (let timer = this.#next(target); timer !== undefined; timer = this.#next(target)) await this.#fire(timer)
      this.#now = target
    })
  }

  /**
   * Fires timers, moving the time on as far as they need, until none is left.
   *
   * @param limit How many timers may fire before this is taken for a timer that always sets another. Default 10 000.
   * @throws Error When the limit is reached, or what a timer throws.
   */
  runAll(limit = 10_000): Promise<void> {
    return this.#inTurn(async () => {
      await this.settle()
      let fired = 0
      for (let timer = this.#next(Infinity); timer !== undefined; timer = this.#next(Infinity)) {
        if (fired++ === limit) {
          throw new Error(`${limit} timers fired and ${this.pending} are pending: does a timer always set another?`)
        }
        await this.#fire(timer)
      }
    })
  }

  /** Lets all promises settle that can without the time moving on. */
  settle(): Promise<void> {
    // A message is delivered only when no promise has anything left to do, however long their chains are, and fake
    // timers of a test runner leave it alone.
    return new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel()
      port1.once('message', () => {
        port1.close()
        resolve()
      })
      port2.postMessage(undefined)
    })
  }

  async #fire(timer: Timer): Promise<void> {
    this.#timers.delete(timer)
    this.#now = timer.due
    timer.run()
    await this.settle()
  }

  #next(target: number): Timer | undefined {
    let first: Timer | undefined
    for (const timer of this.#timers) {
      if (timer.due <= target && (first === undefined || timer.due < first.due)) first = timer
    }
    return first
  }

  #inTurn(run: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(run)
    // The caller gets the failure; whoever comes next only waits.
    this.#turn = done.catch(() => undefined)
    return done
  }
}
