import { describe, expect, test } from 'vitest'
import { seededRandom } from './seeded-random.ts'

const take = (seed: number, count: number): number[] => {
  const random = seededRandom(seed)
  return Array.from({ length: count }, () => random())
}

describe('seededRandom', () => {
  test('gives the published numbers of Mulberry32', () => {
    expect(take(0, 3).map((value) => value * 2 ** 32)).toEqual([1144304738, 1416247, 958946056])
  })

  test('gives the same numbers for the same seed and others for another', () => {
    expect(take(7, 20)).toEqual(take(7, 20))
    expect(take(7, 20)).not.toEqual(take(8, 20))
  })

  test('stays in [0, 1) and spreads evenly', () => {
    const tenths = take(42, 10_000).map((value) => Math.floor(value * 10))
    const counts = Array.from({ length: 10 }, (_, tenth) => tenths.filter((value) => value === tenth).length)
    expect(counts.reduce((sum, count) => sum + count)).toBe(10_000)
    // 4 standard deviations of a binomial with n = 10 000, p = 0.1
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(120)
  })
})
