import type { HeaderMap } from '../http/headers.ts'
import type { Clock } from '../runtime/clock.ts'
import { type DeadlineQueue, SingleDeadlineQueue } from '../runtime/deadline.ts'
import type { ForwardPlan } from './plan.ts'
import { parseRetryOn } from './retry-on.ts'
import { type RetryPlan, triesAgain } from './retry-plan.ts'

const names = {
  timeout: 'x-envoy-upstream-rq-timeout-ms',
  perTryTimeout: 'x-envoy-upstream-rq-per-try-timeout-ms',
  retryOn: 'x-envoy-retry-on',
  retryGrpcOn: 'x-envoy-retry-grpc-on',
  maxRetries: 'x-envoy-max-retries',
  statusCodes: 'x-envoy-retriable-status-codes',
  headerNames: 'x-envoy-retriable-header-names',
  hedge: 'x-envoy-hedge-on-per-try-timeout',
} as const

/**
 * What an internal client asks for in headers, in place of what the route says: Envoy's router takes these from
 * whoever may send them, and takes them off the request.
 */
export function steer(plan: ForwardPlan, headers: HeaderMap, clock: Clock): ForwardPlan {
  const asked: Partial<Record<keyof typeof names, string>> = {}
  for (const key of Object.keys(names) as (keyof typeof names)[]) {
    const value = headers.get(names[key])
    if (value === undefined) continue
    asked[key] = value.trim()
    headers.delete(names[key])
  }
  if (Object.keys(asked).length === 0) return plan
  const policy = steerPolicy(plan.policy, asked)
  const timeout = queueOf(asked.timeout, plan.timeout, clock)
  const perTry = queueOf(asked.perTryTimeout, plan.perTryTimeout, clock)
  const limitsTries = perTry !== undefined && (timeout === undefined || perTry.milliseconds < timeout.milliseconds)
  const expected = limitsTries && !policy.hedge ? perTry : timeout
  return {
    ...plan,
    policy,
    retry: triesAgain(policy) ? policy : undefined,
    timeout,
    perTryTimeout: limitsTries ? perTry : undefined,
    expectedTimeout:
      plan.envoyHeaders && expected !== undefined ? String(Math.round(expected.milliseconds)) : undefined,
  }
}

function steerPolicy(policy: RetryPlan, asked: Partial<Record<keyof typeof names, string>>): RetryPlan {
  const statusCodes = listOf(asked.statusCodes).flatMap((code) => numberOf(code) ?? [])
  return {
    ...policy,
    on: policy.on | parseRetryOn(asked.retryOn ?? '') | parseRetryOn(asked.retryGrpcOn ?? ''),
    retries: numberOf(asked.maxRetries) ?? policy.retries,
    statusCodes: [...policy.statusCodes, ...statusCodes],
    headerNames: [...policy.headerNames, ...listOf(asked.headerNames)],
    hedge: asked.hedge === 'true' || (asked.hedge !== 'false' && policy.hedge),
  }
}

/** 0 is no limit. */
function queueOf(
  milliseconds: string | undefined,
  configured: DeadlineQueue | undefined,
  clock: Clock,
): DeadlineQueue | undefined {
  const asked = numberOf(milliseconds)
  if (asked === undefined) return configured
  return asked === 0 ? undefined : new SingleDeadlineQueue(clock, asked)
}

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined
}

function listOf(text: string | undefined): readonly string[] {
  return (text ?? '').split(',').flatMap((item) => item.trim() || [])
}
