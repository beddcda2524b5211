import { define } from './function.ts'
import { number, OperandError, text, whole } from './operands.ts'
import { Float, integer, type Value } from './values.ts'

/** Inja's functions about numbers. */
export const numberFunctions = [
  define('divisibleBy', 2, (operands) => {
    const divisor = BigInt(whole(operands, 1))
    return divisor !== 0n && BigInt(whole(operands, 0)) % divisor === 0n
  }),
  define('even', 1, (operands) => BigInt(whole(operands, 0)) % 2n === 0n),
  define('odd', 1, (operands) => BigInt(whole(operands, 0)) % 2n !== 0n),
  define('float', 1, (operands): Value => {
    if (typeof operands[0] !== 'string') return new Float(number(operands, 0))
    const value = Number.parseFloat(text(operands, 0))
    if (Number.isNaN(value)) throw new OperandError('operand 1 begins with no number')
    return new Float(value)
  }),
  define('int', 1, (operands): Value => {
    if (typeof operands[0] !== 'string') return whole(operands, 0)
    const digits = /^\s*([+-]?)(\d{1,30})/.exec(text(operands, 0))
    if (digits === null) throw new OperandError('operand 1 begins with no integer')
    return integer(BigInt(digits[2] as string) * (digits[1] === '-' ? -1n : 1n))
  }),
  define('round', 2, (operands): Value => {
    const precision = Number(whole(operands, 1))
    const rounded = roundAwayFromZero(number(operands, 0), precision)
    return precision === 0 ? rounded : new Float(rounded)
  }),
]

function roundAwayFromZero(value: number, precision: number): number {
  const factor = 10 ** precision
  const rounded = (Math.sign(value) * Math.round(Math.abs(value) * factor)) / factor
  if (!Number.isFinite(rounded)) throw new OperandError('the result is no number')
  return rounded === 0 ? 0 : rounded
}
