import type { StringMatcher } from '../config/filters.ts'
import { compileRegex } from '../regex/regex.ts'

export type StringMatcherResult =
  | { readonly ok: true; readonly matches: (text: string) => boolean }
  | { readonly ok: false; readonly message: string }

/** Compiles Envoy's `StringMatcher`; fails only for a `safeRegex` that does not compile. */
export function compileStringMatcher(matcher: StringMatcher): StringMatcherResult {
  const { exact, prefix, suffix, safeRegex, ignoreCase = false } = matcher
  const fold = ignoreCase ? (text: string) => text.toLowerCase() : (text: string) => text
  if (exact !== undefined) return { ok: true, matches: (text) => fold(text) === fold(exact) }
  if (prefix !== undefined) return { ok: true, matches: (text) => fold(text).startsWith(fold(prefix)) }
  if (suffix !== undefined) return { ok: true, matches: (text) => fold(text).endsWith(fold(suffix)) }
  const compiled = compileRegex(safeRegex?.regex ?? '')
  return compiled.ok ? { ok: true, matches: compiled.regex.matches } : compiled
}
