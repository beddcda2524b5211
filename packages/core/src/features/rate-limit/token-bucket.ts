import type { TokenBucket as TokenBucketConfig } from '../../config/common.ts'
import type { Clock } from '../../runtime/clock.ts'
import { durationMs } from '../../schema/duration.ts'

/** A bucket that starts full and is refilled in steps. Time is looked at when somebody asks; there is no timer. */
export class TokenBucket {
  readonly limit: number
  readonly #perFill: number
  readonly #interval: number
  readonly #clock: Clock
  #tokens: number
  #filledAt: number

  constructor({ maxTokens, tokensPerFill = 1, fillInterval }: TokenBucketConfig, clock: Clock) {
    this.limit = maxTokens
    this.#perFill = tokensPerFill
    this.#interval = durationMs(fillInterval, 1000)
    this.#clock = clock
    this.#tokens = maxTokens
    this.#filledAt = clock.now()
  }

  /** Takes a token; false when there is none. */
  take(): boolean {
    this.#fill()
    if (this.#tokens < 1) return false
    this.#tokens--
    return true
  }

  get remaining(): number {
    return this.#tokens
  }

  /** Whole seconds until the next fill, at least 0. */
  get reset(): number {
    return Math.max(0, Math.ceil((this.#filledAt + this.#interval - this.#clock.now()) / 1000))
  }

  #fill(): void {
    const fills = Math.floor((this.#clock.now() - this.#filledAt) / this.#interval)
    if (fills < 1) return
    this.#filledAt += fills * this.#interval
    this.#tokens = Math.min(this.limit, this.#tokens + fills * this.#perFill)
  }
}
