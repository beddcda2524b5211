import type { Overloads } from './function.ts'
import { glooFunctions } from './gloo-functions.ts'
import { listFunctions } from './list-functions.ts'
import { numberFunctions } from './number-functions.ts'
import { textFunctions } from './text-functions.ts'
import { typeFunctions } from './type-functions.ts'

const table = new Map<string, Record<number, Overloads[number]>>()
const all = [...listFunctions, ...numberFunctions, ...textFunctions, ...typeFunctions, ...glooFunctions]
for (const [name, arity, call] of all) {
  const overloads = table.get(name) ?? {}
  overloads[arity] = call
  table.set(name, overloads)
}

/** The functions of a name, by their numbers of operands; undefined where there are none. */
export function functionsOf(name: string): Overloads | undefined {
  return table.get(name)
}
