import { describe, expect, test } from 'vitest'
import { formatGrpcTimeout, parseGrpcTimeout } from './grpc-timeout.ts'

describe('parseGrpcTimeout', () => {
  test.each([
    ['1H', 3_600_000],
    ['2M', 120_000],
    ['3S', 3000],
    ['4m', 4],
    ['5000u', 5],
    ['1u', 1],
    ['1n', 1],
    ['0m', 0],
    ['99999999H', 359_999_996_400_000],
  ])('%s', (value, milliseconds) => {
    expect(parseGrpcTimeout(value)).toBe(milliseconds)
  })

  test.each([undefined, '', '1', 'S', '1s', '123456789S', '-1S', '1.5S', '1S ', '1S,1S'])('%j is none', (value) => {
    expect(parseGrpcTimeout(value)).toBeUndefined()
  })
})

test.each([
  [0, '0m'],
  [1500, '1500m'],
  [0.5, '1m'],
  [99_999_999, '99999999m'],
  [100_000_000, '100000S'],
  [100_000_000_000, '1666666M'],
  [360_000_000_000_000, '99999999H'],
])('formatGrpcTimeout writes %s ms in the smallest unit that fits', (milliseconds, text) => {
  expect(formatGrpcTimeout(milliseconds)).toBe(text)
})
