import { functionsOf } from './functions.ts'
import { readLiteral } from './literal.ts'
import { pathOf } from './names.ts'
import type { BinaryOperator, Expression } from './nodes.ts'
import type { TokenStream } from './token-stream.ts'
import type { Value } from './values.ts'

/** What parsing needs to know about the template. */
export interface ParseOptions {
  readonly pointers: boolean
  readonly environment: (name: string) => string | undefined
}

/** How tightly operators bind: as in Inja, `and` no tighter than `or`, and `not` tighter than comparisons. */
const precedence: Readonly<Record<BinaryOperator, number>> = {
  or: 1,
  and: 1,
  in: 2,
  '==': 2,
  '!=': 2,
  '<': 2,
  '<=': 2,
  '>': 2,
  '>=': 2,
  '+': 3,
  '-': 3,
  '*': 4,
  '/': 4,
  '%': 4,
  '^': 5,
}
const notBindsTighterThan = 5
const maxDepth = 100

export class ExpressionParser {
  readonly #tokens: TokenStream
  readonly #options: ParseOptions
  #depth = 0

  constructor(tokens: TokenStream, options: ParseOptions) {
    this.#tokens = tokens
    this.#options = options
  }

  /** @throws TemplateError */
  parse(least = 0): Expression {
    if (++this.#depth > maxDepth) throw this.#tokens.error('the expression is nested too deep')
    let left = this.#operand()
    for (;;) {
      const { text, at, kind } = this.#tokens.peek()
      const operator = kind === 'name' || kind === 'operator' ? asOperator(text) : undefined
      if (operator === undefined || precedence[operator] < least) break
      this.#tokens.next()
      const right = this.parse(precedence[operator] + (operator === '^' ? 0 : 1))
      left = { kind: 'binary', operator, left, right, at }
    }
    this.#depth--
    return left
  }

  #operand(): Expression {
    let operand = this.#primary()
    while (this.#tokens.take('operator', '.')) {
      const { text: key, at } = this.#tokens.expect('name', 'a name')
      operand = { kind: 'member', object: operand, key, at }
    }
    return operand
  }

  #primary(): Expression {
    const { kind, text, at } = this.#tokens.peek()
    if (kind === 'name') return this.#named()
    if (kind === 'number' || kind === 'string') {
      this.#tokens.next()
      return this.#literal(text, at)
    }
    if (text === '[' || text === '{') return this.#container()
    if (!this.#tokens.take('operator', '(')) throw this.#tokens.unexpected('an expression')
    const inner = this.parse()
    this.#tokens.expect('operator', ')', ')')
    return inner
  }

  #named(): Expression {
    const { text: name, at } = this.#tokens.next()
    if (name === 'not') return { kind: 'not', operand: this.parse(notBindsTighterThan), at }
    if (name === 'true' || name === 'false' || name === 'null') return this.#literal(name, at)
    if (asOperator(name) !== undefined) throw this.#tokens.errorAt(at, `expected an expression, got '${name}'`)
    if (this.#tokens.take('operator', '(')) return this.#call(name, at)
    return { kind: 'name', name, path: pathOf(name, this.#options.pointers), at }
  }

  #call(name: string, at: number): Expression {
    const operands: Expression[] = []
    if (!this.#tokens.take('operator', ')')) {
      do operands.push(this.parse())
      while (this.#tokens.take('operator', ','))
      this.#tokens.expect('operator', ')', ')')
    }
    const [first, second] = operands
    if (name === 'default' && first !== undefined && second !== undefined && operands.length === 2) {
      return { kind: 'default', value: first, fallback: second, at }
    }
    if (name === 'env' && first !== undefined && operands.length === 1) return this.#environment(first)
    const overloads = functionsOf(name)
    const call = overloads?.[operands.length]
    if (call !== undefined) return { kind: 'call', call, operands, at }
    const arities = Object.keys(overloads ?? {}).join(' or ')
    const known = arities === '' ? '' : `: it takes ${arities} operands, not ${operands.length}`
    throw this.#tokens.errorAt(at, `unknown function ${name}${known}`)
  }

  /** Variables are read now, and only those that the configuration names. */
  #environment(name: Expression): Expression {
    const { at } = name
    if (name.kind !== 'literal' || typeof name.value !== 'string') {
      throw this.#tokens.errorAt(at, 'env() takes the name of a variable in quotes')
    }
    return { kind: 'literal', value: this.#options.environment(name.value) ?? '', at }
  }

  /** An array or an object is plain JSON: there are no names in it. */
  #container(): Expression {
    const { at } = this.#tokens.peek()
    let depth = 0
    let end = at
    do {
      const token = this.#tokens.next()
      if (token.kind === 'end') throw this.#tokens.errorAt(at, `unmatched '${this.#tokens.source[at]}'`)
      if (token.text === '[' || token.text === '{') depth++
      if (token.text === ']' || token.text === '}') depth--
      end = token.at + token.text.length
    } while (depth > 0)
    return this.#literal(this.#tokens.source.slice(at, end), at)
  }

  #literal(text: string, at: number): Expression {
    const value: Value | undefined = readLiteral(text)
    if (value === undefined) throw this.#tokens.errorAt(at, `this is not JSON: ${text}`)
    return { kind: 'literal', value, at }
  }
}

function asOperator(text: string): BinaryOperator | undefined {
  return Object.hasOwn(precedence, text) ? (text as BinaryOperator) : undefined
}
