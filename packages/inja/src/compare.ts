import { TemplateError } from '@headgate/core'
import type { Budget } from './budget.ts'
import { isInteger, isMap, isNumber, sortedKeys, toNumber, type Value } from './values.ts'

/** Deeper than any document; a template can still nest values in each other, turn by turn. */
export const maxDepth = 2000

/** The order of types, in which values of different types stand. */
function rank(value: Value): number {
  if (value === null) return 0
  if (typeof value === 'boolean') return 1
  if (isNumber(value)) return 2
  if (typeof value === 'string') return 5
  return Array.isArray(value) ? 4 : 3
}

/** Compares two values as Inja does: numbers by value, texts by their characters, containers element by element. */
export function compare(left: Value, right: Value, budget: Budget, depth = 0): number {
  budget.spend(1)
  if (depth > maxDepth) throw new TemplateError('the values are nested too deep to be compared')
  const difference = rank(left) - rank(right)
  if (difference !== 0) return difference
  if (isNumber(left) && isNumber(right)) {
    if (isInteger(left) && isInteger(right)) return left < right ? -1 : left > right ? 1 : 0
    return Math.sign(toNumber(left) - toNumber(right))
  }
  if (Array.isArray(left) && Array.isArray(right)) return compareLists(left, right, budget, depth)
  if (isMap(left) && isMap(right)) {
    const entries = (map: typeof left): Value[] => sortedKeys(map).flatMap((key) => [key, map[key] as Value])
    return compareLists(entries(left), entries(right), budget, depth)
  }
  if (typeof left === 'string' && typeof right === 'string') {
    budget.length(Math.min(left.length, right.length))
    return left < right ? -1 : left > right ? 1 : 0
  }
  return Number(left) - Number(right)
}

function compareLists(left: readonly Value[], right: readonly Value[], budget: Budget, depth: number): number {
  for (let index = 0; index < left.length && index < right.length; index++) {
    const difference = compare(left[index] as Value, right[index] as Value, budget, depth + 1)
    if (difference !== 0) return difference
  }
  return left.length - right.length
}

export function isEqual(left: Value, right: Value, budget: Budget): boolean {
  return compare(left, right, budget) === 0
}
