import type { Message } from './message.ts'

/** A transformation that is ready, and may be shared by many routes. */
export interface CompiledTransformation {
  /** Its place in the configuration. */
  readonly place: string
  /** What it wants of the body: nothing (it streams past), its bytes, or its text with all codings undone. */
  readonly body: 'none' | 'bytes' | 'text'
  /** Messages are to be written to the debug log before and after. */
  readonly logs: boolean
  /** Changes a message, all of whose body is there unless it streams past. */
  apply(message: Message): void | Promise<void>
}

/** One step of a transformation. */
export type Step = (message: Message) => void | Promise<void>

/** Runs steps in order. Where none has to wait nobody waits. */
export function runSteps(steps: readonly Step[], message: Message, from = 0): void | Promise<void> {
  for (let index = from; index < steps.length; index++) {
    const waiting = (steps[index] as Step)(message)
    if (waiting !== undefined) return waiting.then(() => runSteps(steps, message, index + 1))
  }
  return undefined
}
