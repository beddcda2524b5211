import type { Matcher } from '../config/matcher.ts'
import { type CompiledMatcher, compileMatcher } from '../match/matcher.ts'
import { compileAction } from './action.ts'
import { compileBranch } from './branch.ts'
import type { Report } from './environment.ts'
import { findingOf } from './finding.ts'
import type { FlatRoute } from './flat-route.ts'
import type { Action, CompiledRoute } from './snapshot.ts'
import { compileStreamLimits } from './stream-limits.ts'
import { takesWebSocket } from './upgrades.ts'
import type { VirtualHostScope } from './virtual-host.ts'

/** A route without matchers takes everything, as in Gloo. */
const everything: readonly Matcher[] = [{ prefix: '/' }]

const noMetadata: Readonly<Record<string, unknown>> = Object.freeze({})

/** One compiled route for each matcher of the route, in order: alternatives are routes in a row (Envoy's expansion). */
export function compileRoute(flat: FlatRoute, scope: VirtualHostScope): CompiledRoute[] {
  const { config } = flat
  const matchers = config.matchers === undefined || config.matchers.length === 0 ? everything : config.matchers
  const limits = compileStreamLimits(config.options ?? {}, scope.options, scope.environment.deadlines)
  const websocket = takesWebSocket(config.options ?? {}, scope.options)
  const compiled: CompiledRoute[] = []
  let reported = false
  for (const [index, matcher] of matchers.entries()) {
    const result = compileMatcher(matcher, { maxProgramSize: scope.regexMaxProgramSize })
    if (!result.ok) {
      for (const { field, message } of result.problems) {
        scope.report(findingOf(flat, 'invalid-regex', `matchers[${index}].${field}`, message))
      }
      continue
    }
    const action = actionOf(flat, result.matcher, scope, reported)
    reported = true
    if (action === undefined) continue
    compiled.push({
      name: config.name ?? '',
      origin: flat.origin,
      metadata: config.options?.envoyMetadata ?? noMetadata,
      config,
      matcher: result.matcher,
      action,
      limits,
      websocket,
      optionSources: flat.optionSources,
    })
  }
  return compiled
}

/** With `replaceInvalidRoutes` a route that cannot work answers that, and its errors become warnings. */
function actionOf(
  flat: FlatRoute,
  matcher: CompiledMatcher,
  scope: VirtualHostScope,
  quiet: boolean,
): Action | undefined {
  const { invalidRouteReply } = scope
  if (invalidRouteReply === undefined) return compileAction(flat, matcher, scope, quiet)
  let invalid = false
  const report: Report = (issue) => {
    invalid ||= issue.severity === 'error'
    scope.report({ ...issue, severity: 'warning' })
  }
  const action = compileAction(flat, matcher, { ...scope, report }, quiet)
  if (action !== undefined && !(invalid && action.kind === 'forward')) return action
  const branch = compileBranch(flat, { ...scope, report: ignore }, true)
  return { kind: 'invalid', branch, respond: invalidRouteReply }
}

function ignore(): void {}
