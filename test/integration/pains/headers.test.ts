import { once } from 'node:events'
import { connect as connectHttp2, createServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { Gateway, nodeHandler } from 'headgate'
import { describe, expect, test } from 'vitest'
import { finish, reply } from '../../support/raw-script.ts'
import { closeLater, get, linesOf, listen, request, throughOrigin, toOrigins } from '../../support/running-gateway.ts'

const hopByHop = [
  'Connection: close, X-Own',
  'X-Own: 1',
  'Keep-Alive: timeout=5',
  'Proxy-Connection: keep-alive',
  'Proxy-Authenticate: Basic',
  'Proxy-Authentication-Info: x',
  'Alt-Svc: h3=":443"',
  'HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA',
  'Close: 1',
  'ALPN: h2',
]
const leak = /^(x-own|proxy-|alt-svc|http2-settings|close|alpn|keep-alive: timeout=5$|connection: .*x-own)/

describe('pain 25: hop-by-hop fields', () => {
  test('of a request', async () => {
    const { origin, exchange } = await throughOrigin()
    await exchange(get('/', ...hopByHop, 'Proxy-Authorization: Basic YTpi', 'X-End: 1'))
    const received = linesOf(origin.requests[0])
    expect(received).toContain('x-end: 1')
    expect(received.filter((line) => leak.test(line))).toEqual([])
  })

  test('of a response', async () => {
    const { exchange } = await throughOrigin({
      origin: { script: [reply(200, [...hopByHop, 'X-End: 1'], 'ok'), finish()] },
    })
    const received = linesOf(await exchange(get()))
    expect(received).toContain('x-end: 1')
    expect(received.filter((line) => leak.test(line))).toEqual([])
  })

  test("the upstream's Connection: close does not close the client's connection", async () => {
    const { connect } = await throughOrigin({ origin: { script: [reply(200, ['Connection: close'], 'ok'), finish()] } })
    const client = await connect()
    for (let count = 0; count < 3; count++) expect((await client.send(get()).response()).status).toBe(200)
  })

  test.each(['Host', 'Content-Length', 'X-Forwarded-For', ':path'])(
    'naming %s in Connection is refused',
    async (name) => {
      const { origin, exchange } = await throughOrigin()
      expect((await exchange(request('POST', '/', [`Connection: ${name}`], 'hello'))).status).toBe(400)
      expect(origin.requests).toEqual([])
    },
  )
})

describe('pain 26: TE: trailers, and hooks that run after hygiene', () => {
  test.each([
    ['TE: trailers', ['te: trailers']],
    ['TE: gzip;q=0.5, trailers', ['te: trailers']],
    ['TE: gzip', []],
  ])('%s', async (line, kept) => {
    const { origin, exchange } = await throughOrigin()
    await exchange(get('/', line, 'Connection: TE'))
    expect(linesOf(origin.requests[0]).filter((each) => each.startsWith('te:'))).toEqual(kept)
  })

  test('a header that configuration adds is not removed again by what the client names', async () => {
    const { origin, exchange } = await throughOrigin({
      route: {
        headerManipulation: { requestHeadersToAdd: [{ header: { key: 'x-user', value: 'known' }, append: false }] },
      },
    })
    await exchange(get('/', 'Connection: close, X-User', 'X-User: forged'))
    expect(origin.requests[0]?.headers.getAll('x-user')).toEqual(['known'])
  })
})

/** Types know that the two compatibility classes lack members. */
type Http2Handler = (request: Http2ServerRequest, response: Http2ServerResponse) => void

describe('pain 29: Connection on an HTTP/2 response', () => {
  test('HTTP/2 is not served yet: it is refused with an answer, and its connection lives on', async () => {
    const origin = await listen()
    const gateway = new Gateway(toOrigins([origin]))
    const server = createServer(nodeHandler(gateway) as unknown as Http2Handler).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const session = connectHttp2(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    closeLater({
      async close() {
        session.destroy()
        server.close()
        await gateway.close()
      },
    })
    const refused = (path: string) =>
      new Promise((resolve) => {
        const stream = session.request({ ':path': path })
        let status: unknown
        stream.on('response', (headers) => {
          status = headers[':status']
        })
        stream.on('error', resolve)
        stream.on('close', () => resolve([status, stream.rstCode]))
        stream.resume()
      })
    expect([await refused('/1'), await refused('/2')]).toEqual([
      [505, 0],
      [505, 0],
    ])
    expect(origin.requests).toEqual([])
  })
})

describe('pain 30: several lines of one name', () => {
  test('keep their number, order and letter case, in both directions', async () => {
    const lines = ['X-B: 1', 'x-a: 2', 'X-B: 3', 'Set-Cookie: a=1, b', 'set-cookie: c=2', 'Via: 1.0 x', 'Via: 1.1 y']
    const { origin, exchange } = await throughOrigin({ origin: { script: [reply(200, lines, 'ok')] } })
    const response = await exchange(get('/', ...lines))
    const own = (message: { readonly headers: Iterable<readonly [string, string]> } | undefined): readonly string[] =>
      [...(message?.headers ?? [])]
        .map(([name, value]) => `${name}: ${value}`)
        .filter((line) => /^(x-[ab]|set-c|via)/i.test(line))
    expect(own(origin.requests[0])).toEqual(lines)
    expect(own(response)).toEqual(lines)
  })
})

describe('pain 31: Set-Cookie', () => {
  test('is passed on byte for byte, attributes and all; nothing rewrites it yet', async () => {
    const cookies = [
      '__Host-id="x"; Path=/; Secure; HttpOnly; SameSite=None',
      'a=b; Domain=.inner.test; Expires=Thu, 01 Jan 1970 00:00:00 GMT',
      'empty=',
    ]
    const { exchange } = await throughOrigin({
      origin: {
        script: [
          reply(
            200,
            cookies.map((cookie) => `Set-Cookie: ${cookie}`),
            'ok',
          ),
        ],
      },
      route: { hostRewrite: 'inner.test', prefixRewrite: '/inner/' },
    })
    expect((await exchange(get())).headers.getAll('set-cookie')).toEqual(cookies)
  })
})

describe('pain 32: bytes that no header may have', () => {
  test.each(['X-A: a\x00b', 'X-A: a\x01b', 'X-A: a\x7fb', 'X A: 1', 'X-A : 1', ': 1', ' folded'])(
    'in a request, %j: 400',
    async (line) => {
      const { origin, connect, exchange } = await throughOrigin()
      const client = await connect()
      expect((await client.send(get('/', 'X-First: 1', line)).response()).status).toBe(400)
      await client.closed()
      expect(origin.requests).toEqual([])
      expect((await exchange(get())).status).toBe(200)
    },
  )

  test.each(['X-A: a\x00b', 'X-A: a\x01b', 'X A: 1', ': 1', 'no colon'])('in a response, %j: 502', async (line) => {
    const { exchange, exchanges } = await throughOrigin({ origin: { script: [reply(200, [line], 'ok')] } })
    expect((await exchange(get())).status).toBe(502)
    expect(exchanges[0]?.responseFlags).toEqual(['UPE'])
  })
})

describe('pain 33: X-Forwarded-*', () => {
  const forwarded = (
    message: { readonly headers: Iterable<readonly [string, string]> } | undefined,
  ): readonly string[] =>
    linesOf(message)
      .filter((line) => /^(x-forwarded|forwarded|x-real|x-envoy-(internal|external))/.test(line))
      .sort()

  test('are set although nobody asked for it', async () => {
    const { origin, exchange } = await throughOrigin()
    await exchange(get())
    expect(forwarded(origin.requests[0])).toEqual([
      'x-envoy-internal: true',
      'x-forwarded-for: 127.0.0.1',
      'x-forwarded-proto: http',
    ])
  })

  test('several lines become one, and only the peer is believed', async () => {
    const { origin, exchange, exchanges } = await throughOrigin()
    await exchange(
      get(
        '/',
        'X-Forwarded-For: 1.1.1.1',
        'X-Forwarded-For: 2.2.2.2',
        'X-Envoy-Internal: true',
        'X-Envoy-External-Address: 3.3.3.3',
      ),
    )
    expect(forwarded(origin.requests[0])).toEqual([
      'x-envoy-external-address: 127.0.0.1',
      'x-forwarded-for: 1.1.1.1,2.2.2.2,127.0.0.1',
      'x-forwarded-proto: http',
    ])
    expect(exchanges[0]).toMatchObject({ clientAddress: '127.0.0.1', internal: false })
  })

  test('can be left to the proxy in front', async () => {
    const { origin, exchange } = await throughOrigin({ hcm: { skipXffAppend: true, xffNumTrustedHops: 1 } })
    await exchange(get('/', 'X-Forwarded-For: 9.9.9.9'))
    expect(origin.requests[0]?.headers.getAll('x-forwarded-for')).toEqual(['9.9.9.9'])
  })
})
