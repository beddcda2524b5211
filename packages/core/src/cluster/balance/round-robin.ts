import type { Random } from '../../runtime/random.ts'
import type { Host } from '../host.ts'
import { type LoadBalancer, type Member, sameWeights, untriedFrom } from './balancer.ts'
import { SmoothTurns, type WeightNow } from './smooth-turns.ts'

/** Hosts in turn, heavier ones more often. Starts at a random host, so that many gateways do not all begin with one. */
export class RoundRobin implements LoadBalancer {
  readonly #members: readonly Member[]
  readonly #turns: SmoothTurns | undefined
  #next: number

  /** @param weightNow of hosts in slow start */
  constructor(members: readonly Member[], random: Random, weightNow?: WeightNow) {
    this.#members = members
    const weighted = weightNow !== undefined || !sameWeights(members)
    this.#turns = weighted ? new SmoothTurns(members, weightNow ?? configured, random) : undefined
    this.#next = members.length > 1 ? Math.floor(random() * members.length) : 0
  }

  pick(tried: readonly Host[]): Host | undefined {
    if (this.#turns !== undefined) return this.#turns.next(tried)
    const at = this.#next
    this.#next = at + 1 >= this.#members.length ? 0 : at + 1
    return untriedFrom(this.#members, at, tried)
  }
}

function configured({ weight }: Member): number {
  return weight
}
