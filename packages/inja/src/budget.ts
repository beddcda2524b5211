import type { Clock } from '@headgate/core'
import { TemplateError } from '@headgate/core'

/** Steps that one template may take. A step is an operand, a turn of a loop, or some characters of a text. */
const maxSteps = 500_000
/** Milliseconds; looked at now and then, so that a template of few steps never is. */
const maxTime = 50
const stepsBetweenLooks = 4096
/** Characters of any text that a template makes. */
const maxText = 8 * 1024 * 1024
const charactersPerStep = 64

/** Ends templates that go on for too long, whatever they do and whatever is in the message. */
export class Budget {
  readonly #clock: Pick<Clock, 'now'>
  #steps = 0
  #nextLook = stepsBetweenLooks
  #deadline: number | undefined

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock
  }

  /** @throws TemplateError when there are too many */
  spend(steps: number): void {
    this.#steps += steps
    if (this.#steps > maxSteps) throw new TemplateError(`the template took more than ${maxSteps} steps`)
    if (this.#steps < this.#nextLook) return
    this.#nextLook = this.#steps + stepsBetweenLooks
    const now = this.#clock.now()
    this.#deadline ??= now + maxTime
    if (now > this.#deadline) throw new TemplateError(`the template took longer than ${maxTime} ms`)
  }

  /** Pays for a text. */
  text(text: string): string {
    this.length(text.length)
    return text
  }

  /** Pays for a text of that length, before it is made. */
  length(characters: number): void {
    this.limit(characters)
    this.spend(1 + characters / charactersPerStep)
  }

  /** @throws TemplateError for a text that is longer than any may be */
  limit(characters: number): void {
    if (characters > maxText) throw new TemplateError(`the template made a text of more than ${maxText} characters`)
  }
}
