import type { TemplateMessage } from '@headgate/core'
import { TemplateError } from '@headgate/core'
import { Budget } from './budget.ts'
import type { Frame } from './function.ts'
import { lookUp, replaceAt } from './names.ts'
import type { Expression, Statement } from './nodes.ts'
import { OperandError } from './operands.ts'
import { operate } from './operators.ts'
import { randomText } from './random-text.ts'
import { errorAt } from './source-position.ts'
import { isMap, isTruthy, ownValue, sortedKeys, type Value } from './values.ts'
import { print } from './write.ts'

/** How a template is rendered. */
export interface RenderOptions {
  readonly source: string
  readonly escapes: boolean
  readonly clock: ConstructorParameters<typeof Budget>[0]
}

/**
 * Renders a template for a message.
 *
 * @throws TemplateError
 */
export function render(statements: readonly Statement[], message: TemplateMessage, options: RenderOptions): string {
  return new Renderer(message, options).run(statements)
}

class Renderer {
  readonly #frame: Frame
  readonly #options: RenderOptions
  /** What loops and `set` have named. */
  readonly #locals = new Map<string, Value>()
  #output = ''

  constructor(message: TemplateMessage, options: RenderOptions) {
    const json = message.json as Value
    this.#options = options
    this.#frame = {
      message,
      budget: new Budget(options.clock),
      data: isMap(json) ? json : {},
      random: (pattern) => randomText(message, pattern),
    }
  }

  run(statements: readonly Statement[]): string {
    this.#block(statements)
    return this.#output
  }

  #block(statements: readonly Statement[]): void {
    for (const statement of statements) this.#statement(statement)
  }

  #statement(statement: Statement): void {
    switch (statement.kind) {
      case 'text':
        this.#write(statement.text)
        break
      case 'print':
        this.#write(print(this.#value(statement.expression), this.#options.escapes, this.#frame.budget))
        break
      case 'if': {
        const branch = statement.branches.find(({ condition }) => isTruthy(this.#value(condition)))
        this.#block(branch?.body ?? statement.otherwise)
        break
      }
      case 'for':
        this.#loop(statement)
        break
      case 'set':
        this.#set(statement)
    }
  }

  #write(text: string): void {
    this.#frame.budget.length(text.length)
    this.#output += text
    this.#frame.budget.limit(this.#output.length)
  }

  #set({ path, expression, at }: Extract<Statement, { readonly kind: 'set' }>): void {
    const [name, ...rest] = path as [string, ...string[]]
    const value = this.#value(expression)
    this.#locals.set(
      name,
      this.#placed(at, () => replaceAt(this.#locals.get(name), rest, value)),
    )
  }

  #loop({ key, value, over, body }: Extract<Statement, { readonly kind: 'for' }>): void {
    const collection = this.#value(over)
    const outer = ['loop', value, ...(key === undefined ? [] : [key])].map(
      (name) => [name, this.#locals.get(name)] as const,
    )
    const parent = this.#locals.get('loop')
    const items = this.#items(collection, key, over)
    for (const [index, [itemKey, item]] of items.entries()) {
      this.#frame.budget.spend(1)
      const loop = { index, index1: index + 1, is_first: index === 0, is_last: index === items.length - 1 }
      this.#locals.set('loop', parent === undefined ? loop : { ...loop, parent })
      this.#locals.set(value, item)
      if (key !== undefined) this.#locals.set(key, itemKey)
      this.#block(body)
    }
    for (const [name, before] of outer) {
      if (before === undefined) this.#locals.delete(name)
      else this.#locals.set(name, before)
    }
  }

  #items(collection: Value, key: string | undefined, { at }: Expression): readonly (readonly [string, Value])[] {
    if (key === undefined) {
      if (!Array.isArray(collection)) throw this.#error(at, 'a loop with one name goes over an array')
      return collection.map((item) => ['', item] as const)
    }
    if (!isMap(collection)) throw this.#error(at, 'a loop with two names goes over an object')
    return sortedKeys(collection).map((name) => [name, collection[name] as Value] as const)
  }

  #value(expression: Expression): Value {
    const value = this.#find(expression)
    if (value !== undefined) return value
    const name = expression.kind === 'name' ? expression.name : ''
    throw this.#error(expression.at, `variable '${name}' not found`)
  }

  /** The value of an expression; undefined only for a name that stands for nothing. */
  #find(expression: Expression): Value | undefined {
    this.#frame.budget.spend(1)
    switch (expression.kind) {
      case 'literal':
        return expression.value
      case 'name':
        return this.#named(expression)
      case 'default':
        return this.#find(expression.value) ?? this.#value(expression.fallback)
      case 'not':
        return !isTruthy(this.#value(expression.operand))
      case 'member':
        return this.#member(expression)
      case 'call': {
        const { call, operands, at } = expression
        const values = operands.map((operand) => this.#value(operand))
        return this.#placed(at, () => call.run(values, this.#frame), `${call.name}(): `)
      }
      case 'binary':
        return this.#binary(expression)
    }
  }

  /** Names are those of loops and `set`, then those of the body, then functions without operands. */
  #named({ name, path }: Extract<Expression, { readonly kind: 'name' }>): Value | undefined {
    const [first, ...rest] = path as [string, ...string[]]
    const { data, message, budget } = this.#frame
    const found = lookUp(this.#locals.get(first), rest) ?? lookUp(data, path)
    if (found !== undefined) return found
    if (name === 'body') return budget.text(message.body)
    return name === 'context' ? (message.json as Value) : undefined
  }

  #member({ object, key, at }: Extract<Expression, { readonly kind: 'member' }>): Value {
    const container = this.#value(object)
    const value = isMap(container) ? ownValue(container, key) : undefined
    if (value === undefined) throw this.#error(at, `there is no element "${key}"`)
    return value
  }

  #binary({ operator, left, right, at }: Extract<Expression, { readonly kind: 'binary' }>): Value {
    if (operator === 'and') return isTruthy(this.#value(left)) && isTruthy(this.#value(right))
    if (operator === 'or') return isTruthy(this.#value(left)) || isTruthy(this.#value(right))
    const a = this.#value(left)
    const b = this.#value(right)
    return this.#placed(at, () => operate(operator, a, b, this.#frame.budget), `${operator}: `)
  }

  /** Runs something that does not know where in the template it is. */
  #placed<T>(at: number, run: () => T, prefix = ''): T {
    try {
      return run()
    } catch (error) {
      if (error instanceof OperandError) throw this.#error(at, `${prefix}${error.message}`)
      if (TemplateError.is(error) && error.position === undefined) throw this.#error(at, error.message)
      throw error
    }
  }

  #error(at: number, message: string): TemplateError {
    return errorAt(this.#options.source, at, message)
  }
}
