import { describe, expect, test } from 'vitest'
import { isInRanges, parseAddress, parseRange, withoutMapping } from './address.ts'

describe('parseAddress', () => {
  test.each([
    ['192.0.2.1', [192, 0, 2, 1]],
    ['0.0.0.0', [0, 0, 0, 0]],
    ['::', new Array(16).fill(0)],
    ['::1', [...new Array(15).fill(0), 1]],
    ['2001:DB8::', [0x20, 1, 0xd, 0xb8, ...new Array(12).fill(0)]],
    ['1:2:3:4:5:6:7:8', [0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8]],
    ['64:ff9b::192.0.2.1', [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0, 192, 0, 2, 1]],
    ['::ffff:192.0.2.1', [192, 0, 2, 1]],
  ])('%s', (text, octets) => {
    expect(parseAddress(text)).toEqual(octets)
  })

  test.each([
    '',
    '192.0.2',
    '192.0.2.256',
    '192.0.2.01',
    '192.0.2.1:80',
    '192.0.2.-1',
    ' 192.0.2.1',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7::8',
    '1::2::3',
    ':::',
    ':1',
    '12345::',
    'fe80::1%eth0',
    '[::1]',
    '192.0.2.1::',
    '::192.0.2.300',
    'localhost',
  ])('not %j', (text) => {
    expect(parseAddress(text)).toBeUndefined()
  })
})

describe('ranges', () => {
  test.each([
    ['10.0.0.0', 8, '10.255.0.1', true],
    ['10.0.0.0', 8, '11.0.0.1', false],
    ['172.16.0.0', 12, '172.31.0.1', true],
    ['172.16.0.0', 12, '172.32.0.1', false],
    ['192.0.2.7', 32, '192.0.2.7', true],
    ['192.0.2.7', 32, '192.0.2.6', false],
    ['0.0.0.0', 0, '8.8.8.8', true],
    ['0.0.0.0', 0, '::1', false],
    ['fc00::', 7, 'fdff::1', true],
    ['fc00::', 7, 'fe00::1', false],
    ['::ffff:10.0.0.0', 104, '10.9.9.9', true],
    ['10.0.0.0', 8, '::ffff:10.1.1.1', true],
    ['10.0.0.0', 8, 'nonsense', false],
  ])('%s/%i has %s: %s', (prefix, bits, address, expected) => {
    const range = parseRange(prefix, bits)
    expect(range).toBeDefined()
    expect(range !== undefined && isInRanges(address, [range])).toBe(expected)
  })

  test.each([
    ['10.0.0.0', 33],
    ['::', 129],
    ['10.0.0.0', -1],
    ['10.0.0.0', 1.5],
    ['::ffff:10.0.0.0', 8],
    ['a.test', 8],
  ])('%s/%d is none', (prefix, bits) => {
    expect(parseRange(prefix, bits)).toBeUndefined()
  })

  test('no range has anything', () => {
    expect(isInRanges('10.0.0.1', [])).toBe(false)
  })
})

test('withoutMapping takes off only what a dual-stack socket puts on', () => {
  expect(['::ffff:192.0.2.1', '::1', '::ffff:1', '192.0.2.1', ''].map(withoutMapping)).toEqual([
    '192.0.2.1',
    '::1',
    '::ffff:1',
    '192.0.2.1',
    '',
  ])
})
