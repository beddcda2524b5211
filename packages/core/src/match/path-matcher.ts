import type { Matcher } from '../config/matcher.ts'
import type { GatewayRequest } from '../http/message.ts'
import { compileRegex, type RegexOptions } from '../regex/regex.ts'
import { foldCase, matchesFolded } from './ascii-case.ts'
import { type Condition, quote } from './condition.ts'
import { compileTemplate, type PathTemplate } from './path-template.ts'

/** What a matcher asks of the path. */
export interface PathMatcher extends Condition {
  readonly kind: 'prefix' | 'exact' | 'regex' | 'template' | 'connect'
  /** The prefix, path, expression or template, as configured; `''` for CONNECT. */
  readonly text: string
  /** Whether upper and lower case differ; a regex decides for itself. */
  readonly caseSensitive: boolean
  /** Every path that matches begins with this, up to the case of letters unless {@link caseSensitive}. */
  readonly literal: string
  /** {@link literal} is the whole path. */
  readonly exactLiteral: boolean
  readonly template: PathTemplate | undefined
  /** @param path without query */
  accepts(path: string, request: GatewayRequest): boolean
}

export type PathMatcherResult =
  | { readonly ok: true; readonly path: PathMatcher }
  | { readonly ok: false; readonly field: string; readonly message: string }

/** Compiles the path of a matcher; none means the prefix `/`. */
export function compilePathMatcher(matcher: Matcher, options: RegexOptions): PathMatcherResult {
  const { prefix, exact, regex, connectMatcher, pathTemplate, caseSensitive = true } = matcher
  if (exact !== undefined) return { ok: true, path: exactPath(exact, caseSensitive) }
  if (regex !== undefined) return regexPath(regex, options)
  if (pathTemplate !== undefined) return templatePath(pathTemplate, caseSensitive)
  if (connectMatcher !== undefined) return { ok: true, path: connect }
  return { ok: true, path: prefixPath(prefix ?? '/', caseSensitive) }
}

type Accepts = PathMatcher['accepts']

function prefixPath(text: string, caseSensitive: boolean): PathMatcher {
  const folded = foldCase(text)
  const accepts: Accepts = caseSensitive ? (path) => path.startsWith(text) : (path) => matchesFolded(path, folded)
  return pathMatcher('prefix', text, { caseSensitive, accepts }, 'begins with', 'does not begin with')
}

function exactPath(text: string, caseSensitive: boolean): PathMatcher {
  const folded = foldCase(text)
  const accepts: Accepts = caseSensitive
    ? (path) => path === text
    : (path) => path.length === folded.length && matchesFolded(path, folded)
  return pathMatcher('exact', text, { caseSensitive, accepts, exactLiteral: true }, 'is', 'is not')
}

function regexPath(source: string, options: RegexOptions): PathMatcherResult {
  const compiled = compileRegex(source, options)
  if (!compiled.ok) return { ok: false, field: 'regex', message: compiled.message }
  const { matches, literalPrefix } = compiled.regex
  const rules = { caseSensitive: true, accepts: matches, literal: literalPrefix }
  return { ok: true, path: pathMatcher('regex', source, rules, 'matches', 'does not match') }
}

function templatePath(source: string, caseSensitive: boolean): PathMatcherResult {
  const compiled = compileTemplate(source, caseSensitive)
  if (!compiled.ok) return { ok: false, field: 'pathTemplate', message: compiled.message }
  const { template } = compiled
  const rules = {
    caseSensitive,
    accepts: (path: string) => template.matches(path),
    literal: template.literal,
    exactLiteral: template.parameters.length === 0,
    template,
  }
  return { ok: true, path: pathMatcher('template', source, rules, 'has the shape', 'does not have the shape') }
}

interface PathRules {
  readonly caseSensitive: boolean
  readonly accepts: Accepts
  /** Default: the text. */
  readonly literal?: string
  readonly exactLiteral?: boolean
  readonly template?: PathTemplate
}

function pathMatcher(
  kind: PathMatcher['kind'],
  text: string,
  { caseSensitive, accepts, literal = text, exactLiteral = false, template }: PathRules,
  relation: string,
  failure: string,
): PathMatcher {
  const whole = literal.startsWith('/') ? accepts : withoutAuthorities(accepts)
  return {
    kind,
    text,
    caseSensitive,
    literal,
    exactLiteral,
    template,
    accepts: whole,
    describe: `path ${relation} ${quote(text)}`,
    test: (request) => whole(request.path, request),
    failure: ({ path }) => `path ${quote(path)} ${failure} ${quote(text)}`,
  }
}

/** CONNECT to an authority has no path, so that only `connectMatcher` can match it. */
function withoutAuthorities(accepts: Accepts): Accepts {
  return (path, request) => (path.charCodeAt(0) === slash || request.method !== 'CONNECT') && accepts(path, request)
}

const slash = 0x2f

const connect: PathMatcher = {
  kind: 'connect',
  text: '',
  caseSensitive: true,
  literal: '',
  exactLiteral: false,
  template: undefined,
  accepts: (_path, { method }) => method === 'CONNECT',
  describe: 'method CONNECT',
  test: ({ method }) => method === 'CONNECT',
  failure: ({ method }) => `method ${method} is not CONNECT`,
}
