import type { RegexRewrite } from '../config/common.ts'
import type { RouteOptions } from '../config/route-options.ts'
import { fillTemplate, type PathRewrite, replaceMatches, replacePrefix } from '../forward/path-rewrite.ts'
import { createRewrite, type HostRewrite, type Rewrite } from '../forward/rewrite.ts'
import { isValidAuthority } from '../http/authority.ts'
import type { CompiledMatcher } from '../match/matcher.ts'
import { expandTemplate, pathParameters } from '../match/path-template.ts'
import { compileRegex } from '../regex/regex.ts'
import { compileSubstitution } from '../regex/substitution.ts'
import type { ListenerScope } from './virtual-host.ts'

/** Takes what is wrong with a field of the route. */
export type ReportField = (field: string, code: string, message: string) => void

/** The settings of the listener that rewrites depend on. */
export type RewriteScope = Pick<ListenerScope, 'options' | 'regexMaxProgramSize'>

/** Makes the rewrites of a route ready for one of its matchers; undefined when there are none. */
export function compileRewrite(
  options: RouteOptions,
  matcher: CompiledMatcher,
  scope: RewriteScope,
  report: ReportField,
): Rewrite | undefined {
  return createRewrite({
    path: compilePathRewrite(options, 'options', matcher, scope, report),
    host: compileHostRewrite(options, scope, report),
    autoHost: options.autoHostRewrite ?? false,
    appendXForwardedHost: options.appendXForwardedHost ?? false,
    originalPath: !(scope.options.router?.suppressEnvoyHeaders ?? false),
  })
}

/** The rewrites of a path that routes and redirects have in common; an empty `prefixRewrite` is none, as in Gloo. */
export function compilePathRewrite(
  rules: Pick<RouteOptions, 'prefixRewrite' | 'regexRewrite' | 'pathTemplateRewrite'>,
  field: string,
  matcher: CompiledMatcher,
  scope: Pick<RewriteScope, 'regexMaxProgramSize'>,
  report: ReportField,
): PathRewrite | undefined {
  const { prefixRewrite, regexRewrite, pathTemplateRewrite } = rules
  if (prefixRewrite !== undefined && prefixRewrite !== '') return replacePrefix(prefixRewrite, matchedLength(matcher))
  if (regexRewrite !== undefined) {
    const replaceAll = compileReplacement(regexRewrite, `${field}.regexRewrite`, scope, report)
    return replaceAll === undefined ? undefined : replaceMatches(replaceAll)
  }
  if (pathTemplateRewrite === undefined) return undefined
  const known = matcher.path.template?.parameters ?? []
  const unknown = pathParameters(pathTemplateRewrite).filter((name) => !known.includes(name))
  if (unknown.length > 0) {
    const message = `the matcher's pathTemplate has no parameter ${unknown.map((name) => `"${name}"`).join(', ')}`
    report(`${field}.pathTemplateRewrite`, 'invalid-path-template', message)
    return undefined
  }
  return fillTemplate((params) => expandTemplate(pathTemplateRewrite, params))
}

/** Length of the prefix that a matcher compares; undefined when it stands for the whole path. */
function matchedLength({ path }: CompiledMatcher): number | undefined {
  return path.kind === 'prefix' ? path.text.length : undefined
}

/** At most one of the four is set: the check of the configuration sees to that. */
function compileHostRewrite(options: RouteOptions, scope: RewriteScope, report: ReportField): HostRewrite | undefined {
  const { hostRewrite, hostRewriteHeader, hostRewritePathRegex } = options
  if (hostRewrite !== undefined && hostRewrite !== '') {
    if (!isValidAuthority(hostRewrite)) {
      report('options.hostRewrite', 'invalid-host', `${JSON.stringify(hostRewrite)} is not a host`)
      return undefined
    }
    return () => hostRewrite
  }
  if (hostRewriteHeader !== undefined && hostRewriteHeader !== '') {
    return ({ headers }) => headers.get(hostRewriteHeader)
  }
  if (hostRewritePathRegex === undefined) return undefined
  const replaceAll = compileReplacement(hostRewritePathRegex, 'options.hostRewritePathRegex', scope, report)
  if (replaceAll === undefined) return undefined
  // A path in which nothing matches comes back as it is, and a path is no host: the host stays.
  return ({ path }) => {
    const host = replaceAll(path)
    return host === path ? undefined : host
  }
}

/** `regexRewrite` as a function. What does not match stays. */
function compileReplacement(
  { pattern, substitution = '' }: RegexRewrite,
  field: string,
  scope: Pick<RewriteScope, 'regexMaxProgramSize'>,
  report: ReportField,
): ((text: string) => string) | undefined {
  const compiled = compileRegex(pattern.regex, { maxProgramSize: scope.regexMaxProgramSize })
  if (!compiled.ok) {
    report(`${field}.pattern.regex`, 'invalid-regex', compiled.message)
    return undefined
  }
  if (!/^[\x21\x22\x24-\x7e]*$/.test(substitution)) {
    report(
      `${field}.substitution`,
      'invalid-substitution',
      'contains what no path or host can: a space, "#", or a character that is not ASCII',
    )
    return undefined
  }
  const { regex } = compiled
  const replacement = compileSubstitution(substitution, regex)
  if (!replacement.ok) {
    report(`${field}.substitution`, 'invalid-substitution', replacement.message)
    return undefined
  }
  return (text) => regex.replaceAll(text, replacement.substitution)
}
