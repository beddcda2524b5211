import { errorAt } from './source-position.ts'

/** A piece of a template. */
export interface Token {
  readonly kind: TokenKind
  /** As it is written; of `text` what is left when whitespace was trimmed. */
  readonly text: string
  /** Where it begins. */
  readonly at: number
}

/** `operator` is anything of one or two characters between operands; `end` follows everything. */
export type TokenKind =
  | 'text'
  | 'expressionOpen'
  | 'expressionClose'
  | 'statementOpen'
  | 'statementClose'
  | 'name'
  | 'number'
  | 'string'
  | 'operator'
  | 'end'

/** How names are written. */
export interface Notation {
  /** Names are JSON pointers, in which `~` escapes. */
  readonly pointers: boolean
}

/** Parts a template into tokens. Comments are gone, and a `##` line is a statement like `{% %}`. */
export function tokenize(source: string, notation: Notation): readonly Token[] {
  return new Lexer(source, notation).run()
}

const closings: Readonly<Record<string, string>> = { '{{': '}}', '{%': '%}' }

class Lexer {
  readonly #source: string
  readonly #name: RegExp
  readonly #tokens: Token[] = []
  #at = 0

  constructor(source: string, { pointers }: Notation) {
    this.#source = source
    this.#name = pointers ? /[A-Za-z_@$~][\w./~-]*/y : /[A-Za-z_@$~][\w./-]*/y
  }

  run(): readonly Token[] {
    if (this.#source.startsWith('\ufeff')) this.#at = 1
    while (this.#at < this.#source.length) this.#text()
    this.#push('end', '<eof>', this.#source.length)
    return this.#tokens
  }

  /** Takes text up to the next opening, and what is opened there. */
  #text(): void {
    const start = this.#at
    const opening = /\{[{%#]|(?<![^\n])##/g
    opening.lastIndex = start
    const found = opening.exec(this.#source)
    const end = found === null ? this.#source.length : found.index
    const [open = ''] = found ?? []
    const trims = open !== '##' && this.#source[end + 2] === '-'
    const text = this.#source.slice(start, end)
    this.#push('text', trims ? text.replace(/(^|[\r\n])[ \t]+$/, '$1') : text, start)
    this.#at = end + open.length
    if (open === '{#') this.#comment()
    else if (open === '##') this.#body('statement', '\n', end)
    else if (open !== '') {
      if (trims || (open === '{%' && this.#source[this.#at] === '+')) this.#at++
      this.#body(open === '{{' ? 'expression' : 'statement', closings[open] as string, end)
    }
  }

  #comment(): void {
    const end = this.#source.indexOf('#}', this.#at)
    if (end === -1) throw this.#error(this.#source.length, "expected comment close, got '<eof>'")
    const trims = this.#source[end - 1] === '-'
    this.#at = end + 2
    if (trims) this.#skip(/[ \t]*(?:\r\n|\r|\n)?/y)
  }

  #body(what: 'expression' | 'statement', close: string, start: number): void {
    this.#push(`${what}Open`, this.#source.slice(start, this.#at), start)
    let depth = 0
    // A minus belongs to a number where no operand stands before it.
    let afterOperand = false
    for (;;) {
      this.#skip(close === '\n' ? /[ \t\r]*/y : /[ \t\r\n]*/y)
      const start = this.#at
      if (start >= this.#source.length) {
        // The last line of a template needs no end.
        if (close === '\n') this.#push('statementClose', '<eol>', start)
        return
      }
      if (depth === 0 && this.#closes(what, close)) return
      const token = this.#token(afterOperand)
      if (token.text === '{' || token.text === '[') depth++
      if ((token.text === '}' || token.text === ']') && depth > 0) depth--
      afterOperand = token.kind === 'name' || token.kind === 'number' || ')]}'.includes(token.text)
      this.#tokens.push(token)
    }
  }

  #closes(what: 'expression' | 'statement', close: string): boolean {
    const trims = close !== '\n' && this.#source.startsWith(`-${close}`, this.#at)
    if (!trims && !this.#source.startsWith(close, this.#at)) return false
    this.#push(`${what}Close`, close === '\n' ? '<eol>' : close, this.#at)
    this.#at += close.length + (trims ? 1 : 0)
    if (trims) this.#skip(/[ \t\r\n]*/y)
    return true
  }

  #token(afterOperand: boolean): Token {
    const at = this.#at
    const read = (kind: TokenKind, pattern: RegExp): Token | undefined => {
      pattern.lastIndex = at
      const text = pattern.exec(this.#source)?.[0]
      if (text === undefined) return undefined
      this.#at += text.length
      return { kind, text, at }
    }
    const token =
      read('name', this.#name) ??
      read('number', afterOperand ? /\d(?:[\d.]|[eE][+-]?)*/y : /-?\d(?:[\d.]|[eE][+-]?)*/y) ??
      read('string', /"(?:[^"\\]|\\[\s\S])*"/y) ??
      read('operator', /[=!<>]=|[\s\S]/y)
    return token as Token
  }

  #push(kind: TokenKind, text: string, at: number): void {
    if (kind !== 'text' || text !== '') this.#tokens.push({ kind, text, at })
  }

  #skip(pattern: RegExp): void {
    pattern.lastIndex = this.#at
    this.#at += pattern.exec(this.#source)?.[0].length ?? 0
  }

  #error(at: number, message: string): Error {
    return errorAt(this.#source, at, message)
  }
}
