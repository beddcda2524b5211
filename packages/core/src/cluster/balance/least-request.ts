import type { Random } from '../../runtime/random.ts'
import type { Host } from '../host.ts'
import { type LoadBalancer, type Member, sameWeights } from './balancer.ts'
import { SmoothTurns, type WeightNow } from './smooth-turns.ts'

/** What a {@link LeastRequest} balancer may differ in. */
export interface LeastRequestOptions {
  readonly random: Random
  /** Hosts that are compared. */
  readonly choiceCount: number
  /** Weights of hosts in slow start. */
  readonly weightNow?: WeightNow | undefined
}

/**
 * Of some random hosts the one with the fewest requests in flight: with two choices nearly as good as the best of all,
 * and no two gateways follow each other (Mitzenmacher's power of two choices). With weights, hosts take turns by weight
 * divided by their requests in flight plus one, as in Envoy.
 */
export class LeastRequest implements LoadBalancer {
  readonly #members: readonly Member[]
  readonly #random: Random
  readonly #choices: number
  readonly #turns: SmoothTurns | undefined

  constructor(members: readonly Member[], { random, choiceCount, weightNow }: LeastRequestOptions) {
    this.#members = members
    this.#random = random
    this.#choices = Math.max(1, choiceCount)
    const weightOf = weightNow ?? (({ weight }: Member) => weight)
    const byLoad: WeightNow = (member) => weightOf(member) / (member.host.active + 1)
    this.#turns =
      weightNow !== undefined || !sameWeights(members) ? new SmoothTurns(members, byLoad, random) : undefined
  }

  pick(tried: readonly Host[]): Host | undefined {
    if (this.#turns !== undefined) return this.#turns.next(tried)
    const { length } = this.#members
    if (length <= 1) return this.#members[0]?.host
    if (this.#choices < length && tried.length === 0) return this.#drawn()
    return this.#idlest(tried) ?? this.#idlest([])
  }

  #drawn(): Host {
    let best = this.#draw()
    for (let choice = 1; choice < this.#choices; choice++) {
      const other = this.#draw()
      if (other.active < best.active) best = other
    }
    return best
  }

  #draw(): Host {
    return (this.#members[Math.floor(this.#random() * this.#members.length)] as Member).host
  }

  /** Looks at all, from a random one on, so that equals share. */
  #idlest(tried: readonly Host[]): Host | undefined {
    const { length } = this.#members
    const start = Math.floor(this.#random() * length)
    let best: Host | undefined
    for (let step = 0; step < length; step++) {
      const { host } = this.#members[(start + step) % length] as Member
      if (!tried.includes(host) && (best === undefined || host.active < best.active)) best = host
    }
    return best
  }
}
