import { type Hash64, Word64 } from './word64.ts'

const prime1 = new Word64(0x9e3779b1, 0x85ebca87)
const prime2 = new Word64(0xc2b2ae3d, 0x27d4eb4f)
const prime3 = new Word64(0x165667b1, 0x9e3779f9)
const prime4 = new Word64(0x85ebca77, 0xc2b2ae63)
const prime5 = new Word64(0x27d4eb2f, 0x165667c5)
const minusPrime1 = new Word64(0x61c8864e, 0x7a143579)
const zero: Hash64 = { high: 0, low: 0 }

// Hashing never waits, so its registers can be shared.
const lanes = [new Word64(), new Word64(), new Word64(), new Word64()] as const
const lane = new Word64()
const result = new Word64()

/**
 * xxHash64 of a text, each character one byte, as header values are kept. Envoy makes its rings and hash keys with it,
 * so that both choose the same host.
 *
 * @see {@link https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md}
 */
export function xxHash64(text: string, seed: Hash64 = zero): Hash64 {
  const { length } = text
  let at = 0
  if (length >= 32) {
    start(seed)
    for (; at + 32 <= length; at += 32)
      for (let index = 0; index < 4; index++) round(lanes[index] as Word64, text, at + index * 8)
    converge()
  } else result.set(seed).add(prime5)
  result.add(lane.set({ high: Math.floor(length / 0x1_0000_0000), low: length >>> 0 }))
  for (; at + 8 <= length; at += 8) {
    lane.set(zero)
    round(lane, text, at)
    result.xor(lane).rotateLeft(27).multiply(prime1).add(prime4)
  }
  if (at + 4 <= length) {
    lane.high = 0
    lane.low = wordAt(text, at)
    result.xor(lane.multiply(prime1)).rotateLeft(23).multiply(prime2).add(prime3)
    at += 4
  }
  for (; at < length; at++) {
    lane.high = 0
    lane.low = text.charCodeAt(at) & 0xff
    result.xor(lane.multiply(prime5)).rotateLeft(11).multiply(prime1)
  }
  result.xorShiftRight(33).multiply(prime2).xorShiftRight(29).multiply(prime3).xorShiftRight(32)
  return { high: result.high, low: result.low }
}

function start(seed: Hash64): void {
  lanes[0].set(seed).add(prime1).add(prime2)
  lanes[1].set(seed).add(prime2)
  lanes[2].set(seed)
  lanes[3].set(seed).add(minusPrime1)
}

const input = new Word64()

function round(accumulator: Word64, text: string, at: number): void {
  input.low = wordAt(text, at)
  input.high = wordAt(text, at + 4)
  accumulator.add(input.multiply(prime2)).rotateLeft(31).multiply(prime1)
}

const rotations = [1, 7, 12, 18] as const

function converge(): void {
  result.set(zero)
  for (let index = 0; index < 4; index++)
    result.add(lane.set(lanes[index] as Word64).rotateLeft(rotations[index] as number))
  for (const each of lanes) {
    lane.set(each).multiply(prime2).rotateLeft(31).multiply(prime1)
    result.xor(lane).multiply(prime1).add(prime4)
  }
}

/** Four bytes, the least significant first. */
function wordAt(text: string, at: number): number {
  return (
    ((text.charCodeAt(at) & 0xff) |
      ((text.charCodeAt(at + 1) & 0xff) << 8) |
      ((text.charCodeAt(at + 2) & 0xff) << 16) |
      (text.charCodeAt(at + 3) << 24)) >>>
    0
  )
}
