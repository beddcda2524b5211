import { define } from './function.ts'
import { isInteger, isMap, isNumber, type Value } from './values.ts'

const asks = (name: string, test: (value: Value) => boolean) => define(name, 1, ([value = null]) => test(value))

/** Inja's functions that ask for the type of a value. */
export const typeFunctions = [
  asks('isArray', (value) => Array.isArray(value)),
  asks('isBoolean', (value) => typeof value === 'boolean'),
  asks('isFloat', (value) => isNumber(value) && !isInteger(value)),
  asks('isInteger', isInteger),
  asks('isNumber', isNumber),
  asks('isObject', isMap),
  asks('isString', (value) => typeof value === 'string'),
]
