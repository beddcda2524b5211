import type { ForwardPlan } from '../forward/plan.ts'
import { triesAgain } from '../forward/retry-plan.ts'
import type { CompiledMatcher } from '../match/matcher.ts'
import { durationMs } from '../schema/duration.ts'
import type { FlatRoute } from './flat-route.ts'
import { compileRetry } from './retry.ts'
import { compileRewrite, type ReportField } from './rewrite.ts'
import { compileShadow } from './shadow.ts'
import type { VirtualHostScope } from './virtual-host.ts'

/** Gloo's default for `timeout`, which is Envoy's. */
const defaultTimeout = 15_000

/** How a route forwards. Its own retry policy takes the place of the virtual host's as a whole. */
export function compilePlan(
  flat: FlatRoute,
  matcher: CompiledMatcher,
  scope: VirtualHostScope,
  report: ReportField,
  quiet: boolean,
): ForwardPlan {
  const options = flat.config.options ?? {}
  const { deadlines } = scope.environment
  const { virtualHost } = scope
  const retries = options.retries ?? virtualHost.retries ?? {}
  const policy = compileRetry(retries, deadlines)
  const retry = triesAgain(policy) ? policy : undefined
  const timeout = durationMs(options.timeout, defaultTimeout)
  const perTry = durationMs(retries.perTryTimeout, 0)
  // A try that may take as long as everything has no limit of its own (Envoy).
  const limitsTries = perTry > 0 && (timeout === 0 || perTry < timeout)
  const expected = limitsTries && retry?.hedge !== true ? perTry : timeout
  const envoyHeaders = !(scope.options.router?.suppressEnvoyHeaders ?? false)
  return {
    timeout: timeout > 0 ? deadlines.queue(timeout) : undefined,
    perTryTimeout: limitsTries ? deadlines.queue(perTry) : undefined,
    expectedTimeout: envoyHeaders && expected > 0 ? String(Math.max(1, Math.round(expected))) : undefined,
    rewrite: compileRewrite(options, matcher, scope, report),
    policy,
    retry,
    shadow: compileShadow(options.shadowing, timeout, flat, scope, quiet),
    bufferLimit: scope.bufferLimit,
    countInRequest: virtualHost.includeRequestAttemptCount ?? false,
    countInResponse: virtualHost.includeAttemptCountInResponse ?? false,
    envoyHeaders,
  }
}
