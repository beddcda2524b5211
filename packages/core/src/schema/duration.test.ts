import { describe, expect, test } from 'vitest'
import { durationMs, durationPattern, parseDuration } from './duration.ts'

describe('durations', () => {
  test.each([
    ['0s', 0],
    ['0', 0],
    ['15s', 15_000],
    ['1.5s', 1500],
    ['0.000000001s', 1e-6],
    ['250ms', 250],
    ['.5s', 500],
    ['3us', 0.003],
    ['3µs', 0.003],
    ['2m', 120_000],
    ['1h30m', 5_400_000],
  ])('%s is %d milliseconds', (text, milliseconds) => {
    expect(parseDuration(text)).toBeCloseTo(milliseconds, 9)
  })

  test.each(['', '15', '1.5', 's', '-1s', '+1s', '1 s', '1d', '1S', 's1', '1s ', '1,5s', '1e3s', 'Infinitys', '1..5s'])(
    '%j is none',
    (text) => {
      expect(parseDuration(text)).toBeUndefined()
    },
  )

  test('more than 10,000 years is none', () => {
    expect(parseDuration('315576000000s')).toBe(315_576_000_000_000)
    expect(parseDuration('315576000001s')).toBeUndefined()
    expect(parseDuration(`${'9'.repeat(400)}s`)).toBeUndefined()
  })

  test('a long text takes no long time', () => {
    expect(parseDuration(`${'1'.repeat(100_000)}x`)).toBeUndefined()
  })

  test('the pattern for editors agrees with the parser', () => {
    const pattern = new RegExp(durationPattern)
    for (const text of ['15s', '1.5s', '250ms', '1h30m', '0']) expect(text).toMatch(pattern)
    for (const text of ['15', '-1s', '1 s', '1d', '']) expect(text).not.toMatch(pattern)
  })

  test('what is not set has the default', () => {
    expect(durationMs(undefined, 15_000)).toBe(15_000)
    expect(durationMs('0s', 15_000)).toBe(0)
    expect(durationMs('2s', undefined)).toBe(2000)
  })
})
