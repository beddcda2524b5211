import { describe, expect, test } from 'vitest'
import { isFieldValue, isRequestTarget, isToken } from './valid.ts'

const octets = Array.from({ length: 0x120 }, (_, code) => String.fromCharCode(code))

describe('isToken (RFC 9110, 5.6.2)', () => {
  test('takes exactly the characters of the grammar', () => {
    const digits = '0123456789'
    const letters = 'abcdefghijklmnopqrstuvwxyz'
    const allowed = new Set([..."!#$%&'*+-.^_`|~", ...digits, ...letters, ...letters.toUpperCase()])
    expect(octets.filter((octet) => isToken(`x${octet}y`))).toEqual(octets.filter((octet) => allowed.has(octet)))
  })

  test('an empty one is none', () => {
    expect(isToken('')).toBe(false)
  })
})

describe('isFieldValue (RFC 9110, 5.5)', () => {
  test('takes HTAB, the visible characters, space and octets above 0x7f', () => {
    const refused = octets.filter((octet) => !isFieldValue(`x${octet}y`)).map((octet) => octet.charCodeAt(0))
    const controls = Array.from({ length: 0x20 }, (_, code) => code).filter((code) => code !== 9)
    const wide = Array.from({ length: 0x20 }, (_, index) => 0x100 + index)
    expect(refused).toEqual([...controls, 0x7f, ...wide])
  })

  test('may be empty, may not end in a line break', () => {
    expect(isFieldValue('')).toBe(true)
    expect(isFieldValue('a\n')).toBe(false)
  })
})

describe('isRequestTarget', () => {
  test.each(['/', '/a?b=/../c', '//a', '*', '/caf\u00e9', '/%zz'])('%s', (target) => {
    expect(isRequestTarget(target)).toBe(true)
  })

  test.each(['', 'a', 'http://a.test/', '/a b', '/a#b', '/a\r\n', '/\u20ac', '**', '/\x7f'])('not %j', (target) => {
    expect(isRequestTarget(target)).toBe(false)
  })
})
