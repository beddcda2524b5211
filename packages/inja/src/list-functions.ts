import { compare } from './compare.ts'
import { define, type Frame } from './function.ts'
import { lookUp, pathOf } from './names.ts'
import { elements, list, OperandError, text, whole } from './operands.ts'
import { isMap, ownValue, typeName, type Value } from './values.ts'
import { dump } from './write.ts'

/** Inja's functions about arrays and objects. */
export const listFunctions = [
  define('at', 2, (operands) => {
    const [container = null, key = null] = operands
    return found(isMap(container) ? ownValue(container, text(operands, 1)) : elementOf(container, key), key)
  }),
  define('exists', 1, (operands, { data }) => lookUp(data, pathOf(text(operands, 0), false)) !== undefined, 'json'),
  define('existsIn', 2, (operands) => {
    const [container = null] = operands
    const key = text(operands, 1)
    return isMap(container) && Object.hasOwn(container, key)
  }),
  define('first', 1, ([value = null]) => end(value, 0)),
  define('last', 1, ([value = null]) => end(value, -1)),
  define('join', 2, (operands, { budget }) => {
    const [values = null] = operands
    const texts = elements(values).map((each) => (typeof each === 'string' ? each : dump(each, budget)))
    const separator = text(operands, 1)
    budget.length(texts.reduce((length, each) => length + each.length + separator.length, 0))
    return texts.join(separator)
  }),
  define('length', 1, ([value = null], { budget }) => {
    if (typeof value === 'string') {
      budget.length(value.length)
      return countCharacters(value)
    }
    if (Array.isArray(value)) return value.length
    if (isMap(value)) return Object.keys(value).length
    return value === null ? 0 : 1
  }),
  define('max', 1, (operands, frame) => extreme(operands, frame, 1)),
  define('min', 1, (operands, frame) => extreme(operands, frame, -1)),
  define('range', 1, (operands, { budget }) => {
    const count = Number(whole(operands, 0))
    if (count < 0) throw new OperandError('operand 1 must not be negative')
    budget.spend(count)
    return Array.from({ length: count }, (_, index) => index)
  }),
  define('sort', 1, (operands, { budget }) => {
    const values = list(operands, 0)
    budget.spend(values.length)
    return [...values].sort((a, b) => compare(a, b, budget))
  }),
]

function elementOf(container: Value, key: Value): Value | undefined {
  if (!Array.isArray(container))
    throw new OperandError(`operand 1 must be an array or an object, not ${typeName(container)}`)
  return container[Number(whole([container, key], 1))]
}

function found(value: Value | undefined, key: Value): Value {
  if (value === undefined) throw new OperandError(`there is no element ${typeof key === 'string' ? `"${key}"` : key}`)
  return value
}

function end(value: Value, index: 0 | -1): Value {
  if (!Array.isArray(value) && !isMap(value) && value !== null) return value
  const element = elements(value).at(index)
  if (element === undefined) throw new OperandError('operand 1 is empty')
  return element
}

function extreme(operands: readonly Value[], { budget }: Frame, sign: 1 | -1): Value {
  let best: Value | undefined
  for (const value of list(operands, 0)) {
    if (best === undefined || compare(value, best, budget) * sign > 0) best = value
  }
  if (best === undefined) throw new OperandError('operand 1 is empty')
  return best
}

/** Characters, not the halves that JavaScript counts. */
export function countCharacters(value: string): number {
  return value.length - (value.match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0)
}
