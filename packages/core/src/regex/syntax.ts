import {
  anyButNewline,
  type CharacterSet,
  complement,
  digits,
  single,
  spaces,
  union,
  wordCharacters,
} from './character-set.ts'

/** A regular expression without captures, of which only the language counts: what it matches as a whole. */
export type RegexNode =
  | { readonly kind: 'set'; readonly set: CharacterSet }
  | { readonly kind: 'sequence'; readonly items: readonly RegexNode[] }
  | { readonly kind: 'choice'; readonly options: readonly RegexNode[] }
  | { readonly kind: 'repeat'; readonly item: RegexNode; readonly min: number; readonly max: number }

/**
 * Reads the part of RE2's syntax that most routes need, for a match of the whole text: literals, classes, `.`, groups,
 * alternatives, repetitions, and `^` and `$` where a whole match makes them superfluous. Undefined for anything else
 * (flags, `\b`, `\pL`, `[[:alpha:]]`, `\Q..\E`, ...), and for what RE2 may read in more than one way.
 *
 * @param source an expression that RE2 accepts; errors are not looked for here
 */
export function parseSimpleRegex(source: string): RegexNode | undefined {
  const reader = new Reader(source)
  const node = reader.choice(0)
  return node === undefined || !reader.atEnd ? undefined : node
}

const perlClasses: Readonly<Record<string, CharacterSet>> = {
  d: digits,
  w: wordCharacters,
  s: spaces,
  D: complement(digits),
  W: complement(wordCharacters),
  S: complement(spaces),
}

const escapedControls: Readonly<Record<string, number>> = { t: 0x09, n: 0x0a, v: 0x0b, f: 0x0c, r: 0x0d }

/** A recursive-descent parser; every method gives undefined when it meets something it does not know. */
class Reader {
  readonly #source: string
  #position = 0

  constructor(source: string) {
    this.#source = source
  }

  get atEnd(): boolean {
    return this.#position === this.#source.length
  }

  choice(depth: number): RegexNode | undefined {
    const options: RegexNode[] = []
    do {
      const option = this.#sequence(depth)
      if (option === undefined) return undefined
      options.push(option)
    } while (this.#take('|'))
    return options.length === 1 ? options[0] : { kind: 'choice', options }
  }

  #sequence(depth: number): RegexNode | undefined {
    const items: RegexNode[] = []
    if (depth === 0) this.#take('^')
    while (!this.atEnd && !this.#sees('|') && !this.#sees(')')) {
      if (depth === 0 && this.#take('$')) return this.atEnd || this.#sees('|') ? { kind: 'sequence', items } : undefined
      const atom = this.#atom(depth)
      const item = atom === undefined ? undefined : this.#repeated(atom)
      if (item === undefined) return undefined
      items.push(item)
    }
    return items.length === 1 ? items[0] : { kind: 'sequence', items }
  }

  #atom(depth: number): RegexNode | undefined {
    const character = this.#next()
    switch (character) {
      case '(':
        return this.#group(depth)
      case '[':
        return this.#characterClass()
      case '.':
        return { kind: 'set', set: anyButNewline }
      case '\\':
        return asNode(this.#escape())
      case '*':
      case '+':
      case '?':
      case '^':
      case '$':
      case '{':
      case '}':
      case ']':
        return undefined
      default:
        return asNode(literal(character))
    }
  }

  #group(depth: number): RegexNode | undefined {
    if (this.#sees('?')) {
      const opening = /\?(?::|P?<\w+>)/y
      opening.lastIndex = this.#position
      const found = opening.exec(this.#source)
      if (found === null) return undefined
      this.#position = opening.lastIndex
    }
    const inner = this.choice(depth + 1)
    return inner !== undefined && this.#take(')') ? inner : undefined
  }

  #repeated(item: RegexNode): RegexNode | undefined {
    const quantifier = /(?:([*+?])|\{(\d+)(?:(,)(\d*))?\})\??/y
    quantifier.lastIndex = this.#position
    const found = quantifier.exec(this.#source)
    if (found === null) return item
    this.#position = quantifier.lastIndex
    const [, sign, from, comma, to] = found
    if (sign !== undefined) return { kind: 'repeat', item, min: sign === '+' ? 1 : 0, max: sign === '?' ? 1 : Infinity }
    const min = Number(from)
    if (comma === undefined) return { kind: 'repeat', item, min, max: min }
    return { kind: 'repeat', item, min, max: to === '' ? Infinity : Number(to) }
  }

  #characterClass(): RegexNode | undefined {
    const negated = this.#take('^')
    const sets: CharacterSet[] = []
    while (!this.#take(']')) {
      const member = this.#classMember(sets.length === 0)
      if (member === undefined) return undefined
      sets.push(member)
    }
    // `[]a]` and `[^]a]` mean the bracket itself.
    if (sets.length === 0) return undefined
    const set = union(...sets)
    return { kind: 'set', set: negated ? complement(set) : set }
  }

  #classMember(first: boolean): CharacterSet | undefined {
    const low = this.#classCharacter()
    if (low === undefined || !this.#sees('-')) return low
    if (this.#source[this.#position + 1] === ']') return low
    const from = low.length === 2 && low[0] === low[1] ? low[0] : undefined
    // A hyphen that is neither at an end nor escaped nor between two characters can be read in several ways.
    if (from === undefined || (from === hyphen && !first)) return undefined
    this.#position++
    const high = this.#classCharacter()
    const to = high !== undefined && high.length === 2 && high[0] === high[1] ? high[0] : undefined
    return to === undefined || to < from ? undefined : [from, to]
  }

  #classCharacter(): CharacterSet | undefined {
    const character = this.#next()
    if (character === '[' && this.#sees(':')) return undefined
    return character === '\\' ? this.#escape() : literal(character)
  }

  #escape(): CharacterSet | undefined {
    const character = this.#next()
    const control = escapedControls[character]
    if (control !== undefined) return single(control)
    return perlClasses[character] ?? (/^[!-/:-@[-`{-~]$/.test(character) ? literal(character) : undefined)
  }

  #next(): string {
    return this.#source[this.#position++] ?? ''
  }

  #sees(character: string): boolean {
    return this.#source[this.#position] === character
  }

  #take(character: string): boolean {
    const seen = this.#sees(character)
    if (seen) this.#position++
    return seen
  }
}

const hyphen = 0x2d

/** Undefined for the end of the text and for halves of surrogate pairs. */
function literal(character: string): CharacterSet | undefined {
  const code = character.charCodeAt(0)
  return Number.isNaN(code) || (code >= 0xd800 && code <= 0xdfff) ? undefined : single(code)
}

function asNode(set: CharacterSet | undefined): RegexNode | undefined {
  return set === undefined ? undefined : { kind: 'set', set }
}
