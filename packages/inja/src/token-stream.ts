import type { TemplateError } from '@headgate/core'
import { errorAt } from './source-position.ts'
import type { Token, TokenKind } from './tokens.ts'

/** The tokens of a template, one after the other. */
export class TokenStream {
  readonly source: string
  readonly #tokens: readonly Token[]
  #index = 0

  constructor(source: string, tokens: readonly Token[]) {
    this.source = source
    this.#tokens = tokens
  }

  peek(): Token {
    return this.#tokens[this.#index] as Token
  }

  /** Takes the next token; the end can be taken again and again. */
  next(): Token {
    const token = this.peek()
    if (token.kind !== 'end') this.#index++
    return token
  }

  /** Takes the next token if it is that one. */
  take(kind: TokenKind, text: string): boolean {
    const token = this.peek()
    if (token.kind !== kind || token.text !== text) return false
    this.#index++
    return true
  }

  /** @throws TemplateError where the next token is another */
  expect(kind: TokenKind, words: string, text?: string): Token {
    const token = this.peek()
    if (token.kind !== kind || (text !== undefined && token.text !== text)) throw this.unexpected(words)
    return this.next()
  }

  unexpected(words: string): TemplateError {
    return this.error(`expected ${words}, got '${this.peek().text}'`)
  }

  error(message: string): TemplateError {
    return this.errorAt(this.peek().at, message)
  }

  errorAt(at: number, message: string): TemplateError {
    return errorAt(this.source, at, message)
  }
}
