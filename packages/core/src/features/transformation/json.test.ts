import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type JsonValue, ownValue, parseJson, setAt, writeJson } from './json.ts'

const parsed = (text: string): JsonValue => {
  const result = parseJson(text)
  if (!result.ok) throw new Error(result.message)
  return result.value
}

describe('parsing', () => {
  test('is JSON.parse for what JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3, stringUnit: 'binary' }), (value) => {
        const text = JSON.stringify(value)
        expect(parsed(text)).toEqual(JSON.parse(text))
      }),
      { numRuns: 50 },
    )
  })

  test.each([
    '',
    '{',
    '{"a":1,}',
    "{'a':1}",
    '<html>',
    '01',
    '"a',
    '[1 2]',
    '{123456789012345678:1}',
    'nul',
    '"\\u12"',
  ])('refuses %j', (text) => {
    expect(parseJson(text)).toMatchObject({ ok: false, tooDeep: false })
  })

  test('does not quote what is there', () => {
    expect(parseJson('{"secret": x}')).toEqual({ ok: false, tooDeep: false, message: 'the body is not JSON' })
  })

  test('skips a byte order mark', () => {
    expect(parsed('\ufeff[1]')).toEqual([1])
  })

  test.each([
    ['an escaped half of a pair', '"\\ud83d"'],
    ['two halves in the wrong order', '"\\ude00\\ud83d"'],
    ['half a pair before another character', '"\\ud83dx"'],
    ['a byte that is not UTF-8', '"\udcff"'],
  ])('refuses %s', (_, text) => {
    expect(parseJson(text)).toMatchObject({ ok: false, message: 'the body is not JSON: it is not valid Unicode' })
  })

  test('takes whole pairs, escaped and not', () => {
    expect(parsed('"\\ud83d\\ude00 😀 \\ud83d\ude00"')).toBe('😀 😀 😀')
  })

  test.each([
    ['arrays', '[', ']'],
    ['objects', '{"a":', '}'],
  ])('takes %s a thousand levels deep and no deeper', (_, open, close) => {
    const nested = (depth: number): string => `${open.repeat(depth)}1${close.repeat(depth)}`
    expect(parseJson(nested(1000)).ok).toBe(true)
    expect(parseJson(nested(1001))).toMatchObject({ ok: false, tooDeep: true })
    expect(parseJson(open.repeat(500_000))).toMatchObject({ ok: false, tooDeep: true })
  })

  test('does not count brackets in strings', () => {
    expect(parsed(JSON.stringify('['.repeat(2000)))).toHaveLength(2000)
    expect(parseJson(`"\\"${'['.repeat(2000)}"`).ok).toBe(true)
  })

  test('keeps __proto__ as a key among others', () => {
    const value = parsed('{"__proto__":{"polluted":true}}')
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
    expect(writeJson(value)).toBe('{"__proto__":{"polluted":true}}')
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })
})

describe('large integers', () => {
  test('keep their digits', () => {
    const text = '{"id":12345678901234567890,"list":[-9223372036854775808,"integer 12345678901234567890"]}'
    expect(writeJson(parsed(text))).toBe(text)
  })

  test('are numbers where a number can hold them, and where they are no integers', () => {
    expect(parsed('[9007199254740991, 1234567890123456.5, 1234567890123456e3]')).toEqual([
      9007199254740991, 1234567890123456.5, 1234567890123456e3,
    ])
  })

  test('are written whatever the texts beside them say', () => {
    fc.assert(
      fc.property(fc.string(), fc.bigInt({ min: 2n ** 60n }), (text, number) => {
        const integer = number * 10n + 1n
        const written = writeJson([`integer ${text}`, integer])
        expect(parsed(written)).toEqual([`integer ${text}`, integer])
      }),
    )
  })
})

describe('setting a value', () => {
  test('makes the objects on the way', () => {
    expect(setAt(null, ['a', 'b'], 1)).toEqual({ a: { b: 1 } })
    expect(setAt({ a: { c: 2 } }, ['a', 'b'], 1)).toEqual({ a: { c: 2, b: 1 } })
  })

  test.each([[['x']], ['text'], [7]])('does not take the place of %j on the way', (value) => {
    expect(setAt({ a: value }, ['a', 'b'], 1)).toBeUndefined()
  })

  test('does not reach prototypes', () => {
    const root = setAt({}, ['__proto__', 'polluted'], true)
    expect(writeJson(root ?? null)).toBe('{"__proto__":{"polluted":true}}')
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
    expect(ownValue({}, 'constructor')).toBeUndefined()
  })
})
