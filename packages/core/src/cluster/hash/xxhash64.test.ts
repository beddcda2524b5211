import { describe, expect, test } from 'vitest'
import { type Hash64, remainder, toHex, Word64 } from './word64.ts'
import { xxHash64 } from './xxhash64.ts'

const prime: Hash64 = { high: 0, low: 2_654_435_761 }

/** The bytes that the sanity check of xxHash's reference implementation hashes. */
function sanityBytes(length: number): string {
  let generator = 2_654_435_761n
  let text = ''
  for (let index = 0; index < length; index++) {
    text += String.fromCharCode(Number((generator >> 56n) & 0xffn))
    generator = BigInt.asUintN(64, generator * 11_400_714_785_074_694_797n)
  }
  return text
}

describe('xxHash64', () => {
  test.each([
    [0, 'ef46db3751d8e999', 'ac75fda2929b17ef'],
    [1, 'e934a84adb052768', '5014607643a9b4c3'],
    [4, '9136a0dca57457ee', 'caab286bd8e9fdb5'],
    [14, '8282dcc4994e35c8', 'c3bd6bf63deb6df0'],
    [222, 'b641ae8cb691c174', '20cb8ab7ae10c14a'],
  ])('has the published values for %i bytes, without and with a seed', (length, unseeded, seeded) => {
    const text = sanityBytes(length)
    expect([toHex(xxHash64(text)), toHex(xxHash64(text, prime))]).toEqual([unseeded, seeded])
  })

  test.each([
    ['', 'ef46db3751d8e999'],
    ['a', 'd24ec4f1a98c6e5b'],
    ['abc', '44bc2cf5ad770999'],
    ['Nobody inspects the spammish repetition', 'fbcea83c8a378bf1'],
  ])('has the published value for %j', (text, hash) => {
    expect(toHex(xxHash64(text))).toBe(hash)
  })
})

describe('Word64', () => {
  const words = [0n, 1n, 0xffff_ffffn, 0x1_0000_0000n, 0x0123_4567_89ab_cdefn, 0xffff_ffff_ffff_ffffn]
  const pairs = words.flatMap((left) => words.map((right) => [left, right] as const))

  test.each(pairs)('calculates with %i and %i as BigInt does', (left, right) => {
    const wrap = (value: bigint) => BigInt.asUintN(64, value)
    const rotated = wrap(left << 11n) | (left >> 53n)
    expect([
      big(word(left).add(word(right))),
      big(word(left).multiply(word(right))),
      big(word(left).xor(word(right))),
      big(word(left).rotateLeft(11)),
      big(word(left).xorShiftRight(29)),
      big(word(left).xorShiftRight(33)),
      BigInt(remainder(word(left), 65_537)),
    ]).toEqual([
      wrap(left + right),
      wrap(left * right),
      left ^ right,
      rotated,
      left ^ (left >> 29n),
      left ^ (left >> 33n),
      left % 65_537n,
    ])
  })
})

function word(value: bigint): Word64 {
  return new Word64(Number(value >> 32n), Number(value & 0xffff_ffffn))
}

function big({ high, low }: Hash64): bigint {
  return (BigInt(high) << 32n) | BigInt(low)
}
