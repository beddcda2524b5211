import type { Matcher } from '../config/matcher.ts'
import type { RouteConfig } from '../config/route.ts'
import { type Rule, rule } from './rule.ts'
import { templateParameters } from './text-rules.ts'

/** A route that delegates gives its prefix to the tables, so it can have only one, and no other kind of path. Source: Gloo `converter.go`. */
export const delegation: Rule<RouteConfig> = rule(
  ['matchers', 'delegateAction'],
  ({ matchers = [], delegateAction }, report) => {
    if (delegateAction === undefined) return
    if (matchers.length > 1)
      report({
        code: 'inconsistent-values',
        at: ['matchers'],
        message: 'routes with delegate actions must omit or specify a single matcher',
        found: `${matchers.length} matchers`,
        expected: 'one matcher, or none',
      })
    matchers.forEach((matcher, index) => {
      const kind = otherPath(matcher)
      if (kind !== undefined)
        report({
          code: 'inconsistent-values',
          at: ['matchers', index, kind],
          message: 'routes with delegate actions must use a prefix matcher',
          expected: 'prefix',
        })
    })
  },
)

function otherPath(matcher: Matcher): string | undefined {
  return (['exact', 'regex', 'connectMatcher', 'pathTemplate'] as const).find((kind) => matcher[kind] !== undefined)
}

/** Some options make sense only where there is an upstream. Source: Gloo's `shadowing`, `lbhash` and `cors` plugins. */
export const optionsFitAction: Rule<RouteConfig> = rule(
  ['options', 'routeAction', 'redirectAction', 'directResponseAction'],
  ({ options = {}, redirectAction, directResponseAction }, report) => {
    const action = redirectAction ? 'redirectAction' : directResponseAction ? 'directResponseAction' : undefined
    if (action === undefined) return
    for (const name of ['shadowing', 'lbHash'] as const)
      if (options[name] !== undefined)
        report({
          code: 'not-allowed-here',
          at: ['options', name],
          message: `${name} needs a routeAction`,
          found: action,
          expected: 'routeAction',
        })
    if (redirectAction !== undefined && options.cors !== undefined)
      report({ code: 'not-allowed-here', at: ['options', 'cors'], message: 'cors cannot be set on a redirect' })
  },
)

/** The parameters of a rewrite must come from every matcher of the route. */
export const templateParametersExist: Rule<RouteConfig> = rule(['matchers', 'options'], (route, report) => {
  const template = route.options?.pathTemplateRewrite
  if (template === undefined || route.delegateAction !== undefined || route.inheritablePathMatchers === true) return
  for (const { pathTemplate = '/' } of route.matchers ?? [{}]) {
    const known = templateParameters(pathTemplate)
    for (const name of templateParameters(template))
      if (!known.includes(name))
        report({
          code: 'invalid-path-template',
          at: ['options', 'pathTemplateRewrite'],
          message: `not every matcher has the parameter "${name}"`,
          expected: `a pathTemplate with ":${name}" in each matcher`,
        })
  }
})
