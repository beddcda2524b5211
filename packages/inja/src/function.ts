import type { TemplateMessage } from '@headgate/core'
import type { Budget } from './budget.ts'
import type { Value } from './values.ts'

/** What functions may look at besides their operands. */
export interface Frame {
  readonly message: TemplateMessage
  readonly budget: Budget
  /** The body as names see it: an object, empty where the body is none. */
  readonly data: Value
  /** Random texts by the text that they stand for, the same throughout a message. */
  random(pattern: string): string
}

/** A function of templates, with one number of operands. */
export interface InjaFunction {
  readonly name: string
  readonly reads?: 'body' | 'json'
  /** @throws Error about the operands */
  run(operands: readonly Value[], frame: Frame): Value
}

/** The functions of one name. */
export type Overloads = Readonly<Record<number, InjaFunction>>

/** Makes a function of a fixed number of operands. */
export function define(
  name: string,
  arity: number,
  run: InjaFunction['run'],
  reads?: 'body' | 'json',
): readonly [string, number, InjaFunction] {
  return [name, arity, { name, run, ...(reads !== undefined && { reads }) }]
}
