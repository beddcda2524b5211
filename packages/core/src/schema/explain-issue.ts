import type { z } from 'zod'
import type { SchemaIssueCode } from './issue.ts'
import { nearest } from './nearest.ts'
import type { Found, Path } from './normalize.ts'

/** Puts what zod found into our words. `value` is what stands at the place. */
export function explainIssue(issue: z.core.$ZodIssue, value: unknown): Found {
  const path = issue.path.filter((key) => typeof key !== 'symbol') satisfies Path
  const base = { severity: 'error', path, message: issue.message } as const
  switch (issue.code) {
    case 'custom':
      return { ...base, code: 'invalid-format', ...(issue.params as Partial<Found> | undefined) }
    case 'invalid_type':
      return value === undefined
        ? { ...base, code: 'required', message: `"${path.at(-1) ?? 'configuration'}" must be set` }
        : {
            ...base,
            code: 'wrong-type',
            message: `must be ${article(issue.expected)}`,
            expected: article(issue.expected),
          }
    case 'invalid_value':
      return unknownValue(base, issue.values, value)
    case 'too_small':
    case 'too_big':
      return { ...base, code: 'out-of-range', ...bound(issue) }
    default:
      return { ...base, code: otherCodes[issue.code] ?? 'invalid-format' }
  }
}

const otherCodes: Readonly<Record<string, SchemaIssueCode>> = {
  unrecognized_keys: 'unknown-field',
  invalid_key: 'wrong-type',
  invalid_element: 'wrong-type',
  invalid_union: 'wrong-type',
}

function unknownValue(
  base: Pick<Found, 'severity' | 'path' | 'message'>,
  values: readonly z.core.util.Primitive[],
  value: unknown,
): Found {
  const names = values.map(String)
  const meant = typeof value === 'string' ? nearest(value, names) : undefined
  return {
    ...base,
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

const revealing = /secret|password|passwd|token|credential|authorization|cookie|private|api_?key|accesskey|encryption/i

/** How a value is shown: short, and not at all if it may be a secret. */
export function showValue(value: unknown, path: Path, isSecret: boolean): string | undefined {
  if (value === undefined) return undefined
  if (Array.isArray(value)) return 'a list'
  if (value === null) return 'null'
  if (typeof value === 'object') return 'an object'
  if (typeof value === 'function' || typeof value === 'symbol' || typeof value === 'bigint') return `a ${typeof value}`
  if (isSecret || path.some((key) => typeof key === 'string' && revealing.test(key))) return '[redacted]'
  const text = JSON.stringify(value)
  return text.length <= 80 ? text : `${text.slice(0, 77)}...`
}
