import { describe, expect, test } from 'vitest'
import { editDistance, nearest } from './nearest.ts'

describe('edit distance', () => {
  test.each([
    ['', '', 0],
    ['', 'abc', 3],
    ['abc', 'abc', 0],
    ['abc', 'abd', 1],
    ['abc', 'ab', 1],
    ['abc', 'acb', 1],
    ['virtualHoost', 'virtualHost', 1],
    ['kitten', 'sitting', 3],
    ['ab', 'ba', 1],
  ])('%j to %j is %d', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance)
    expect(editDistance(b, a)).toBe(distance)
  })

  test('gives up beyond the limit', () => {
    expect(editDistance('abcdef', 'uvwxyz', 2)).toBe(3)
    expect(editDistance('a', 'abcdef', 2)).toBe(3)
  })
})

describe('the nearest name', () => {
  const names = ['prefix', 'exact', 'regex', 'headers', 'queryParameters', 'methods']

  test.each([
    ['prefx', 'prefix'],
    ['perfix', 'prefix'],
    ['query_paramters', 'queryParameters'],
    ['QueryParameter', 'queryParameters'],
    ['header', 'headers'],
  ])('%j means %j', (written, meant) => {
    expect(nearest(written, names)).toBe(meant)
  })

  test.each(['timeout', 'x', '', 'somethingElseAltogether', 'p'.repeat(10_000)])('%.20j means none', (written) => {
    expect(nearest(written, names)).toBeUndefined()
  })
})
