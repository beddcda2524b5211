import { Float, isInteger, isMap, isNumber, toNumber, typeName, type Value } from './values.ts'

/** Why an operand is not what it has to be; whoever calls the function knows where. */
export class OperandError extends Error {
  override readonly name = 'OperandError'
}

export function text(operands: readonly Value[], index: number): string {
  const value = operands[index] as Value
  if (typeof value !== 'string') throw wrong(index, 'a text', value)
  return value
}

export function list(operands: readonly Value[], index: number): readonly Value[] {
  const value = operands[index] as Value
  if (!Array.isArray(value)) throw wrong(index, 'an array', value)
  return value
}

export function whole(operands: readonly Value[], index: number): number | bigint {
  const value = operands[index] as Value
  if (isInteger(value)) return value
  if (value instanceof Float) return Math.trunc(value.value)
  if (typeof value === 'number') return Math.trunc(value)
  throw wrong(index, 'an integer', value)
}

export function number(operands: readonly Value[], index: number): number {
  const value = operands[index] as Value
  if (!isNumber(value)) throw wrong(index, 'a number', value)
  return toNumber(value)
}

/** The elements of an array, or the values of an object. */
export function elements(value: Value): readonly Value[] {
  if (Array.isArray(value)) return value
  return isMap(value)
    ? Object.keys(value)
        .sort()
        .map((key) => value[key] as Value)
    : []
}

function wrong(index: number, expected: string, value: Value): OperandError {
  return new OperandError(`operand ${index + 1} must be ${expected}, not ${typeName(value)}`)
}
