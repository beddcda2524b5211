/**
 * Whether two configurations say the same. Functions, and objects of other classes than `Object` and `Array`, are the
 * same only if they are one and the same.
 */
export function sameConfig(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true
  if (!isData(left) || !isData(right) || Array.isArray(left) !== Array.isArray(right)) return false
  const keys = Object.keys(left)
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && sameConfig(left[key], right[key]))
  )
}

function isData(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false
  if (Array.isArray(value)) return true
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}
