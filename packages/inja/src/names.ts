import { OperandError } from './operands.ts'
import { isMap, ownValue, type Value, withKey } from './values.ts'

/** The way to a value: `a.b` and, with JSON pointers, `a/b`, in which `~1` is a slash and `~0` a tilde. */
export function pathOf(name: string, pointers: boolean): readonly string[] {
  const steps = pointers ? name.replace(/^\//, '').split('/') : name.replace(/\.$/, '').split(/[./]/)
  return steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** The value at the end of a way; undefined where there is none. */
export function lookUp(root: Value | undefined, path: readonly string[]): Value | undefined {
  let value = root
  for (const step of path) {
    if (Array.isArray(value)) value = /^(?:0|[1-9]\d*)$/.test(step) ? value[Number(step)] : undefined
    else if (isMap(value)) value = ownValue(value, step)
    else return undefined
  }
  return value
}

/** The root with another value at the end of a way; what was there before stays as it is for whoever has it. */
export function replaceAt(root: Value | undefined, path: readonly string[], value: Value): Value {
  const [key, ...rest] = path
  if (key === undefined) return value
  if (root !== undefined && root !== null && !isMap(root))
    throw new OperandError('only objects have keys that can be set')
  const map = root ?? {}
  return withKey(map, key, replaceAt(ownValue(map, key), rest, value))
}
