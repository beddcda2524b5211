import { describe, expect, test } from 'vitest'
import { type FakeContextOptions, fakeContext } from '../../../../../test/support/fake-context.ts'
import type { HashCookie, HashPolicy } from '../../config/resilience.ts'
import { toHex } from '../hash/word64.ts'
import { xxHash64 } from '../hash/xxhash64.ts'
import { compileHashPolicies } from './hash-policy.ts'

function key(policies: readonly HashPolicy[], context: FakeContextOptions = {}) {
  const { hash, cookies } = compileHashPolicies(policies)(fakeContext(context))
  return { hash: hash && toHex(hash), cookies }
}

const hashOf = (text: string) => toHex(xxHash64(text))

describe('a header policy', () => {
  test('hashes the value', () => {
    expect(key([{ header: 'X-User' }], { headers: { 'x-user': 'ada' } }).hash).toBe(hashOf('ada'))
  })

  test('has nothing to say without the header', () => {
    expect(key([{ header: 'x-user' }]).hash).toBeUndefined()
  })
})

describe('a source address policy', () => {
  test('hashes the client’s address, without its port', () => {
    expect(key([{ sourceIp: true }], { clientAddress: '198.51.100.4' }).hash).toBe(hashOf('198.51.100.4'))
  })
})

describe('a cookie policy', () => {
  test.each([
    ['a=1; user=ada; b=2', 'ada'],
    ['user=ada', 'ada'],
    ['xuser=no;  user = "ada" ', 'ada'],
    ['user=first; user=second', 'first'],
  ])('hashes the value in %j', (cookie, value) => {
    expect(key([{ cookie: { name: 'user', ttl: '1h' } }], { headers: { cookie } })).toEqual({
      hash: hashOf(value),
      cookies: [],
    })
  })

  test('without a ttl does not make the cookie', () => {
    expect(key([{ cookie: { name: 'user' } }], { headers: { cookie: 'user=' } })).toEqual({
      hash: undefined,
      cookies: [],
    })
  })

  test.each<{ readonly cookie: HashCookie; readonly line: RegExp }>([
    { cookie: { name: 'user', ttl: '42s' }, line: /^user="([0-9a-f]{16})"; Max-Age=42; HttpOnly$/ },
    { cookie: { name: 'user', ttl: '0s' }, line: /^user="([0-9a-f]{16})"; HttpOnly$/ },
    {
      cookie: { name: 'user', ttl: '1m', path: '/a' },
      line: /^user="([0-9a-f]{16})"; Max-Age=60; Path=\/a; HttpOnly$/,
    },
    { cookie: { name: 'user', ttl: '0s', path: '' }, line: /^user="([0-9a-f]{16})"; HttpOnly$/ },
  ])('makes a cookie that hashes to the same key next time: $cookie', ({ cookie, line }) => {
    const { hash, cookies } = key([{ cookie }])
    const value = line.exec(cookies[0] ?? '')?.[1] ?? ''
    expect(cookies).toHaveLength(1)
    expect(key([{ cookie }], { headers: { cookie: `user="${value}"` } })).toEqual({ hash, cookies: [] })
  })

  test('makes the same cookie for requests that race on one connection, and others for other clients', () => {
    const policies: HashPolicy[] = [{ cookie: { name: 'user', ttl: '0s' } }]
    const of = (context: FakeContextOptions) => key(policies, context).cookies[0]
    expect(of({})).toBe(of({}))
    const others = [
      {},
      { client: { port: 5 } },
      { client: { address: '192.0.2.8' } },
      { clientAddress: '198.51.100.1' },
    ]
    expect(new Set(others.map(of)).size).toBe(4)
  })
})

describe('several policies', () => {
  const headers = { 'x-a': 'a', 'x-b': 'b' }

  test('make one key, in their order', () => {
    const [first, second] = [{ header: 'x-a' }, { header: 'x-b' }]
    const both = key([first, second], { headers }).hash
    // Envoy: the key so far, rotated by one bit, and the next hash, exclusively or-ed.
    const rotated = BigInt.asUintN(64, (BigInt(`0x${hashOf('a')}`) << 1n) | (BigInt(`0x${hashOf('a')}`) >> 63n))
    expect(BigInt(`0x${both}`)).toBe(rotated ^ BigInt(`0x${hashOf('b')}`))
    expect(key([second, first], { headers }).hash).not.toBe(both)
  })

  test('pass over those that have nothing to say', () => {
    expect(key([{ header: 'x-none' }, { header: 'x-b' }], { headers }).hash).toBe(hashOf('b'))
  })

  test('end at a terminal one, if there is a key by then', () => {
    const policies = [{ header: 'x-a', terminal: true }, { header: 'x-b' }]
    expect(key(policies, { headers }).hash).toBe(hashOf('a'))
    expect(key(policies, { headers: { 'x-b': 'b' } }).hash).toBe(hashOf('b'))
  })

  test('behind a terminal one make no cookie', () => {
    const cookie: HashCookie = { name: 'user', ttl: '0s' }
    expect(key([{ header: 'x-a', terminal: true }, { cookie }], { headers }).cookies).toEqual([])
  })
})
