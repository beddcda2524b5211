import { compileRegex } from '../regex/regex.ts'
import { parseSimpleRegex, type RegexNode } from '../regex/syntax.ts'

/** Texts that an expression matches as a whole; none where none is easily found. */
export function sampleTexts(source: string): readonly string[] {
  const compiled = compileRegex(source, { maxProgramSize: Number.POSITIVE_INFINITY })
  const node = parseSimpleRegex(source)
  if (!compiled.ok) return []
  const candidates = [...(node === undefined ? [] : [sample(node)]), '/', '/a', 'a', '1', '']
  return candidates.filter((candidate) => compiled.regex.matches(candidate))
}

function sample(node: RegexNode): string {
  switch (node.kind) {
    case 'set':
      return sampleCharacter(node.set)
    case 'sequence':
      return node.items.map(sample).join('')
    case 'choice':
      return node.options[0] === undefined ? '' : sample(node.options[0])
    case 'repeat':
      return sample(node.item).repeat(node.min)
  }
}

/** Characters that read well and are safe in a path come first. */
const preferred = 'a1A-_./~'

function sampleCharacter(set: readonly number[]): string {
  const has = (codePoint: number): boolean => {
    for (let index = 0; index < set.length; index += 2)
      if ((set[index] as number) <= codePoint && codePoint <= (set[index + 1] as number)) return true
    return false
  }
  const nice = [...preferred].find((character) => has(character.charCodeAt(0)))
  return nice ?? String.fromCodePoint(set[0] ?? 0)
}
