import type { Cancel, Clock } from './clock.ts'

/** One waiter of a {@link DeadlineQueue}; a field of whoever waits, so that waiting allocates nothing else. */
export class Deadline {
  /** Links of the queue. */
  previous: Deadline | undefined
  next: Deadline | undefined
  at = 0
  queue: DeadlineQueue | undefined
  readonly run: () => void

  constructor(run: () => void) {
    this.run = run
  }

  /** Stops waiting; harmless when it does not. */
  cancel(): void {
    this.queue?.remove(this)
  }
}

/**
 * All waiters of one duration. They fire in the order they came, so one timer for the first is enough; most are
 * cancelled long before, and cost two links instead of a timer each.
 */
export class DeadlineQueue {
  readonly milliseconds: number
  readonly #clock: Clock
  #first: Deadline | undefined
  #last: Deadline | undefined
  #timer: Cancel | undefined

  constructor(clock: Clock, milliseconds: number) {
    this.#clock = clock
    this.milliseconds = milliseconds
  }

  /** Starts waiting, or starts again from now. */
  add(deadline: Deadline): void {
    if (deadline.queue !== undefined) deadline.queue.remove(deadline)
    deadline.queue = this
    deadline.at = this.#clock.now() + this.milliseconds
    deadline.previous = this.#last
    deadline.next = undefined
    if (this.#last === undefined) this.#first = deadline
    else this.#last.next = deadline
    this.#last = deadline
    this.#timer ??= this.#clock.after(this.milliseconds, this.#fire)
  }

  remove(deadline: Deadline): void {
    if (deadline.queue !== this) return
    deadline.queue = undefined
    if (deadline.previous === undefined) this.#first = deadline.next
    else deadline.previous.next = deadline.next
    if (deadline.next === undefined) this.#last = deadline.previous
    else deadline.next.previous = deadline.previous
    deadline.previous = undefined
    deadline.next = undefined
  }

  protected stop(): void {
    this.#timer?.()
    this.#timer = undefined
  }

  readonly #fire = (): void => {
    this.#timer = undefined
    const now = this.#clock.now()
    while (this.#first !== undefined && this.#first.at <= now) {
      const due = this.#first
      this.remove(due)
      due.run()
    }
    // The timer is left alone when its waiter is cancelled, and set anew for whoever is first now.
    if (this.#first !== undefined) this.#timer ??= this.#clock.after(this.#first.at - now, this.#fire)
  }

  /** Forgets everybody and stops the timer. */
  close(): void {
    this.stop()
    while (this.#first !== undefined) this.remove(this.#first)
  }
}

/**
 * A queue of its own for one waiter whose duration comes from a request: as many queues as clients can think of numbers
 * must not pile up. Its timer stops when the waiter leaves.
 */
export class SingleDeadlineQueue extends DeadlineQueue {
  override remove(deadline: Deadline): void {
    super.remove(deadline)
    this.stop()
  }
}

/** The queues of one gateway, by duration: durations come from configuration, so there are few. */
export class Deadlines {
  readonly #clock: Clock
  readonly #queues = new Map<number, DeadlineQueue>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  queue(milliseconds: number): DeadlineQueue {
    let queue = this.#queues.get(milliseconds)
    if (queue === undefined) {
      queue = new DeadlineQueue(this.#clock, milliseconds)
      this.#queues.set(milliseconds, queue)
    }
    return queue
  }

  close(): void {
    for (const queue of this.#queues.values()) queue.close()
  }
}
