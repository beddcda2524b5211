import type { z } from 'zod'
import { nearest } from './nearest.ts'
import type { Found, Path } from './normalize.ts'

/** A finding before it is complete. */
type Draft = Pick<Found, 'severity' | 'path' | 'message'>

/** Puts what zod found into our words. `value` is what stands at the place. */
export function explainIssue(issue: z.core.$ZodIssue, value: unknown): Found {
  const path = issue.path.filter((key) => typeof key !== 'symbol') satisfies Path
  const draft: Draft = { severity: 'error', path, message: issue.message }
  if (issue.code === 'custom') return { ...draft, code: 'invalid-format', ...(issue.params as Partial<Found>) }
  if (value === undefined)
    return { ...draft, code: 'required', message: `"${path.at(-1) ?? 'the configuration'}" must be set` }
  if (issue.code === 'invalid_value') return unknownValue(draft, issue.values, value)
  if (issue.code === 'too_small' || issue.code === 'too_big') return { ...draft, code: 'out-of-range', ...bound(issue) }
  const expected = article('expected' in issue ? String(issue.expected) : 'another type')
  return { ...draft, code: 'wrong-type', message: `must be ${expected}`, expected }
}

function unknownValue(draft: Draft, values: readonly z.core.util.Primitive[], value: unknown): Found {
  const names = values.map(String)
  const meant = typeof value === 'string' ? nearest(value, names) : undefined
  return {
    ...draft,
    code: typeof value === 'string' || typeof value === 'number' ? 'unknown-value' : 'wrong-type',
    message: 'not one of the values of this field',
    expected: names.join(', '),
    ...(meant !== undefined && { fix: `did you mean "${meant}"?` }),
  }
}

function bound(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig): Pick<Found, 'message' | 'expected'> {
  const small = issue.code === 'too_small'
  const limit = small ? issue.minimum : issue.maximum
  if (issue.origin === 'array')
    return {
      message: 'the list is too short',
      expected: `at least ${limit} ${Number(limit) === 1 ? 'entry' : 'entries'}`,
    }
  return { message: small ? 'too small' : 'too large', expected: `${small ? 'at least' : 'at most'} ${limit}` }
}

const articles: Readonly<Record<string, string>> = {
  object: 'an object',
  record: 'an object',
  array: 'a list',
  string: 'a text',
  boolean: 'true or false',
  number: 'a number',
  int: 'a whole number',
}

function article(type: string): string {
  return articles[type] ?? type
}

const revealing = /secret(?!ref)|password|passwd|token(?!s)|authorization|privatekey|apikey|accesskey/i

/** How a value is shown: short, and not at all if it may be a secret. */
export function showValue(value: unknown, path: Path, isSecret: boolean): string | undefined {
  if (value === undefined) return undefined
  if (typeof value === 'object' || typeof value === 'function') return kindOf(value)
  if (isSecret || path.some((key) => typeof key === 'string' && revealing.test(key))) return '[redacted]'
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value)
  return text.length <= 80 ? text : `${text.slice(0, 77)}...`
}

function kindOf(value: object | null): string {
  if (value === null) return 'null'
  if (typeof value === 'function') return 'a function'
  return Array.isArray(value) ? 'a list' : 'an object'
}
