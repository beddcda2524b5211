import type { InjaFunction } from './function.ts'
import type { Value } from './values.ts'

/** An expression. `at` is where it begins in the template. */
export type Expression =
  | { readonly kind: 'literal'; readonly value: Value; readonly at: number }
  | { readonly kind: 'name'; readonly name: string; readonly path: readonly string[]; readonly at: number }
  | {
      readonly kind: 'call'
      readonly call: InjaFunction
      readonly operands: readonly Expression[]
      readonly at: number
    }
  | { readonly kind: 'default'; readonly value: Expression; readonly fallback: Expression; readonly at: number }
  | { readonly kind: 'member'; readonly object: Expression; readonly key: string; readonly at: number }
  | { readonly kind: 'not'; readonly operand: Expression; readonly at: number }
  | {
      readonly kind: 'binary'
      readonly operator: BinaryOperator
      readonly left: Expression
      readonly right: Expression
      readonly at: number
    }

export type BinaryOperator =
  | 'or'
  | 'and'
  | 'in'
  | '=='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '^'

/** A part of a template. */
export type Statement =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'print'; readonly expression: Expression }
  | { readonly kind: 'if'; readonly branches: readonly Branch[]; readonly otherwise: readonly Statement[] }
  | {
      readonly kind: 'for'
      /** Set where the loop goes over an object. */
      readonly key: string | undefined
      readonly value: string
      readonly over: Expression
      readonly body: readonly Statement[]
    }
  | { readonly kind: 'set'; readonly path: readonly string[]; readonly expression: Expression; readonly at: number }

/** One condition of an `if`, and what it is for. */
export interface Branch {
  readonly condition: Expression
  readonly body: readonly Statement[]
}
