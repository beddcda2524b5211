import type { CircuitBreaker } from '../cluster/circuit-breaker.ts'
import type { GatewayError } from '../errors.ts'
import type { GatewayResponse } from '../http/message.ts'
import type { DeadlineQueue } from '../runtime/deadline.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { exponentialPause, requestedPause } from './backoff.ts'
import { retriesFailure, retriesResponse } from './retry-on.ts'
import type { RetryPlan } from './retry-plan.ts'

/**
 * Milliseconds until the next try, or why there is none: the policy does not ask for one, all its retries are used up,
 * the upstream has too many of them, or there is no time left for the pause before it.
 */
export type RetryVerdict = number | 'unwanted' | 'limit' | 'overflow' | 'late'

/** What a retry policy has decided for one request so far. */
export class RetryState {
  readonly #plan: RetryPlan
  readonly #breaker: CircuitBreaker
  readonly #runtime: Runtime
  #made = 0
  /** Whether a retry of this request is counted by the circuit breaker. */
  #counted = false

  constructor(plan: RetryPlan, breaker: CircuitBreaker, runtime: Runtime) {
    this.#plan = plan
    this.#breaker = breaker
    this.#runtime = runtime
  }

  /** How long a response that is thrown away may take to end. */
  get drainTime(): DeadlineQueue {
    return this.#plan.drainTime
  }

  /** Whether the policy asks for another try after this response, be there one left or not. */
  wants({ status, headers }: GatewayResponse): boolean {
    return retriesResponse(this.#plan, status, headers)
  }

  /**
   * After a response that the policy {@link wants} no client to see.
   *
   * @param time milliseconds that are left for the whole exchange
   */
  afterResponse(response: GatewayResponse, time: number): RetryVerdict {
    this.end()
    return this.#decide(time, response)
  }

  afterFailure(error: GatewayError, time: number): RetryVerdict {
    this.end()
    return retriesFailure(this.#plan, error) ? this.#decide(time) : 'unwanted'
  }

  /** A try has not been answered within its time, and goes on. */
  beside(time: number): RetryVerdict {
    this.end()
    return this.#decide(time)
  }

  /** The retry that was under way is over. */
  end(): void {
    if (!this.#counted) return
    this.#counted = false
    this.#breaker.endRetry()
  }

  #decide(time: number, response?: GatewayResponse): RetryVerdict {
    const { retries, backOff } = this.#plan
    if (this.#made >= retries) return 'limit'
    const asked = response === undefined ? undefined : requestedPause(backOff, response.headers, this.#runtime)
    const pause = asked ?? exponentialPause(backOff, this.#made, this.#runtime.random())
    if (pause >= time) return 'late'
    this.#made++
    if (!this.#admitted()) return 'overflow'
    this.#counted = true
    return pause
  }

  /** With a budget the number of requests decides how many of them may be retries, not the fixed limit. */
  #admitted(): boolean {
    const { budget } = this.#plan
    const breaker = this.#breaker
    if (budget === undefined) return breaker.startRetry()
    if (breaker.retries >= Math.max(budget.minimum, Math.floor(budget.share * breaker.requests))) {
      breaker.overflows++
      return false
    }
    breaker.retries++
    return true
  }
}
