import type { Random } from '../../runtime/random.ts'
import { type Hash64, remainder } from '../hash/word64.ts'
import { xxHash64 } from '../hash/xxhash64.ts'
import type { Host } from '../host.ts'
import type { LoadBalancer, Member } from './balancer.ts'
import { type HashKeyOf, randomHash } from './hash-key.ts'

/** Envoy's size of the table; prime, as it has to be. */
export const maglevTableSize = 65_537

/** What a {@link Maglev} balancer needs besides its members. */
export interface MaglevOptions {
  readonly random: Random
  readonly keyOf: HashKeyOf
  /** A prime number. Default {@link maglevTableSize}. */
  readonly tableSize?: number
}

/**
 * Consistent hashing by a table (Maglev): hosts fill it in turn, each in an order of its own, so that all get equal
 * parts and a request costs one look. When a host comes or goes a few requests more than its own move.
 *
 * @see {@link https://research.google/pubs/maglev-a-fast-and-reliable-software-network-load-balancer/} section 3.4
 */
export class Maglev implements LoadBalancer {
  readonly #members: readonly Member[]
  readonly #random: Random
  readonly #table: Uint32Array

  constructor(members: readonly Member[], { random, keyOf, tableSize = maglevTableSize }: MaglevOptions) {
    // The order of filling must not depend on the order in which hosts are told.
    this.#members = [...members].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
    this.#random = random
    this.#table = fill(this.#members, keyOf, tableSize)
  }

  pick(tried: readonly Host[], hash: Hash64 = randomHash(this.#random)): Host | undefined {
    if (this.#members.length === 0) return undefined
    const size = this.#table.length
    const start = remainder(hash, size)
    const first = this.#at(start)
    if (tried.length === 0 || !tried.includes(first)) return first
    for (let step = 1; step < size; step++) {
      const host = this.#at((start + step) % size)
      if (!tried.includes(host)) return host
    }
    return first
  }

  #at(slot: number): Host {
    return (this.#members[this.#table[slot] as number] as Member).host
  }
}

const empty = 0xffff_ffff
const one: Hash64 = { high: 0, low: 1 }

interface Filler {
  /** Its first slot, and how far it goes on from each. */
  readonly offset: number
  readonly skip: number
  readonly weight: number
  next: number
  /** Rounds of the heaviest member until its next turn, times the heaviest weight. */
  turn: number
}

function fill(members: readonly Member[], keyOf: HashKeyOf, size: number): Uint32Array {
  const table = new Uint32Array(size).fill(empty)
  const heaviest = members.reduce((max, { weight }) => Math.max(max, weight), 0)
  const fillers = members.map((member): Filler => {
    const key = keyOf(member)
    const offset = remainder(xxHash64(key), size)
    const skip = remainder(xxHash64(key, one), size - 1) + 1
    return { offset, skip, weight: member.weight, next: offset, turn: 0 }
  })
  let filled = 0
  for (let round = 1; filled < size && fillers.length > 0; round++) {
    for (let index = 0; index < fillers.length && filled < size; index++) {
      const filler = fillers[index] as Filler
      // The heaviest takes a slot in each round, one of half its weight in every other.
      if (round * filler.weight < filler.turn) continue
      filler.turn += heaviest
      while (table[filler.next] !== empty) filler.next = (filler.next + filler.skip) % size
      table[filler.next] = index
      filled++
    }
  }
  return table
}
