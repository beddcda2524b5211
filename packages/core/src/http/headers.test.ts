import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HeaderMap } from './headers.ts'

/** Few names, in several cases, so that they meet. */
const name = fc.constantFrom('a', 'A', 'accept', 'Accept', 'ACCEPT', 'x-b', 'X-B', '__proto__', 'constructor')
const value = fc.string({ unit: fc.constantFrom('a', 'b', ',', ' ', '\u00e9'), maxLength: 5 })
const entries = fc.array(fc.tuple(name, value), { maxLength: 12 })

const equal = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase()

/** Checks that a method does what the same does to a list of pairs. */
function law(check: (headers: HeaderMap, list: [string, string][], name: string, value: string) => void): void {
  fc.assert(fc.property(entries, name, value, (list, aName, aValue) => check(new HeaderMap(list), list, aName, aValue)))
}

describe('a HeaderMap is a list of pairs', () => {
  test('that keeps order, case and repetition', () => {
    law((headers, list) => {
      expect([...headers]).toEqual(list)
      expect(headers.raw).toEqual(list.flat())
      expect(headers.size).toBe(list.length)
    })
  })

  test('get is the first value, getAll all, getJoined all with commas, has whether there is one', () => {
    law((headers, list, wanted) => {
      const values = list.filter(([own]) => equal(own, wanted)).map(([, own]) => own)
      expect(headers.get(wanted)).toBe(values[0])
      expect(headers.getAll(wanted)).toEqual(values)
      expect(headers.getJoined(wanted)).toBe(values.length === 0 ? undefined : values.join(','))
      expect(headers.has(wanted)).toBe(values.length > 0)
    })
  })

  test('delete removes all of a name and nothing else', () => {
    law((headers, list, unwanted) => {
      const rest = list.filter(([own]) => !equal(own, unwanted))
      expect(headers.delete(unwanted)).toBe(rest.length < list.length)
      expect([...headers]).toEqual(rest)
    })
  })

  test('set leaves one, where the first was, under its name; else at the end', () => {
    law((headers, list, wanted, given) => {
      const first = list.findIndex(([own]) => equal(own, wanted))
      const expected = list
        .map(([own, old], index): [string, string] => [own, index === first ? given : old])
        .filter(([own], index) => index === first || !equal(own, wanted))
      if (first === -1) expected.push([wanted, given])
      expect(headers.set(wanted, given)).toBe(headers)
      expect([...headers]).toEqual(expected)
    })
  })

  test('append adds at the end', () => {
    law((headers, list, added, given) => {
      expect([...headers.append(added, given)]).toEqual([...list, [added, given]])
    })
  })
})

describe('copies', () => {
  test('clone, fromRaw and toRaw share nothing', () => {
    law((headers, list, changed, given) => {
      const clone = headers.clone()
      const copy = HeaderMap.fromRaw(headers.raw)
      headers.toRaw().push('x', 'y')
      headers.append(changed, given)
      expect([...clone]).toEqual(list)
      expect([...copy]).toEqual(list)
    })
  })

  test('wrap takes the list itself', () => {
    const raw = ['a', '1']
    const headers = HeaderMap.wrap(raw)
    headers.append('b', '2')
    expect(raw).toEqual(['a', '1', 'b', '2'])
  })
})
