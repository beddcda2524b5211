import { pathOf } from './names.ts'
import type { Branch, Statement } from './nodes.ts'
import { ExpressionParser, type ParseOptions } from './parse-expression.ts'
import { TokenStream } from './token-stream.ts'
import { type Token, tokenize } from './tokens.ts'

const maxDepth = 100

/**
 * Reads a template.
 *
 * @throws TemplateError
 */
export function parse(source: string, options: ParseOptions): readonly Statement[] {
  return new Parser(source, options).run()
}

class Parser {
  readonly #tokens: TokenStream
  readonly #expressions: ExpressionParser
  #depth = 0

  constructor(source: string, options: ParseOptions) {
    this.#tokens = new TokenStream(source, tokenize(source, options))
    this.#expressions = new ExpressionParser(this.#tokens, options)
  }

  run(): readonly Statement[] {
    const { statements, end } = this.#block()
    if (end.kind === 'end') return statements
    throw this.#tokens.errorAt(end.at, `${end.text} without ${openings[end.text]}`)
  }

  /** Reads up to a word that ends a block or goes on in another; that word has been taken. */
  #block(): { readonly statements: Statement[]; readonly end: Token } {
    if (++this.#depth > maxDepth) throw this.#tokens.error('blocks are nested too deep')
    const statements: Statement[] = []
    for (;;) {
      const token = this.#tokens.next()
      if (token.kind === 'end') {
        this.#depth--
        return { statements, end: token }
      }
      if (token.kind === 'text') statements.push({ kind: 'text', text: token.text })
      else if (token.kind === 'expressionOpen') statements.push(this.#print())
      else {
        const word = this.#tokens.expect('name', 'a statement')
        if (Object.hasOwn(openings, word.text)) {
          this.#depth--
          return { statements, end: word }
        }
        statements.push(...this.#statement(word))
      }
    }
  }

  #print(): Statement {
    const expression = this.#expressions.parse()
    this.#tokens.expect('expressionClose', "'}}'")
    return { kind: 'print', expression }
  }

  #statement(word: Token): readonly Statement[] {
    switch (word.text) {
      case 'if':
        return [this.#if(word)]
      case 'for':
        return [this.#for(word)]
      case 'set':
        return [this.#set()]
      case 'block':
        return this.#named(word)
      case 'include':
      case 'extends':
        throw this.#tokens.errorAt(word.at, `there are no other templates to ${word.text} here`)
      default:
        throw this.#tokens.errorAt(word.at, `expected a statement, got '${word.text}'`)
    }
  }

  #if(opening: Token): Statement {
    const branches: Branch[] = []
    let condition = this.#expressions.parse()
    for (;;) {
      this.#close()
      const { statements: body, end } = this.#block()
      branches.push({ condition, body })
      if (end.text === 'endif') return this.#closing({ kind: 'if', branches, otherwise: [] })
      if (end.text !== 'else') throw this.#unmatched(opening, end)
      if (!this.#tokens.take('name', 'if')) break
      condition = this.#expressions.parse()
    }
    this.#close()
    const { statements: otherwise, end } = this.#block()
    if (end.text !== 'endif') throw this.#unmatched(opening, end)
    return this.#closing({ kind: 'if', branches, otherwise })
  }

  #for(opening: Token): Statement {
    const first = this.#tokens.expect('name', 'a name').text
    const second = this.#tokens.take('operator', ',') ? this.#tokens.expect('name', 'a name').text : undefined
    this.#tokens.expect('name', "'in'", 'in')
    const over = this.#expressions.parse()
    this.#close()
    const { statements: body, end } = this.#block()
    if (end.text !== 'endfor') throw this.#unmatched(opening, end)
    const names = second === undefined ? { key: undefined, value: first } : { key: first, value: second }
    return this.#closing({ kind: 'for', ...names, over, body })
  }

  #set(): Statement {
    const { text, at } = this.#tokens.expect('name', 'a name')
    this.#tokens.expect('operator', "'='", '=')
    const expression = this.#expressions.parse()
    return this.#closing({ kind: 'set', path: pathOf(text, false), expression, at })
  }

  /** Nothing can take the place of a named block, as there are no other templates. */
  #named(opening: Token): readonly Statement[] {
    this.#tokens.expect('name', 'a name')
    this.#close()
    const { statements, end } = this.#block()
    if (end.text !== 'endblock') throw this.#unmatched(opening, end)
    this.#close()
    return statements
  }

  #closing(statement: Statement): Statement {
    this.#close()
    return statement
  }

  #close(): void {
    this.#tokens.expect('statementClose', "the statement's end")
  }

  #unmatched(opening: Token, { kind, text, at }: Token): Error {
    if (kind === 'end') return this.#tokens.errorAt(opening.at, `unmatched ${opening.text}`)
    return this.#tokens.errorAt(at, `${text} without ${openings[text]}`)
  }
}

/** Words that end a block, and what begins it. */
const openings: Readonly<Record<string, string>> = {
  else: 'if',
  endif: 'if',
  endfor: 'for',
  endblock: 'block',
}
