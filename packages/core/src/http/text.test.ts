import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { octets, textOfOctets } from './octets.ts'
import { bytesOf, textOf } from './text.ts'

describe('text of bytes', () => {
  test('is UTF-8, a byte order mark included', () => {
    expect(textOf(new TextEncoder().encode('\ufeffGrüße 😀'))).toBe('\ufeffGrüße 😀')
  })

  test('keeps what is valid between stray bytes', () => {
    expect(textOf(Uint8Array.of(0x61, 0xff, 0xc3, 0xbc, 0xf0, 0x9f, 0x98, 0x80, 0xe2, 0x82))).toBe(
      'a\udcffü😀\udce2\udc82',
    )
  })

  test.each([
    ['overlong', [0xc0, 0x80]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['beyond Unicode', [0xf4, 0x90, 0x80, 0x80]],
    ['cut off', [0xf0, 0x9f, 0x98]],
  ])('takes no sequence that is %s', (_, bytes) => {
    expect(textOf(Uint8Array.from(bytes))).toBe(String.fromCharCode(...bytes.map((byte) => 0xdc00 + byte)))
  })

  test('loses no byte, whatever they are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect([...bytesOf(textOf(bytes))]).toEqual([...bytes])
      }),
    )
  })

  test('takes a long body that is not text', () => {
    const bytes = Uint8Array.from({ length: 100_000 }, (_, index) => (index * 7) & 0xff)
    const written = bytesOf(textOf(bytes))
    expect(written).toHaveLength(bytes.length)
    expect(written.findIndex((byte, index) => byte !== bytes[index])).toBe(-1)
  })
})

describe('bytes of text', () => {
  test('write half a pair that stands for no byte as the replacement character', () => {
    expect([...bytesOf('\ud83d!')]).toEqual([0xef, 0xbf, 0xbd, 0x21])
  })

  test('leave pairs alone whose second half looks like a stray byte', () => {
    expect(bytesOf('\u{1f480}\udc80')).toEqual(Uint8Array.of(0xf0, 0x9f, 0x92, 0x80, 0x80))
  })
})

test('header values are text of their octets', () => {
  expect(octets('Grüße')).toBe('Gr\xc3\xbc\xc3\x9fe')
  expect(textOfOctets('Gr\xc3\xbc\xc3\x9fe')).toBe('Grüße')
  expect(octets(textOfOctets('caf\xe9'))).toBe('caf\xe9')
})
