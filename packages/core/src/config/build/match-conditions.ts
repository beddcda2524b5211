import type { HeaderMatcher, QueryParameterMatcher } from '../matcher.ts'

/** What a value must be: this text, or a text that an RE2 expression matches as a whole. */
export type ValueCondition = string | { readonly regex: string }

/** The value does not matter. */
interface Present {
  readonly present: true
}

/** What must hold for a header. With `not`, the header must be there and be different. */
export type HeaderCondition = ValueCondition | Present | { readonly absent: true } | { readonly not: ValueCondition }

/** What must hold for the first query parameter of a name, in its raw form. */
export type QueryCondition = ValueCondition | Present

/** Gloo's `HeaderMatcher` for a condition. */
export function headerMatcher(name: string, condition: HeaderCondition): HeaderMatcher {
  if (typeof condition === 'object') {
    if ('absent' in condition) return { name, invertMatch: true }
    if ('not' in condition) return { name, ...value(condition.not), invertMatch: true }
  }
  return { name, ...value(condition) }
}

/** Gloo's `QueryParameterMatcher` for a condition. */
export function queryMatcher(name: string, condition: QueryCondition): QueryParameterMatcher {
  return { name, ...value(condition) }
}

function value(condition: QueryCondition): Pick<QueryParameterMatcher, 'value' | 'regex'> {
  if (typeof condition === 'string') return { value: condition }
  return 'regex' in condition ? { value: condition.regex, regex: true } : {}
}
