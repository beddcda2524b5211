import type { Budget } from './budget.ts'
import { compare, isEqual } from './compare.ts'
import type { BinaryOperator } from './nodes.ts'
import { elements, number, OperandError, whole } from './operands.ts'
import { Float, integer, isInteger, isMap, type Value } from './values.ts'

/** The operators that look at both operands; `and` and `or` may not. */
export type EagerOperator = Exclude<BinaryOperator, 'and' | 'or'>

/** Computes what an operator makes of its operands. */
export function operate(operator: EagerOperator, left: Value, right: Value, budget: Budget): Value {
  switch (operator) {
    case '==':
      return isEqual(left, right, budget)
    case '!=':
      return !isEqual(left, right, budget)
    case '<':
      return compare(left, right, budget) < 0
    case '<=':
      return compare(left, right, budget) <= 0
    case '>':
      return compare(left, right, budget) > 0
    case '>=':
      return compare(left, right, budget) >= 0
    case 'in':
      return contains(right, left, budget)
    default:
      return calculate(operator, left, right, budget)
  }
}

/** Whether an array has an element, or an object a value; anything else holds itself. */
function contains(container: Value, value: Value, budget: Budget): boolean {
  if (container === null) return false
  if (!Array.isArray(container) && !isMap(container)) return isEqual(container, value, budget)
  return elements(container).some((each) => isEqual(each, value, budget))
}

type Arithmetic = '+' | '-' | '*' | '/' | '%' | '^'

function calculate(operator: Arithmetic, left: Value, right: Value, budget: Budget): Value {
  if (operator === '+' && typeof left === 'string' && typeof right === 'string') {
    budget.length(left.length + right.length)
    return left + right
  }
  const operands = [left, right]
  if (operator === '%') {
    const divisor = BigInt(whole(operands, 1))
    if (divisor === 0n) throw new OperandError('division by zero')
    return integer(BigInt(whole(operands, 0)) % divisor)
  }
  if (operator === '/') {
    if (number(operands, 1) === 0) throw new OperandError('division by zero')
    return new Float(number(operands, 0) / number(operands, 1))
  }
  if (operator === '^') return power(operands)
  if (isInteger(left) && isInteger(right)) return wholeResult(operator, left, right)
  const a = number(operands, 0)
  const b = number(operands, 1)
  return new Float(operator === '+' ? a + b : operator === '-' ? a - b : a * b)
}

function wholeResult(operator: '+' | '-' | '*', left: number | bigint, right: number | bigint): Value {
  if (typeof left === 'number' && typeof right === 'number') {
    const result = operator === '+' ? left + right : operator === '-' ? left - right : left * right
    if (Number.isSafeInteger(result)) return result
  }
  const a = BigInt(left)
  const b = BigInt(right)
  return integer(operator === '+' ? a + b : operator === '-' ? a - b : a * b)
}

function power(operands: readonly Value[]): Value {
  const result = number(operands, 0) ** Number(whole(operands, 1))
  const isWhole = isInteger(operands[0] as Value) && Number.isSafeInteger(result)
  return isWhole ? result : new Float(result)
}
