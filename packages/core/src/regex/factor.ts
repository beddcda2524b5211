import { onlyCodePoint } from './character-set.ts'
import type { RegexNode } from './syntax.ts'

/**
 * Pulls what alternatives have in common out of their beginnings, `foo|far|baz` becoming `f(?:oo|ar)|baz`, and drops
 * repeated alternatives. Their order may change, which does not matter to what is matched as a whole.
 */
export function factor(node: RegexNode): RegexNode {
  switch (node.kind) {
    case 'set':
      return node
    case 'repeat':
      return { ...node, item: factor(node.item) }
    case 'sequence':
      return sequence(node.items.flatMap((item) => itemsOf(factor(item))))
    case 'choice':
      return choice(node.options.map((option) => itemsOf(factor(option))))
  }
}

/** The text with which everything begins that the expression matches. */
export function literalPrefix(node: RegexNode): string {
  let prefix = ''
  for (const item of itemsOf(node)) {
    const codePoint = item.kind === 'set' ? onlyCodePoint(item.set) : undefined
    if (codePoint === undefined)
      return item.kind === 'repeat' && item.min > 0 ? prefix + literalPrefix(item.item) : prefix
    prefix += String.fromCodePoint(codePoint)
  }
  return prefix
}

function itemsOf(node: RegexNode): readonly RegexNode[] {
  return node.kind === 'sequence' ? node.items : [node]
}

function sequence(items: readonly RegexNode[]): RegexNode {
  return items.length === 1 ? (items[0] as RegexNode) : { kind: 'sequence', items }
}

function choice(alternatives: readonly (readonly RegexNode[])[]): RegexNode {
  const groups = new Map<string, (readonly RegexNode[])[]>()
  for (const items of alternatives) {
    // Only single characters are pulled out; alternatives that begin with the same repetition are left to RE2.
    const [head] = items
    const key = head === undefined ? '' : head.kind === 'set' ? `set ${head.set.join()}` : JSON.stringify(items)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [items])
    else group.push(items)
  }
  const options = [...groups.values()].map((group) => {
    const [items = []] = group
    const [head] = items
    if (group.length === 1 || head?.kind !== 'set') return sequence(items)
    return sequence([head, ...itemsOf(choice(group.map(([, ...rest]) => rest)))])
  })
  return options.length === 1 ? (options[0] as RegexNode) : { kind: 'choice', options }
}
