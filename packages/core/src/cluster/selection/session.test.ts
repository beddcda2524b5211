import { describe, expect, test } from 'vitest'
import { type FakeContextOptions, fakeContext } from '../../../../../test/support/fake-context.ts'
import { hosts, LiveCluster } from '../../../../../test/support/live-cluster.ts'
import type { StatefulSession } from '../../config/resilience.ts'
import { HeaderMap } from '../../http/headers.ts'
import { compileSelector } from './selector.ts'

const cookieBased = { cookie: { name: 'sticky', ttl: '60s', path: '/shop' } } as const

/** What becomes of a request: the hosts that may be chosen, and what the client is told. */
function request(upstream: LiveCluster, statefulSession: StatefulSession, context: FakeContextOptions = {}) {
  const selector = compileSelector({ lbHash: undefined, subset: undefined, statefulSession })
  const selection = selector?.select(fakeContext({ target: '/shop/1', ...context }), upstream.cluster)
  const headers = new HeaderMap()
  selection?.respond(headers, '10.0.0.2:8080')
  return { hosts: upstream.picked(selection), headers: [...headers], selection }
}

const second = btoa('10.0.0.2:8080')

describe('a stateful session by cookie', () => {
  test('tells the client its host', () => {
    const { hosts: chosen, headers } = request(new LiveCluster(hosts(3)), { cookieBased })
    expect(chosen).toHaveLength(3)
    expect(headers).toEqual([['set-cookie', `sticky="${second}"; Max-Age=60; Path=/shop; HttpOnly`]])
  })

  test('keeps the client on its host, and has no more to tell', () => {
    const headers = { cookie: `sticky="${second}"` }
    expect(request(new LiveCluster(hosts(3)), { cookieBased }, { headers })).toMatchObject({
      hosts: ['10.0.0.2'],
      headers: [],
    })
  })

  test.each([
    { target: '/shop', covered: true },
    { target: '/shop/cart', covered: true },
    { target: '/shop?a=1', covered: true },
    { target: '/shopping', covered: false },
    { target: '/', covered: false },
  ])('holds below its path: $target', ({ target, covered }) => {
    const result = request(new LiveCluster(hosts(3)), { cookieBased }, { target })
    expect(result.headers).toHaveLength(covered ? 1 : 0)
  })

  test('leaves a host that is not well, and tells the client the new one', () => {
    const upstream = new LiveCluster(hosts(3))
    const headers = { cookie: `sticky="${btoa('10.0.0.1:8080')}"` }
    upstream.host('10.0.0.1').ejected = true
    upstream.cluster.healthChanged()
    const result = request(upstream, { cookieBased }, { headers })
    expect(result.hosts).toEqual(['10.0.0.2', '10.0.0.3'])
    expect(result.headers).toHaveLength(1)
  })

  test.each([
    { what: 'of a host that is not there', cookie: `sticky=${btoa('10.9.9.9:80')}` },
    { what: 'that is no address', cookie: `sticky=${btoa('../../etc')}` },
    { what: 'that is not base64', cookie: 'sticky=%%%' },
  ])('passes over a cookie $what', ({ cookie }) => {
    expect(request(new LiveCluster(hosts(3)), { cookieBased }, { headers: { cookie } }).hosts).toHaveLength(3)
  })
})

describe('a strict session', () => {
  const strict = { cookieBased, strict: true }

  test('has no host when its own is gone or not well', () => {
    const upstream = new LiveCluster(hosts(3))
    const at = (address: string) => ({ headers: { cookie: `sticky=${btoa(address)}` } })
    expect(request(upstream, strict, at('10.9.9.9:80')).hosts).toEqual([undefined])
    upstream.host('10.0.0.1').ejected = true
    upstream.cluster.healthChanged()
    expect(request(upstream, strict, at('10.0.0.1:8080')).hosts).toEqual([undefined])
    expect(request(upstream, strict, at('10.0.0.2:8080')).hosts).toEqual(['10.0.0.2'])
  })

  test('has the only host refused as well, if it is another', () => {
    const headers = { cookie: `sticky=${btoa('10.9.9.9:80')}` }
    expect(request(new LiveCluster(hosts(1)), strict, { headers }).hosts).toEqual([undefined])
  })

  test('begins on any host', () => {
    expect(request(new LiveCluster(hosts(3)), strict).hosts).toHaveLength(3)
  })
})

describe('a stateful session by header', () => {
  const session = { headerBased: { headerName: 'X-Session' } }

  test('is told and brought back in the header', () => {
    expect(request(new LiveCluster(hosts(3)), session).headers).toEqual([['X-Session', second]])
    const headers = { 'x-session': second }
    expect(request(new LiveCluster(hosts(3)), session, { headers }).hosts).toEqual(['10.0.0.2'])
  })
})

test('a retry leaves the host of the session', () => {
  const upstream = new LiveCluster(hosts(3))
  const headers = { cookie: `sticky=${second}` }
  const { selection } = request(upstream, { cookieBased }, { headers })
  const tried = [upstream.host('10.0.0.2')]
  const picks = Array.from({ length: 50 }, () => upstream.cluster.pick(tried, selection)?.endpoint.address)
  expect([...new Set(picks)].sort()).toEqual(['10.0.0.1', '10.0.0.3'])
})
