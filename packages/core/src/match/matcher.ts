import type { HeaderMatcher, Matcher, QueryParameterMatcher } from '../config/matcher.ts'
import type { GatewayRequest } from '../http/message.ts'
import { headerValue } from '../http/pseudo.ts'
import { queryValue } from '../http/query.ts'
import { compileRegex, type RegexOptions } from '../regex/regex.ts'
import { alternatives, type Condition, valueCondition } from './condition.ts'
import { compilePathMatcher, type PathMatcher } from './path-matcher.ts'

/** A matcher, ready to use. All of its conditions must hold. */
export interface CompiledMatcher {
  readonly config: Matcher
  readonly path: PathMatcher
  /** The path first, then the method, headers and query parameters. */
  readonly conditions: readonly Condition[]
  /** Header values that are asked for exactly, by lower-case name, and the only method; what an index can tell apart. */
  readonly keys: MatcherKeys
  test(request: GatewayRequest): boolean
  /** The same as {@link test}, where the path has been cut off already; for tables that try many. */
  accepts(path: string, request: GatewayRequest): boolean
  /** Parameters of a `pathTemplate`, raw as in the path; undefined for other kinds and paths that do not match. */
  params(path: string): Readonly<Record<string, string>> | undefined
}

/** Conditions that compare one value for equality. */
interface MatcherKeys {
  readonly method: string | undefined
  readonly headers: ReadonlyMap<string, string>
}

/** What is wrong with a matcher. */
interface MatcherProblem {
  /** Below the matcher: `headers[1].value`. */
  readonly field: string
  readonly message: string
}

/** Options of {@link compileMatcher}: those of its regexes. */
export type MatcherOptions = RegexOptions

export type MatcherResult =
  | { readonly ok: true; readonly matcher: CompiledMatcher }
  | { readonly ok: false; readonly problems: readonly MatcherProblem[] }

/** Compiles a matcher with Envoy's semantics, or tells everything that is wrong with it. */
export function compileMatcher(matcher: Matcher, options: MatcherOptions = {}): MatcherResult {
  const { methods = [], headers = [], queryParameters = [] } = matcher
  const problems: MatcherProblem[] = []
  const others: Condition[] = []
  const keys = new Map<string, string>()
  const path = compilePathMatcher(matcher, options)
  if (!path.ok) problems.push({ field: path.field, message: path.message })
  if (methods.length > 0) others.push(methodCondition(methods))
  for (const [index, header] of headers.entries()) {
    const matches = expressionOf(header, `headers[${index}].value`, options, problems)
    others.push(headerCondition(header, matches))
    const { name, value = '', regex = false, invertMatch = false } = header
    if (value !== '' && !regex && !invertMatch) keys.set(name.toLowerCase(), value)
  }
  for (const [index, parameter] of queryParameters.entries()) {
    const matches = expressionOf(parameter, `queryParameters[${index}].value`, options, problems)
    others.push(queryCondition(parameter, matches))
  }
  if (!path.ok || problems.length > 0) return { ok: false, problems }
  const method = methods.length === 1 ? methods[0] : undefined
  return { ok: true, matcher: fuse(matcher, path.path, others, { method, headers: keys }) }
}

function expressionOf(
  { value = '', regex = false }: HeaderMatcher | QueryParameterMatcher,
  field: string,
  options: MatcherOptions,
  problems: MatcherProblem[],
): ((value: string) => boolean) | undefined {
  if (!regex || value === '') return undefined
  const compiled = compileRegex(value, options)
  if (compiled.ok) return compiled.regex.matches
  problems.push({ field, message: compiled.message })
  return undefined
}

function methodCondition(methods: readonly string[]): Condition {
  const [first = ''] = methods
  const words = alternatives(methods)
  const allowed = new Set(methods)
  return {
    describe: `method ${words}`,
    test: methods.length === 1 ? ({ method }) => method === first : ({ method }) => allowed.has(method),
    failure: ({ method }) => `method ${method} is not ${words}`,
  }
}

const secretHeaders: ReadonlySet<string> = new Set(['authorization', 'proxy-authorization', 'cookie'])

function headerCondition(
  { name, value = '', invertMatch = false }: HeaderMatcher,
  matches: ((value: string) => boolean) | undefined,
): Condition {
  const lower = name.toLowerCase()
  return valueCondition({
    subject: `header ${lower}`,
    expected: value === '' ? undefined : value,
    matches,
    invert: invertMatch,
    secret: secretHeaders.has(lower),
    read: (request) => headerValue(request, lower),
  })
}

function queryCondition(
  { name, value = '' }: QueryParameterMatcher,
  matches: ((value: string) => boolean) | undefined,
): Condition {
  return valueCondition({
    subject: `query parameter ${name}`,
    expected: value === '' ? undefined : value,
    matches,
    invert: false,
    secret: false,
    read: ({ query }) => queryValue(query, name),
  })
}

function fuse(config: Matcher, path: PathMatcher, others: readonly Condition[], keys: MatcherKeys): CompiledMatcher {
  const accepts = fuseTests(
    path.accepts,
    others.map(({ test }) => test),
  )
  return {
    config,
    path,
    conditions: [path, ...others],
    keys,
    accepts,
    test: (request) => accepts(request.path, request),
    params: (text) => path.template?.params(text),
  }
}

/** One closure for everything: no loop where there are few conditions. */
function fuseTests(path: PathMatcher['accepts'], tests: readonly Condition['test'][]): CompiledMatcher['accepts'] {
  const [first, second] = tests
  if (first === undefined) return path
  if (second === undefined) return (text, request) => path(text, request) && first(request)
  if (tests.length === 2) return (text, request) => path(text, request) && first(request) && second(request)
  return (text, request) => {
    if (!path(text, request)) return false
    for (const test of tests) if (!test(request)) return false
    return true
  }
}
