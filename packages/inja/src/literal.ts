import { Float, type Value } from './values.ts'

/** A value as it is written in a template: JSON; undefined for what is none. A number with a point is a floating-point number. */
export function readLiteral(text: string): Value | undefined {
  let value: Value
  try {
    value = JSON.parse(text) as Value
  } catch {
    return undefined
  }
  if (typeof value !== 'number') return value
  if (/[.eE]/.test(text)) return new Float(value)
  return Number.isSafeInteger(value) ? value : BigInt(text)
}
