import { type Answer, scriptOf } from './answer.ts'
import type { Script } from './exchange.ts'

/**
 * One answer after the other, one per call; the last one for all calls that follow. Each `sequence` counts for itself:
 * used for two endpoints it goes on from one to the other.
 *
 * @example
 * new FakeTransport({ '10.0.0.1': sequence(faults.refuse(), 503, 'Ada') })
 */
export function sequence(first: Answer, ...others: readonly Answer[]): Script {
  const answers = [first, ...others]
  let calls = 0
  return {
    play(exchange) {
      const answer = answers[calls++] ?? answers.at(-1) ?? first
      return scriptOf(answer).play(exchange)
    },
  }
}
