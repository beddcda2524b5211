import type { DeadlineQueue } from '../runtime/deadline.ts'
import type { BackOff } from './backoff.ts'
import type { RetryConditions } from './retry-on.ts'

/** A retry policy, made ready. */
export interface RetryPlan extends RetryConditions {
  /** Retries after the first try. */
  readonly retries: number
  readonly backOff: BackOff
  /** After every so many attempts, retries leave out the priorities of the hosts that were tried; undefined: never. */
  readonly updateFrequency: number | undefined
  /** Bounds the retries of the whole upstream; undefined: its circuit breaker does. */
  readonly budget: RetryBudget | undefined
  /** At the time limit of a try start another one beside it, instead of giving it up. */
  readonly hedge: boolean
  /** How long a response that is thrown away may take to end, until its connection is given up. */
  readonly drainTime: DeadlineQueue
}

/** Whether there is anything that a policy tries again after. */
export function triesAgain({ on, hedge }: RetryPlan): boolean {
  return on !== 0 || hedge
}

/** A share of the requests of an upstream that may be retries. */
export interface RetryBudget {
  /** Share of the requests in flight, between 0 and 1. */
  readonly share: number
  /** Retries that may be in flight however few requests there are. */
  readonly minimum: number
}
