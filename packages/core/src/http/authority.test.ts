import { describe, expect, test } from 'vitest'
import { isValidAuthority, stripPort } from './authority.ts'

describe('isValidAuthority', () => {
  test.each([
    'example.com',
    'EXAMPLE.com:8080',
    'my_service',
    '10.0.0.1:1',
    '[::1]',
    '[2001:db8::1]:443',
    'a.b.',
    'constructor',
    'a:',
  ])('%s is a host', (host) => {
    expect(isValidAuthority(host)).toBe(true)
  })

  test.each([
    ...[
      '',
      ' ',
      'a b',
      'a\tb',
      'a/b',
      'a?x',
      'a#b',
      'a\\b',
      'a@b',
      'a\u0000b',
      '%68ostile.test',
      'a"><script>',
      'a,b',
      'a:b',
    ],
    ...['a:99999', 'a:1:2', '[::1', '::1', '[::1]x', '[example.com]', 'a'.repeat(8000), '\xe9.test'],
  ])('%j is none', (host) => {
    expect(isValidAuthority(host)).toBe(false)
  })
})

describe('stripPort', () => {
  test.each([
    ['www.foo.com:8090', 'www.foo.com'],
    ['www.foo.com', 'www.foo.com'],
    ['www.foo.com:', 'www.foo.com'],
    ['12.34.56.78:80', '12.34.56.78'],
    ['[12:34:56:7890::]:80', '[12:34:56:7890::]'],
    ['[12:34:56:7890::]', '[12:34:56:7890::]'],
    ['[::1]', '[::1]'],
    ['::1', '::1'],
    ['a:b', 'a:b'],
    ['', ''],
  ])('%j -> %j', (host, expected) => {
    expect(stripPort(host)).toBe(expected)
  })
})
