import { z } from 'zod'
import type { SchemaIssueCode } from './issue.ts'

/** What a rule has to say. */
interface Report {
  readonly code: SchemaIssueCode
  /** Where, below the value that the rule is about. Default: the value itself. */
  readonly at?: readonly (string | number)[]
  readonly message: string
  /** Default `error`. */
  readonly severity?: 'error' | 'warning'
  /** What is there, if it is not simply the value at the path. */
  readonly found?: string
  readonly expected?: string
  readonly fix?: string
}

/** A condition on a value that its type cannot express. */
export type Rule<T> = z.core.$ZodCheck<T>

/** Takes what a rule finds. */
export type Reporter = (report: Report) => void

/**
 * Makes a rule of a function. It runs whenever the fields it reads are well-formed, whatever is wrong elsewhere, so
 * that one run finds everything.
 */
export function rule<T>(reads: readonly (keyof T & string)[], run: (value: T, report: Reporter) => void): Rule<T> {
  const concerns = (issue: z.core.$ZodRawIssue): boolean => {
    const [field] = issue.path ?? []
    return field === undefined ? isFatal(issue) : reads.some((read) => read === field)
  }
  return makeRule((issues) => !issues.some(concerns), run)
}

/** A rule about a text, or about a list or a map as a whole. It runs when all of the value has the right types. */
export function wholeRule<T>(run: (value: T, report: Reporter) => void): Rule<T> {
  return makeRule((issues) => !issues.some(isFatal), run)
}

/** Whether the value has a wrong type, rather than a wrong content. */
function isFatal(issue: z.core.$ZodRawIssue): boolean {
  return issue.continue !== true
}

function makeRule<T>(
  applies: (issues: readonly z.core.$ZodRawIssue[]) => boolean,
  run: (value: T, report: Reporter) => void,
): Rule<T> {
  const check: Rule<T> = new z.core.$ZodCheck({ check: 'custom', when: ({ issues }) => applies(issues) })
  check._zod.check = (payload) => {
    run(payload.value, ({ code, at = [], message, ...params }) => {
      payload.issues.push({
        code: 'custom',
        input: payload.value,
        path: [...at],
        message,
        params: { ...params, code },
        continue: true,
      })
    })
  }
  return check
}

/** Which of the fields are set. */
export function present<T>(value: T, fields: readonly (keyof T & string)[]): readonly (keyof T & string)[] {
  return fields.filter((field) => value[field] !== undefined)
}

/** Exactly one of the fields must be set. */
export function exactlyOne<T>(...fields: readonly (keyof T & string)[]): Rule<T> {
  return oneOf(fields, true)
}

/** At most one of the fields may be set. */
export function atMostOne<T>(...fields: readonly (keyof T & string)[]): Rule<T> {
  return oneOf(fields, false)
}

function oneOf<T>(fields: readonly (keyof T & string)[], needed: boolean): Rule<T> {
  const names = fields.join(', ')
  return rule<T>([], (value, report) => {
    const found = present(value, fields)
    if (found.length > 1)
      report({
        code: 'oneof-conflict',
        message: `only one of ${names} may be set`,
        found: found.join(', '),
        fix: `keep one of ${found.join(', ')}`,
      })
    if (needed && found.length === 0)
      report({ code: 'oneof-missing', message: `one of ${names} must be set`, expected: names })
  })
}
