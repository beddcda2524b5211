import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Gateway, nodeHandler, type RouteConfig } from 'headgate'
import { describe, expect, test } from 'vitest'
import { exchange as exchangeAt } from '../../support/raw-client.ts'
import type { RawOrigin } from '../../support/raw-origin.ts'
import {
  closeLater,
  get,
  listen,
  request,
  startGateway,
  throughOrigin,
  upstreamTo,
} from '../../support/running-gateway.ts'

const toOrigin = { routeAction: { single: { upstream: { name: 'origin' } } } }

function routing(origin: RawOrigin, ...routes: readonly RouteConfig[]) {
  return {
    upstreams: [upstreamTo('origin', origin)],
    virtualServices: [{ metadata: { name: 'all' }, virtualHost: { routes } }],
  }
}

describe('pain 35: paths decoded or encoded again', () => {
  test.each([
    '/a%2Fb',
    '/%E4%20%22%3C%3E',
    '/{a}|b^c`d',
    "/a'(b)*!;c=1,d@e:f&g=h+i$j",
    '/a?b=%2f&c=%zz&d=a b'.replace(' ', '+'),
    '/?',
    '/a?',
    '/a??b?c',
    '/a?b=http://c/../d//e',
    '/a//b///c/',
  ])('%s goes upstream as it is', async (target) => {
    const { origin, exchange } = await throughOrigin()
    expect((await exchange(get(target))).status).toBe(200)
    expect(origin.requests.map((each) => each.target)).toEqual([target])
  })

  test('rewrites work on raw bytes: what they do not match stays as it is', async () => {
    const { origin, exchange } = await throughOrigin({
      route: { regexRewrite: { pattern: { regex: '^/old/' }, substitution: '/new/' } },
    })
    await exchange(get('/old/a%2Fb/%E4/{x}//y?q=%2f&r=/old/'))
    expect(origin.requests[0]?.target).toBe('/new/a%2Fb/%E4/{x}//y?q=%2f&r=/old/')
    expect(origin.requests[0]?.headers.get('x-envoy-original-path')).toBe('/old/a%2Fb/%E4/{x}//y?q=%2f&r=/old/')
  })

  test('an escaped slash is no end of a segment', async () => {
    const origin = await listen()
    const { exchange } = await startGateway(
      routing(origin, {
        matchers: [{ pathTemplate: '/files/:name' }],
        options: { pathTemplateRewrite: '/f/:name' },
        ...toOrigin,
      }),
    )
    await exchange(get('/files/a%2Fb'))
    expect((await exchange(get('/files/a/b'))).status).toBe(404)
    expect(origin.requests.map(({ target }) => target)).toEqual(['/f/a%2Fb'])
  })
})

describe('pain 36: encoded traversal', () => {
  const guarded = (origin: RawOrigin) =>
    routing(
      origin,
      { matchers: [{ prefix: '/admin' }], directResponseAction: { status: 403, body: 'guarded' } },
      { matchers: [{ prefix: '/' }], ...toOrigin },
    )

  test.each([
    '/pub/../admin',
    '/pub/%2e%2e/admin',
    '/pub/%2E./admin',
    '/./admin',
    '/%61dmin',
    '/pub/..\\admin',
    '/pub\\..\\admin',
  ])('%s is guarded like /admin', async (target) => {
    const origin = await listen()
    const { exchange } = await startGateway(guarded(origin))
    expect((await exchange(get(target))).status).toBe(403)
    expect(origin.requests).toEqual([])
  })

  test.each(['/pub/%252e%252e/admin', '/pub/%2561dmin', '/pub/..%252fadmin'])(
    '%s is decoded once at most, and goes upstream as it was matched',
    async (target) => {
      const origin = await listen()
      const { exchange } = await startGateway(guarded(origin))
      expect((await exchange(get(target))).status).toBe(200)
      expect(origin.requests.map((each) => each.target)).toEqual([target])
    },
  )

  test.each(['/a%00b', '/pub/..;/admin', '/pub/..;x=1/admin', '/pub/;/admin'])(
    '%s, which servers read in different ways, is refused',
    async (target) => {
      const origin = await listen()
      const { exchange } = await startGateway(guarded(origin))
      expect((await exchange(get(target))).status).toBe(400)
      expect(origin.requests).toEqual([])
    },
  )

  test.each(['/pub/[...slug]', '/pub/a..b', '/pub/...', '/pub/a;v=1/b', '/.well-known/x', '/pub/..a'])(
    '%s is harmless and stays',
    async (target) => {
      const origin = await listen()
      const { exchange } = await startGateway(guarded(origin))
      expect((await exchange(get(target))).status).toBe(200)
      expect(origin.requests.map((each) => each.target)).toEqual([target])
    },
  )

  test('a rewrite cannot make the way out that the request does not have', async () => {
    const { origin, exchange } = await throughOrigin({ route: { prefixRewrite: '/files/' } })
    expect((await exchange(get('/..;'))).status).toBe(400)
    const other = await listen()
    const { exchange: ask } = await startGateway(
      routing(other, { matchers: [{ prefix: '/static' }], options: { prefixRewrite: '/files/' }, ...toOrigin }),
    )
    expect((await ask(get('/static../secret'))).status).toBe(400)
    expect([...origin.requests, ...other.requests]).toEqual([])
  })
})

describe('pain 37: another host by //host or by an absolute target', () => {
  test.each([
    ['//evil.test/x', '//evil.test/x', 'good.test'],
    ['///evil.test/x', '///evil.test/x', 'good.test'],
    ['/\\evil.test/x', '//evil.test/x', 'good.test'],
    ['/@evil.test/x', '/@evil.test/x', 'good.test'],
    ['/x?//evil.test', '/x?//evil.test', 'good.test'],
    ['http://evil.test/x', '/x', 'evil.test'],
    ['http://evil.test', '/', 'evil.test'],
    ['https://evil.test:8443/x?y', '/x?y', 'evil.test:8443'],
  ])('%s', async (target, path, host) => {
    const { origin, exchange } = await throughOrigin()
    expect((await exchange(request('GET', target, ['Host: good.test']))).status).toBe(200)
    expect(origin.requests.map((each) => [each.target, each.headers.get('host')])).toEqual([[path, host]])
  })

  test.each([
    'http://user@evil.test/',
    'http:///x',
    'ftp://evil.test/x',
    'evil.test/x',
    'http://a b/',
    '*',
    '/x#y',
    '/x\x7f',
    '/caf\xe9',
  ])('%j is no target: 400', async (target) => {
    const { origin, exchange } = await throughOrigin()
    expect((await exchange(get(target))).status).toBe(400)
    expect(origin.requests).toEqual([])
  })

  test('the host of an absolute target chooses the virtual service', async () => {
    const origin = await listen()
    const { exchange } = await startGateway({
      upstreams: [upstreamTo('origin', origin)],
      virtualServices: [
        {
          metadata: { name: 'a' },
          virtualHost: { domains: ['a.test'], routes: [{ directResponseAction: { status: 201 } }] },
        },
        {
          metadata: { name: 'b' },
          virtualHost: { domains: ['b.test'], routes: [{ directResponseAction: { status: 202 } }] },
        },
      ],
    })
    expect((await exchange(request('GET', 'http://b.test/', ['Host: a.test']))).status).toBe(202)
  })
})

describe('pain 38: mount path and rewrites', () => {
  /** A server that takes the mount path off, as Express does. */
  async function mounted(gateway: Gateway, mount: string): Promise<number> {
    const handler = nodeHandler(gateway)
    const server = createServer((incoming, response) => {
      const url = incoming.url ?? ''
      if (!url.startsWith(mount)) {
        response.writeHead(404).end()
        return
      }
      Object.assign(incoming, { originalUrl: url, url: url.slice(mount.length) || '/' })
      handler(incoming, response)
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    closeLater({
      async close() {
        server.closeAllConnections()
        server.close()
        await gateway.close()
      },
    })
    return (server.address() as AddressInfo).port
  }

  test('routes, rewrites and explain speak of the path that the client sent', async () => {
    const origin = await listen()
    const gateway = new Gateway(
      routing(
        origin,
        { name: 'users', matchers: [{ prefix: '/api/users' }], options: { prefixRewrite: '/u' }, ...toOrigin },
        { name: 'rest', matchers: [{ prefix: '/api' }], ...toOrigin },
      ),
    )
    const port = await mounted(gateway, '/api')
    await exchangeAt(port, get('/api/users/1?x=%2f'))
    await exchangeAt(port, get('/api//other'))
    expect(origin.requests.map(({ target }) => target)).toEqual(['/u/1?x=%2f', '/api//other'])
    expect((await exchangeAt(port, get('/users'))).status).toBe(404)
  })
})
