import type { ForwardPlan } from '../forward/plan.ts'
import type { CompiledMatcher } from '../match/matcher.ts'
import { durationMs } from '../schema/duration.ts'
import { type BranchTarget, compileBranch } from './branch.ts'
import { compileDirectResponse } from './direct-response.ts'
import { findingOf } from './finding.ts'
import type { FlatRoute } from './flat-route.ts'
import { compileRedirect } from './redirect.ts'
import { compileRewrite, type ReportField } from './rewrite.ts'
import type { Action } from './snapshot.ts'
import { compileTarget } from './target.ts'
import type { VirtualHostScope } from './virtual-host.ts'

/** Gloo's default for `timeout`, which is Envoy's. */
const defaultTimeout = 15_000

/**
 * What one matcher of a route does; undefined when that cannot be said. `quiet` when another matcher of the same route
 * has reported what is wrong.
 */
export function compileAction(
  flat: FlatRoute,
  matcher: CompiledMatcher,
  scope: VirtualHostScope,
  quiet: boolean,
): Action | undefined {
  const { redirectAction, directResponseAction, routeAction } = flat.config
  const branch = (target?: BranchTarget) => compileBranch(flat, scope, quiet, target)
  const report: ReportField = (field, code, message) => {
    if (!quiet) scope.report(findingOf(flat, code, field, message))
  }
  if (redirectAction !== undefined) {
    const respond = compileRedirect(redirectAction, matcher, scope, report)
    return respond === undefined ? undefined : { kind: 'redirect', branch: branch(), respond }
  }
  if (directResponseAction !== undefined) {
    const respond = compileDirectResponse(directResponseAction, scope.maxDirectResponseBodySize, report)
    return respond === undefined ? undefined : { kind: 'directResponse', branch: branch(), respond }
  }
  if (routeAction === undefined) {
    report('', 'no-action', 'the route has no action')
    return undefined
  }
  const target = compileTarget(flat, routeAction, branch, scope, quiet)
  const plan = compilePlan(flat, matcher, scope, report)
  return target === undefined ? undefined : { kind: 'forward', plan, target }
}

function compilePlan(
  flat: FlatRoute,
  matcher: CompiledMatcher,
  scope: VirtualHostScope,
  report: ReportField,
): ForwardPlan {
  const options = flat.config.options ?? {}
  const timeout = durationMs(options.timeout, defaultTimeout)
  return {
    timeout: timeout > 0 ? scope.environment.deadlines.queue(timeout) : undefined,
    rewrite: compileRewrite(options, matcher, scope, report),
    expectedTimeout: timeout > 0 ? String(timeout) : undefined,
  }
}
