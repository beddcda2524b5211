import type { CompiledRegex } from './regex.ts'

/** What takes the place of a match: literal text, and numbers of groups. */
export type Substitution = readonly (string | number)[]

export type SubstitutionResult =
  | { readonly ok: true; readonly substitution: Substitution }
  | { readonly ok: false; readonly message: string }

/**
 * Reads a substitution in RE2's syntax: `\1` to `\9` are groups of the match, `\0` is all of it, `\\` is a backslash.
 * `$` has no meaning. Groups that the regex does not have are refused.
 */
export function compileSubstitution(source: string, regex: CompiledRegex): SubstitutionResult {
  const parts: (string | number)[] = []
  let text = ''
  for (let index = 0; index < source.length; index++) {
    const character = source.charAt(index)
    if (character !== '\\') {
      text += character
      continue
    }
    const next = source.charAt(++index)
    if (next === '\\') {
      text += next
      continue
    }
    if (next < '0' || next > '9') {
      return { ok: false, message: `"\\" must be followed by a digit or another "\\" in the substitution "${source}"` }
    }
    const group = Number(next)
    if (group > regex.groupCount) {
      const { groupCount } = regex
      const groups = groupCount === 1 ? 'one group' : groupCount === 0 ? 'no groups' : `${groupCount} groups`
      return {
        ok: false,
        message: `the substitution "${source}" refers to group ${group}, but the regex has ${groups}`,
      }
    }
    if (text !== '') parts.push(text)
    text = ''
    parts.push(group)
  }
  if (text !== '') parts.push(text)
  return { ok: true, substitution: parts }
}

/** Writes a substitution out. Groups that took no part in the match are empty. */
export function expand(substitution: Substitution, group: (number: number) => string): string {
  let result = ''
  for (const part of substitution) result += typeof part === 'string' ? part : group(part)
  return result
}
