import type { Random } from './random.ts'

/**
 * A source of randomness that gives the same numbers for the same seed on every machine: Tommy Ettinger's
 * Mulberry32, 32 bits of state, in the widely used form that works on 32-bit integers only. Good enough to spread
 * weights, percentages and jitter in a test or a simulation; its period is about 4 billion. Not for secrets.
 *
 * @param seed Taken modulo 2^32.
 */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }
}
