import type { CompiledMatcher } from '../match/matcher.ts'
import { type BranchTarget, compileBranch } from './branch.ts'
import { compileDirectResponse } from './direct-response.ts'
import { findingOf } from './finding.ts'
import type { FlatRoute } from './flat-route.ts'
import { compilePlan } from './forward-plan.ts'
import { compileRedirect } from './redirect.ts'
import type { ReportField } from './rewrite.ts'
import type { Action } from './snapshot.ts'
import { compileTarget } from './target.ts'
import type { VirtualHostScope } from './virtual-host.ts'

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
  const plan = compilePlan(flat, matcher, scope, report, quiet)
  return target === undefined ? undefined : { kind: 'forward', plan, target }
}
