import type { Random } from '../../runtime/random.ts'
import type { Host } from '../host.ts'
import { type LoadBalancer, type Member, untriedFrom } from './balancer.ts'

/** A random host, heavier ones more often. */
export class RandomChoice implements LoadBalancer {
  readonly #members: readonly Member[]
  readonly #random: Random
  /** Sums of the weights up to and with each member. */
  readonly #sums: Float64Array

  constructor(members: readonly Member[], random: Random) {
    this.#members = members
    this.#random = random
    let sum = 0
    this.#sums = Float64Array.from(members, ({ weight }) => (sum += weight))
  }

  pick(tried: readonly Host[]): Host | undefined {
    const { length } = this.#members
    if (length <= 1) return this.#members[0]?.host
    const point = this.#random() * (this.#sums[length - 1] as number)
    let from = 0
    let to = length - 1
    while (from < to) {
      const middle = (from + to) >>> 1
      if (point < (this.#sums[middle] as number)) to = middle
      else from = middle + 1
    }
    return untriedFrom(this.#members, from, tried)
  }
}
