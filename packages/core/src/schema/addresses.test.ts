import { describe, expect, test } from 'vitest'
import { addressBits } from './addresses.ts'

describe('IP addresses', () => {
  test.each(['127.0.0.1', '0.0.0.0', '255.255.255.255'])('%s has 32 bits', (text) => {
    expect(addressBits(text)).toBe(32)
  })

  test.each(['::', '::1', 'fe80::1%eth0', '2001:db8::ff00:42:8329', '1:2:3:4:5:6:7:8', '::ffff:10.0.0.1', '1::'])(
    '%s has 128 bits',
    (text) => {
      expect(addressBits(text)).toBe(128)
    },
  )

  test.each([
    '',
    'example.com',
    '1.2.3',
    '1.2.3.256',
    '01.2.3.4',
    '1.2.3.4.5',
    ':::',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1::2::3',
    '1:2:3:4:5:6:7::8',
    'g::1',
    '::1.2.3',
    '[::1]',
  ])('%j is none', (text) => {
    expect(addressBits(text)).toBeUndefined()
  })
})
