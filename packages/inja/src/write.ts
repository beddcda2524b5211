import { TemplateError } from '@headgate/core'
import type { Budget } from './budget.ts'
import { maxDepth } from './compare.ts'
import { Float, isMap, sortedKeys, type Value } from './values.ts'

/** A value as JSON, without spaces and with sorted keys, as Gloo writes it. */
export function dump(value: Value, budget: Budget, depth = 0): string {
  budget.spend(1)
  if (depth > maxDepth) throw new TemplateError('the value is nested too deep to be written')
  if (typeof value === 'string') return budget.text(JSON.stringify(value))
  if (value instanceof Float) return floatText(value.value)
  if (Array.isArray(value)) return budget.text(`[${value.map((each) => dump(each, budget, depth + 1)).join(',')}]`)
  if (!isMap(value)) return String(value)
  const fields = sortedKeys(value).map(
    (key) => `${JSON.stringify(key)}:${dump(value[key] as Value, budget, depth + 1)}`,
  )
  return budget.text(`{${fields.join(',')}}`)
}

function floatText(value: number): string {
  if (!Number.isFinite(value)) return 'null'
  return Number.isInteger(value) && Math.abs(value) < 1e21 ? `${value}.0` : String(value)
}

/** A value as it is inserted in a text: texts as they are, null as nothing, the rest as JSON. */
export function print(value: Value, escapes: boolean, budget: Budget): string {
  if (value === null) return ''
  if (typeof value !== 'string') return dump(value, budget)
  return escapes ? budget.text(escaped(value)) : budget.text(value)
}

/** A text with JSON's escapes, without the quotes around it. */
export function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1)
}
