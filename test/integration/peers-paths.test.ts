import type { HttpConnectionManagerSettings } from 'headgate'
import { describe, expect, test } from 'vitest'
import {
  get,
  httpGateway,
  listen,
  request,
  startGateway,
  throughOrigin,
  upstreamTo,
} from '../support/running-gateway.ts'

const strange = "/a%2Fb/%7Efoo/./x//c/%E4/{y}|z?q=%2f&r=a+b&e='"

/** Routes `/pub` and `/admin` to origins of their own. */
async function twoAreas(hcm: HttpConnectionManagerSettings = {}) {
  const open = await listen()
  const closed = await listen()
  const to = (prefix: string, name: string) => ({
    matchers: [{ prefix }],
    routeAction: { single: { upstream: { name } } },
  })
  const running = await startGateway({
    gateways: [httpGateway(hcm)],
    upstreams: [upstreamTo('pub', open), upstreamTo('admin', closed)],
    virtualServices: [
      { metadata: { name: 'areas' }, virtualHost: { routes: [to('/admin', 'admin'), to('/pub', 'pub')] } },
    ],
  })
  return { ...running, open, closed }
}

describe('path bytes', () => {
  test('without normalization they stay as they are', async () => {
    const { origin, exchange } = await throughOrigin({ hcm: { normalizePath: false } })
    expect((await exchange(get(strange))).status).toBe(200)
    expect(origin.requests[0]?.target).toBe(strange)
  })

  test('by default only dot segments and escapes of unreserved characters change', async () => {
    const { origin, exchange } = await throughOrigin()
    await exchange(get(strange))
    expect(origin.requests[0]?.target).toBe("/a%2Fb/~foo/x//c/%E4/{y}|z?q=%2f&r=a+b&e='")
  })

  test.each(['/%zz/x', '/%', '/a%2', '/%C3%28?%zz'])('the broken escape of %s stays', async (target) => {
    const { origin, exchange } = await throughOrigin()
    expect((await exchange(get(target))).status).toBe(200)
    expect(origin.requests[0]?.target).toBe(target)
  })

  test('an absolute-form target becomes a path, and its host counts', async () => {
    const { origin, exchange } = await throughOrigin()
    await exchange(get('http://other.test/x?y=http://z/'))
    expect(origin.requests[0]?.target).toBe('/x?y=http://z/')
    expect(origin.requests[0]?.headers.getAll('host')).toEqual(['other.test'])
  })

  test('two slashes at the start name no host', async () => {
    const { origin, exchange } = await throughOrigin()
    await exchange(request('GET', '//evil.example/x', ['Host: good.test']))
    expect(origin.requests[0]?.target).toBe('//evil.example/x')
    expect(origin.requests[0]?.headers.getAll('host')).toEqual(['good.test'])
  })
})

describe('matching and forwarding see the same path', () => {
  test.each([
    ['/pub/../admin/x', '/admin/x'],
    ['/pub/%2e%2e/admin/x', '/admin/x'],
    ['/pub/.%2E/./admin/x', '/admin/x'],
    ['/pub/..\\admin/x', '/admin/x'],
  ])('%s is what it resolves to', async (target, resolved) => {
    const { open, closed, exchange } = await twoAreas()
    await exchange(get(target))
    expect(closed.requests.map((each) => each.target)).toEqual([resolved])
    expect(open.requests).toEqual([])
  })

  test('an escaped slash is kept by default, in both', async () => {
    const { open, exchange } = await twoAreas()
    await exchange(get('/pub/..%2fadmin/%2e%2e/x'))
    expect(open.requests.map(({ target }) => target)).toEqual(['/pub/x'])
  })

  test('an escaped slash can be refused', async () => {
    const { open, closed, exchange } = await twoAreas({ pathWithEscapedSlashesAction: 'REJECT_REQUEST' })
    expect((await exchange(get('/pub/..%2fadmin/%2e%2e/x'))).status).toBe(400)
    expect([...open.requests, ...closed.requests]).toEqual([])
  })

  test('an escaped slash can be unescaped, in both', async () => {
    const { open, closed, exchange } = await twoAreas({ pathWithEscapedSlashesAction: 'UNESCAPE_AND_FORWARD' })
    await exchange(get('/pub/..%2fadmin/y/%2e%2e/x'))
    expect(closed.requests.map(({ target }) => target)).toEqual(['/admin/x'])
    expect(open.requests).toEqual([])
  })
})
