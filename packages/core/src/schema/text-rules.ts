import type { SchemaIssueCode } from './issue.ts'
import { type Reporter, type Rule, wholeRule } from './rule.ts'

const token = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/
const pseudoHeaders = new Set([':method', ':path', ':authority', ':scheme', ':status', ':protocol'])

function textRule(code: SchemaIssueCode, test: (text: string) => boolean, message: string, expected: string) {
  return wholeRule<string>((value, report) => {
    if (!test(value)) report({ code, message, expected })
  })
}

/** Something must be written. */
export const notEmpty: Rule<string> = textRule('out-of-range', (text) => text !== '', 'must not be empty', 'a text')

/** A method: any token. */
export const methodName: Rule<string> = textRule(
  'invalid-format',
  (text) => token.test(text),
  'not an HTTP method',
  'a method such as GET',
)

/** A header that may be added or removed. Routing depends on the others, which have options of their own. Source: Gloo `headers` plugin. */
export const mutableHeaderName: Rule<string> = wholeRule((name, report) => {
  if (name.startsWith(':') || name.toLowerCase() === 'host')
    report({
      code: 'invalid-header-name',
      message: `${name.startsWith(':') ? 'pseudo headers' : 'the header "host"'} cannot be changed here`,
      expected: 'another header',
      fix: 'use hostRewrite for the host and prefixRewrite or regexRewrite for the path',
    })
  else reportToken(name, report)
})

/** Any header, also the pseudo headers `:method`, `:path`, `:authority`, `:scheme`, `:status` and `:protocol`. */
export const readableHeaderName: Rule<string> = wholeRule((name, report) => {
  if (!pseudoHeaders.has(name.toLowerCase())) reportToken(name, report)
})

/** Any header but the pseudo headers. */
export const headerName: Rule<string> = wholeRule(reportToken)

function reportToken(name: string, report: Reporter): void {
  if (!token.test(name))
    report({
      code: 'invalid-header-name',
      message: name === '' ? 'a header needs a name' : 'not the name of a header',
      expected: "letters, digits and !#$%&'*+-.^_`|~",
    })
}

/** A value that cannot split a message in two. */
export const headerValue: Rule<string> = textRule(
  'invalid-header-value',
  (text) => !/[\r\n\0]/.test(text),
  'contains a line break or a NUL',
  'one line of text',
)

const pathCharacters = /^(?:[A-Za-z0-9/:@._~!$&'()*+,;=-]|%[0-9a-fA-F]{2})*$/
const forbiddenInPaths = ['//', '/./', '/../', '%2f', '%2F', '#']
const forbiddenAtEnd = ['/..', '/.']

/** Why a text cannot be part of a request path; undefined if it can. Source: Gloo `ValidateRoutePath`. */
function pathProblem(path: string): string | undefined {
  const inside = forbiddenInPaths.find((sequence) => path.includes(sequence))
  if (inside !== undefined) return `contains "${inside}", which no normalised path has`
  const end = forbiddenAtEnd.find((sequence) => path.endsWith(sequence))
  if (end !== undefined) return `ends with "${end}", which no normalised path does`
  return pathCharacters.test(path) ? undefined : 'contains a character that a path cannot contain'
}

function pathRule(part: (text: string) => string): Rule<string> {
  return wholeRule((value, report) => {
    const problem = pathProblem(part(value))
    if (problem !== undefined)
      report({
        code: 'invalid-path',
        message: problem,
        expected: 'letters, digits, /:@._~!$&\'()*+,;=- and %-escapes, without "//", "/./", "/../", "%2f" and "#"',
      })
  })
}

/** A path or the start of one. */
export const path: Rule<string> = pathRule((text) => text)

/** A host to redirect to: what may stand in a path, and IPv6 addresses in brackets. */
export const redirectHost: Rule<string> = pathRule((text) => text.replace(/^\[[0-9A-Fa-f:.]+\]/, ''))

/** A path, and a query if need be. */
export const pathWithQuery: Rule<string> = pathRule((text) => text.split('?', 1)[0] ?? '')

const parameter = /^[A-Za-z_][A-Za-z0-9_]*$/

/** The segments `:name` and `*name` of a path template; undefined for a malformed one. */
function templateSegments(template: string): readonly string[] | undefined {
  if (!template.startsWith('/') || pathProblem(template) !== undefined) return undefined
  const segments = template.split('/').filter((segment) => /^[:*]/.test(segment))
  return segments.every((segment) => parameter.test(segment.slice(1))) ? segments : undefined
}

/** Names of the parameters in a path template; none for a malformed one. */
export function templateParameters(template: string): readonly string[] {
  return (templateSegments(template) ?? []).map((segment) => segment.slice(1))
}

/** A path template to match: every parameter once, and `*name` at the end only. */
export const pathTemplate: Rule<string> = wholeRule((value, report) => {
  const names = templateParameters(value)
  if (templateSegments(value) === undefined || /\/\*.*\//.test(value))
    report({
      code: 'invalid-path-template',
      message: 'not a path template',
      expected: 'a path with parameters, such as "/users/:id" or "/files/*rest"',
    })
  else if (new Set(names).size < names.length)
    report({ code: 'invalid-path-template', message: 'a parameter occurs twice', expected: 'different names' })
})

/** A path to rewrite to; parameters may come again. */
export const pathTemplateRewrite: Rule<string> = wholeRule((value, report) => {
  if (templateSegments(value) === undefined)
    report({
      code: 'invalid-path-template',
      message: 'not a path template',
      expected: 'a path with parameters, such as "/u/:id"',
    })
})
