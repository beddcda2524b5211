import type { RetryPolicy } from '../config/resilience.ts'
import { parseRetryOn } from '../forward/retry-on.ts'
import type { RetryBudget, RetryPlan } from '../forward/retry-plan.ts'
import type { Deadlines } from '../runtime/deadline.ts'
import { durationMs } from '../schema/duration.ts'

/** Envoy's default for the base interval of the back-off. */
const defaultBaseInterval = 25
const defaultUpdateFrequency = 2
const defaultMaxReset = 300_000
/** How long a response that is thrown away may take, until its connection is given up. */
const drainTime = 1000

/** Makes a retry policy ready. One that asks for no retries is what a request may add conditions to. */
export function compileRetry(policy: RetryPolicy, deadlines: Deadlines): RetryPlan {
  const base = Math.max(1, durationMs(policy.retryBackOff?.baseInterval, defaultBaseInterval))
  const limited = policy.rateLimitedRetryBackOff
  return {
    on: parseRetryOn(policy.retryOn ?? ''),
    statusCodes: policy.retriableStatusCodes ?? [],
    headerNames: [],
    // Protobuf does not tell 0 from nothing, so that Gloo takes both for 1.
    retries: policy.numRetries || 1,
    backOff: {
      base,
      max: durationMs(policy.retryBackOff?.maxInterval, base * 10),
      resetHeaders: (limited?.resetHeaders ?? []).map(({ name, format = 'SECONDS' }) => ({ name, format })),
      maxReset: durationMs(limited?.maxInterval, defaultMaxReset),
    },
    updateFrequency:
      policy.previousPriorities === undefined
        ? undefined
        : (policy.previousPriorities.updateFrequency ?? defaultUpdateFrequency),
    budget: budgetOf(policy),
    hedge: policy.hedge?.hedgeOnPerTryTimeout ?? false,
    drainTime: deadlines.queue(drainTime),
  }
}

/** Envoy's defaults for a budget. */
function budgetOf({ retryBudget }: RetryPolicy): RetryBudget | undefined {
  if (retryBudget === undefined) return undefined
  return { share: (retryBudget.budgetPercent ?? 20) / 100, minimum: retryBudget.minRetryConcurrency ?? 3 }
}
