import { define } from './function.ts'
import { text } from './operands.ts'

/** Inja's functions about texts. */
export const textFunctions = [
  define('capitalize', 1, (operands, { budget }) => {
    const value = budget.text(text(operands, 0))
    return value.slice(0, 1).toUpperCase() + value.slice(1).toLowerCase()
  }),
  define('lower', 1, (operands, { budget }) => budget.text(text(operands, 0)).toLowerCase()),
  define('upper', 1, (operands, { budget }) => budget.text(text(operands, 0)).toUpperCase()),
  define('replace', 3, (operands, { budget }) => {
    const value = budget.text(text(operands, 0))
    return replaceAll(value, text(operands, 1), text(operands, 2), (length) => budget.length(length))
  }),
]

/** Replaces every occurrence. How long the result will be is told before it is made. */
export function replaceAll(value: string, pattern: string, replacement: string, pay: (length: number) => void): string {
  if (pattern === '') return value
  const parts = value.split(pattern)
  pay(value.length + (parts.length - 1) * (replacement.length - pattern.length))
  return parts.join(replacement)
}
