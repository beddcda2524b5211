import { describe, expect, test } from 'vitest'
import { queryValue } from './query.ts'

describe('queryValue', () => {
  test.each([
    ['a=1&b=2', 'b', '2'],
    ['a=1&a=2', 'a', '1'],
    ['debug', 'debug', ''],
    ['a=1&debug', 'debug', ''],
    ['debug&a=1', 'debug', ''],
    ['a=', 'a', ''],
    ['a=b=c', 'a', 'b=c'],
    ['a=%20+x', 'a', '%20+x'],
    ['xa=1&a=2', 'a', '2'],
    ['aa=1&a=2', 'a', '2'],
    ['b=a=5&a=2', 'a', '2'],
    ['?a=1', '?a', '1'],
    ['__proto__=1', '__proto__', '1'],
  ])('%s has %s', (query, name, value) => {
    expect(queryValue(query, name)).toBe(value)
  })

  test.each([
    ['', 'a'],
    ['ab=1', 'a'],
    ['b=a', 'a'],
    ['A=1', 'a'],
    ['%61=1', 'a'],
    ['=1', ''],
    ['a&', ''],
  ])('%s does not have %j', (query, name) => {
    expect(queryValue(query, name)).toBeUndefined()
  })
})
