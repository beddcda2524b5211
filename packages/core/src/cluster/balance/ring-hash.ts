import type { Random } from '../../runtime/random.ts'
import type { Hash64 } from '../hash/word64.ts'
import { xxHash64 } from '../hash/xxhash64.ts'
import type { Host } from '../host.ts'
import type { LoadBalancer, Member } from './balancer.ts'
import { type HashKeyOf, randomHash } from './hash-key.ts'

/** What a {@link RingHash} balancer needs besides its members. */
export interface RingHashOptions {
  readonly random: Random
  readonly minimumRingSize: number
  readonly maximumRingSize: number
  readonly keyOf: HashKeyOf
}

/**
 * Consistent hashing on a ring (ketama): each host stands on as many points of a circle as its weight asks for, and a
 * request goes to the first point at or after its hash. When a host comes or goes, only the requests of its own points
 * move. Points are where Envoy has them: xxHash64 of `address_0`, `address_1`, and so on.
 */
export class RingHash implements LoadBalancer {
  readonly #members: readonly Member[]
  readonly #random: Random
  // The points in order, in columns: rings have up to millions of them.
  readonly #highs: Uint32Array
  readonly #lows: Uint32Array
  readonly #owners: Uint32Array

  constructor(members: readonly Member[], options: RingHashOptions) {
    this.#members = members
    this.#random = options.random
    const highs: number[] = []
    const lows: number[] = []
    const owners: number[] = []
    for (const [index, count] of pointCounts(members, options).entries()) {
      const prefix = `${options.keyOf(members[index] as Member)}_`
      for (let point = 0; point < count; point++) {
        const { high, low } = xxHash64(prefix + point)
        highs.push(high)
        lows.push(low)
        owners.push(index)
      }
    }
    const byPosition = (a: number, b: number): number =>
      (highs[a] as number) - (highs[b] as number) || (lows[a] as number) - (lows[b] as number)
    const order = Uint32Array.from(highs, (_, index) => index).sort(byPosition)
    this.#highs = Uint32Array.from(order, (index) => highs[index] as number)
    this.#lows = Uint32Array.from(order, (index) => lows[index] as number)
    this.#owners = Uint32Array.from(order, (index) => owners[index] as number)
  }

  /** Points on the ring. */
  get size(): number {
    return this.#owners.length
  }

  pick(tried: readonly Host[], hash: Hash64 = randomHash(this.#random)): Host | undefined {
    const { size } = this
    if (size === 0) return undefined
    const start = this.#find(hash)
    const first = this.#at(start)
    if (tried.length === 0 || !tried.includes(first)) return first
    // A retry goes where the request would go if the hosts that were tried did not exist.
    for (let step = 1; step < size; step++) {
      const host = this.#at((start + step) % size)
      if (!tried.includes(host)) return host
    }
    return first
  }

  #at(point: number): Host {
    return (this.#members[this.#owners[point] as number] as Member).host
  }

  /** The first point at or after the hash; behind the last one comes the first. */
  #find({ high, low }: Hash64): number {
    let from = 0
    let to = this.size
    while (from < to) {
      const middle = (from + to) >>> 1
      const position = this.#highs[middle] as number
      const before = position === high ? (this.#lows[middle] as number) < low : position < high
      if (before) from = middle + 1
      else to = middle
    }
    return from === this.size ? 0 : from
  }
}

/**
 * How many points each member gets. The ring grows beyond its minimum until the lightest member has a whole number of
 * points; running sums keep what is rounded from adding up. The steps are Envoy's, down to the rounding of fractions.
 */
function pointCounts(members: readonly Member[], { minimumRingSize, maximumRingSize }: RingHashOptions): number[] {
  const total = members.reduce((sum, { weight }) => sum + weight, 0)
  const shares = members.map(({ weight }) => weight / total)
  const least = shares.reduce((min, share) => Math.min(min, share), 1)
  const scale = Math.min(Math.ceil(least * minimumRingSize) / least, maximumRingSize)
  let made = 0
  let wanted = 0
  return shares.map((share) => {
    wanted += scale * share
    const count = Math.max(0, Math.ceil(wanted - made))
    made += count
    return count
  })
}
