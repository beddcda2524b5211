import { describe, expect, test } from 'vitest'
import { DomainTable } from './domains.ts'

function table(...domains: readonly string[]): DomainTable<string> {
  return new DomainTable(domains.map((domain) => [domain, domain]))
}

describe('the order is exact, longest suffix, longest prefix, any', () => {
  const domains = table(
    ...[
      '*',
      'www.example.com',
      'www.example.cc',
      '*w.example.com',
      '*.example.com',
      'www.example.c*',
      'ww.example.c*',
      'w*',
    ],
  )

  test.each([
    ['www.example.com', 'www.example.com'],
    ['WWW.Example.COM', 'www.example.com'],
    ['wwww.example.com', '*w.example.com'],
    ['api.example.com', '*.example.com'],
    ['a.b.example.com', '*.example.com'],
    ['www.example.co', 'www.example.c*'],
    ['ww.example.co', 'ww.example.c*'],
    ['web.test', 'w*'],
    ['example.com', '*'],
    ['', '*'],
  ])('%s -> %s', (host, expected) => {
    expect(domains.find(host)).toBe(expected)
  })
})

describe('a wildcard stands for at least one character', () => {
  test.each([
    ['*.foo.com', '.foo.com'],
    ['*.foo.com', 'foo.com'],
    ['*-bar.foo.com', '-bar.foo.com'],
    ['foo.*', 'foo.'],
    ['foo-*', 'foo-'],
  ])('%s does not take %s', (domain, host) => {
    expect(table(domain).find(host)).toBeUndefined()
  })
})

test('a port is part of the name', () => {
  const domains = table('foo.com', 'bar.com:8080', '*.baz.com')
  expect(domains.find('foo.com:8080')).toBeUndefined()
  expect(domains.find('bar.com:8080')).toBe('bar.com:8080')
  expect(domains.find('bar.com')).toBeUndefined()
  expect(domains.find('a.baz.com:80')).toBeUndefined()
})

test('addresses are names like any other', () => {
  const domains = table('12.34.56.78', '[12:34:56:7890::]', '[::1]:*')
  expect(domains.find('12.34.56.78')).toBe('12.34.56.78')
  expect(domains.find('[12:34:56:7890::]')).toBe('[12:34:56:7890::]')
  expect(domains.find('[::1]:8080')).toBe('[::1]:*')
  expect(domains.find('[::1]')).toBeUndefined()
})

test.each(['constructor', '__proto__', 'toString', 'x'.repeat(100_000), '\u0000', '*', '*.foo.com'])(
  'the host %.20s belongs to nothing it was not given',
  (host) => {
    expect(table('foo.com', '*.bar.com', 'baz.*').find(host)).toBeUndefined()
  },
)

test('explain names the domain that decided, as it was written', () => {
  const domains = table('*.Example.com', 'api.*', '*')
  expect(domains.explain('A.example.COM')).toEqual({ domain: '*.Example.com', kind: 'suffix', value: '*.Example.com' })
  expect(domains.explain('api.test')).toMatchObject({ domain: 'api.*', kind: 'prefix' })
  expect(domains.explain('other')).toMatchObject({ domain: '*', kind: 'any' })
  expect(table('foo.com').explain('FOO.com')).toMatchObject({ domain: 'foo.com', kind: 'exact' })
  expect(table('foo.com').explain('bar.com')).toBeUndefined()
})

test('domains that come twice are told, and the first counts', () => {
  const domains = new DomainTable<number>([
    ['foo.com', 1],
    ['FOO.com', 2],
    ['*', 1],
    ['bar.com', 3],
    ['*', 4],
    ['*.bar.com', 3],
  ])
  expect(domains.find('foo.com')).toBe(1)
  expect(domains.find('none')).toBe(1)
  expect(domains.duplicates).toEqual([
    { domain: 'foo.com', values: [1, 2] },
    { domain: '*', values: [1, 4] },
  ])
})
