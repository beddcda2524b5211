import type { Random } from '../../runtime/random.ts'
import type { Host } from '../host.ts'
import type { Member } from './balancer.ts'

/** The share of a member at this moment. */
export type WeightNow = (member: Member) => number

/**
 * Smooth weighted round robin, as nginx has it: every member's credit grows by its weight, the richest is chosen and
 * pays the sum. A heavy member's turns are spread evenly, and weights may change from turn to turn. Credits are random
 * at first, so that many gateways do not all begin with the heaviest.
 */
export class SmoothTurns {
  readonly #members: readonly Member[]
  readonly #weightNow: WeightNow
  readonly #credits: number[]

  constructor(members: readonly Member[], weightNow: WeightNow, random: Random) {
    this.#members = members
    this.#weightNow = weightNow
    this.#credits = members.map(({ weight }) => (members.length > 1 ? weight * random() : 0))
  }

  next(tried: readonly Host[]): Host | undefined {
    return this.#turn(tried) ?? (tried.length > 0 ? this.#turn([]) : undefined)
  }

  #turn(without: readonly Host[]): Host | undefined {
    const credits = this.#credits
    let total = 0
    let best = -1
    for (let index = 0; index < credits.length; index++) {
      const member = this.#members[index] as Member
      if (without.length > 0 && without.includes(member.host)) continue
      const weight = this.#weightNow(member)
      total += weight
      credits[index] = (credits[index] as number) + weight
      if (best === -1 || (credits[index] as number) > (credits[best] as number)) best = index
    }
    if (best === -1) return undefined
    credits[best] = (credits[best] as number) - total
    return (this.#members[best] as Member).host
  }
}
