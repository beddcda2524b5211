import { areDisjoint, type CharacterSet, onlyCodePoint } from './character-set.ts'
import type { RegexNode } from './syntax.ts'

/**
 * Makes a native RegExp for matches of a whole text, if backtracking cannot cost more than linear time: at each
 * character there is at most one way to go on, and no text can be read in two ways (the position automaton is
 * deterministic and every edge in it has one origin). Undefined if that does not hold.
 */
export function linearRegExp(node: RegexNode): RegExp | undefined {
  return isLinear(node) ? new RegExp(`^${print(node)}$`, 'u') : undefined
}

/** More positions than this are not looked at: the check is quadratic, and so is what it could let through. */
const maxPositions = 256

interface Fragment {
  readonly nullable: boolean
  readonly first: readonly number[]
  readonly last: readonly number[]
}

const empty: Fragment = { nullable: true, first: [], last: [] }

/** Thrown inside this file only, where the check can end at any depth. */
const notLinear = new Error('not linear')

/** The position automaton of Glushkov, built as long as it stays free of ambiguity. */
class Positions {
  readonly sets: CharacterSet[] = []
  readonly follow: Set<number>[] = []

  build(node: RegexNode): Fragment {
    switch (node.kind) {
      case 'set': {
        if (this.sets.length === maxPositions) throw notLinear
        const position = this.sets.push(node.set) - 1
        this.follow.push(new Set())
        return { nullable: false, first: [position], last: [position] }
      }
      case 'sequence':
        return node.items.reduce((before, item) => this.#then(before, this.build(item)), empty)
      case 'choice':
        return this.#either(node.options.map((option) => this.build(option)))
      case 'repeat':
        return this.#repeat(node.item, node.min, node.max)
    }
  }

  #then(before: Fragment, after: Fragment): Fragment {
    this.#connect(before.last, after.first)
    return {
      nullable: before.nullable && after.nullable,
      first: before.nullable ? [...before.first, ...after.first] : before.first,
      last: after.nullable ? [...before.last, ...after.last] : after.last,
    }
  }

  #either(options: readonly Fragment[]): Fragment {
    if (options.filter(({ nullable }) => nullable).length > 1) throw notLinear
    return {
      nullable: options.some(({ nullable }) => nullable),
      first: options.flatMap(({ first }) => first),
      last: options.flatMap(({ last }) => last),
    }
  }

  /** `x{2,4}` is `xx(x(x)?)?`, and `x{2,}` is `xx+`: nested, so that there is one way to stop early. */
  #repeat(item: RegexNode, min: number, max: number): Fragment {
    if (max === 0) return empty
    if (min > 1) return this.#then(this.#once(item), this.#repeat(item, min - 1, max - 1))
    if (max === Infinity) {
      const body = this.#once(item)
      this.#connect(body.last, body.first)
      return { ...body, nullable: min === 0 }
    }
    const body = this.#once(item)
    return { ...this.#then(body, this.#repeat(item, 0, max - 1)), nullable: min === 0 }
  }

  /** What is repeated must not be empty, else there are several ways to repeat nothing. */
  #once(item: RegexNode): Fragment {
    const fragment = this.build(item)
    if (fragment.nullable) throw notLinear
    return fragment
  }

  #connect(from: readonly number[], to: readonly number[]): void {
    for (const position of from) {
      const next = this.follow[position] as Set<number>
      for (const target of to) {
        if (next.has(target)) throw notLinear
        next.add(target)
      }
    }
  }
}

function isLinear(node: RegexNode): boolean {
  const positions = new Positions()
  try {
    const { first } = positions.build(node)
    const disjoint = (targets: Iterable<number>): boolean =>
      areDisjoint([...targets].map((target) => positions.sets[target] as CharacterSet))
    return disjoint(first) && positions.follow.every(disjoint)
  } catch (error) {
    if (error === notLinear) return false
    throw error
  }
}

/** Writes the expression in JavaScript's syntax, every set as explicit code points, so that no dialect matters. */
function print(node: RegexNode): string {
  switch (node.kind) {
    case 'set':
      return printSet(node.set)
    case 'sequence':
      return node.items.map(print).join('')
    case 'choice':
      return `(?:${node.options.map(print).join('|')})`
    case 'repeat': {
      const bounds =
        node.max === Infinity ? `${node.min},` : node.min === node.max ? node.min : `${node.min},${node.max}`
      return `(?:${print(node.item)}){${bounds}}`
    }
  }
}

function printSet(set: CharacterSet): string {
  const only = onlyCodePoint(set)
  if (only !== undefined) return printCodePoint(only)
  let ranges = ''
  for (let index = 0; index < set.length; index += 2) {
    ranges += `${printCodePoint(set[index] as number)}-${printCodePoint(set[index + 1] as number)}`
  }
  return `[${ranges}]`
}

function printCodePoint(codePoint: number): string {
  const character = String.fromCodePoint(codePoint)
  return /^[\w/]$/.test(character) ? character : `\\u{${codePoint.toString(16)}}`
}
