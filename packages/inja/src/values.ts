/** A value of a template: JSON, with integers to the last digit, and with floating-point numbers told apart from them. */
export type Value = null | boolean | number | bigint | string | Float | Value[] | ValueMap

/** A JSON object. Its keys come from anywhere. */
export interface ValueMap {
  [key: string]: Value
}

/** The result of a computation with floating-point numbers: `4 / 2` is 2.0, and is written so. */
export class Float {
  readonly value: number

  constructor(value: number) {
    this.value = value
  }
}

export function isMap(value: Value | undefined): value is ValueMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Float)
}

export function isNumber(value: Value): value is number | bigint | Float {
  return typeof value === 'number' || typeof value === 'bigint' || value instanceof Float
}

export function isInteger(value: Value): value is number | bigint {
  return typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value))
}

export function toNumber(value: number | bigint | Float): number {
  return value instanceof Float ? value.value : Number(value)
}

/** Integers are 64 bits wide in Gloo; what is larger becomes a floating-point number there, too. */
export function integer(value: bigint): Value {
  if (value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(value)
  return value >= -(2n ** 63n) && value < 2n ** 64n ? value : new Float(Number(value))
}

/** What counts as true: not false, null, zero, an empty array or an empty object. An empty text does, as in Inja. */
export function isTruthy(value: Value): boolean {
  if (typeof value === 'boolean') return value
  if (isNumber(value)) return toNumber(value) !== 0
  if (value === null) return false
  if (Array.isArray(value)) return value.length > 0
  return !isMap(value) || Object.keys(value).length > 0
}

/** The value of a key that the object itself has. */
export function ownValue(map: ValueMap, key: string): Value | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined
}

/** A copy with one key set, whatever its name. */
export function withKey(map: ValueMap, key: string, value: Value): ValueMap {
  return { ...map, [key]: value }
}

/** What a type is called in messages. */
export function typeName(value: Value): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  if (isNumber(value)) return 'a number'
  if (typeof value === 'string') return 'a text'
  return typeof value === 'boolean' ? 'a boolean' : 'an object'
}

/** Keys as Inja walks through them: sorted. */
export function sortedKeys(map: ValueMap): readonly string[] {
  return Object.keys(map).sort()
}
