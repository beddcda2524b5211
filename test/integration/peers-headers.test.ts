import { describe, expect, test } from 'vitest'
import { reply } from '../support/raw-script.ts'
import { get, linesOf, request, throughOrigin } from '../support/running-gateway.ts'

describe('fields that must not cross a hop', () => {
  test.each([
    ['nominated by Connection', ['Connection: X-Hop', 'X-Hop: 1'], /^(connection: x-hop|x-hop)/],
    ['Keep-Alive', ['Connection: keep-alive', 'Keep-Alive: timeout=5'], /^keep-alive/],
    ['TE other than trailers', ['Connection: TE', 'TE: gzip'], /^te/],
    ['Proxy-Authorization', ['Proxy-Authorization: Basic YTpi'], /^proxy/],
    ['Proxy-Connection', ['Proxy-Connection: keep-alive'], /^proxy/],
  ])('request: %s', async (_, lines, leak) => {
    const { origin, exchange } = await throughOrigin()
    const response = await exchange(get('/', ...lines, 'X-Kept: 1'))
    expect(response.status).toBe(200)
    const received = linesOf(origin.requests[0])
    expect(received).toContain('x-kept: 1')
    expect(received.filter((line) => leak.test(line))).toEqual([])
  })

  test.each([
    ['nominated by Connection', ['Connection: X-Foo', 'X-Foo: 1'], /^(connection: x-foo|x-foo)/],
    // Keep-Alive of the gateway's own connection is the gateway's to say.
    ['Keep-Alive', ['Connection: keep-alive', 'Keep-Alive: timeout=77'], /77/],
    ['Proxy-Authenticate', ['Proxy-Authenticate: Basic'], /^proxy/],
  ])('response: %s', async (_, lines, leak) => {
    const { exchange } = await throughOrigin({ origin: { script: [reply(200, [...lines, 'X-Kept: 1'], 'ok')] } })
    const received = linesOf(await exchange(get()))
    expect(received).toContain('x-kept: 1')
    expect(received.filter((line) => leak.test(line))).toEqual([])
  })
})

describe('fields with several lines', () => {
  test('two Set-Cookie stay two', async () => {
    const cookies = ['a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT', 'b=2; Path=/']
    const script = [
      reply(
        200,
        cookies.map((cookie) => `Set-Cookie: ${cookie}`),
        'ok',
      ),
    ]
    const { exchange } = await throughOrigin({ origin: { script } })
    expect((await exchange(get())).headers.getAll('set-cookie')).toEqual(cookies)
  })

  test('two WWW-Authenticate and two Link stay two', async () => {
    const challenges = ['Basic realm="a, b"', 'Bearer']
    const links = ['</a>; rel=preload', '</b>; rel=preload']
    const lines = [
      ...challenges.map((value) => `WWW-Authenticate: ${value}`),
      ...links.map((value) => `Link: ${value}`),
    ]
    const { exchange } = await throughOrigin({ origin: { script: [reply(401, lines)] } })
    const { headers } = await exchange(get())
    expect(headers.getAll('www-authenticate')).toEqual(challenges)
    expect(headers.getAll('link')).toEqual(links)
  })

  test('two Cookie lines become one', async () => {
    const { origin, exchange } = await throughOrigin()
    await exchange(get('/', 'Cookie: a=1', 'X-Between: 1', 'Cookie: b=2'))
    expect(origin.requests[0]?.headers.getAll('cookie')).toEqual(['a=1; b=2'])
  })

  test('two lines of any other request field stay two, in their order and letter case', async () => {
    const { origin, exchange } = await throughOrigin()
    await exchange(get('/', 'X-A: 1', 'x-b: 2', 'x-a: 3'))
    const received = [...(origin.requests[0]?.headers ?? [])].filter(([name]) => /^x-[ab]$/i.test(name))
    expect(received).toEqual([
      ['X-A', '1'],
      ['x-b', '2'],
      ['x-a', '3'],
    ])
  })
})

describe('bytes of values', () => {
  test('latin-1 comes through in both directions', async () => {
    const { origin, exchange } = await throughOrigin({ origin: { script: [reply(200, ['X-L: caf\xe9'], 'ok')] } })
    const response = await exchange(get('/', 'X-L: caf\xe9'))
    expect(origin.connections[0]?.received.toString('latin1')).toContain('X-L: caf\xe9\r\n')
    expect(response.headers.get('x-l')).toBe('caf\xe9')
  })

  test('UTF-8 comes through in both directions', async () => {
    const octets = Buffer.from('né…').toString('latin1')
    const { origin, exchange } = await throughOrigin({ origin: { script: [reply(200, [`X-U: ${octets}`], 'ok')] } })
    const response = await exchange(get('/', `X-U: ${octets}`))
    expect([origin.requests[0]?.headers.get('x-u'), response.headers.get('x-u')]).toEqual([octets, octets])
  })
})

describe('X-Forwarded-For', () => {
  test('what a client claims is not believed: the peer is appended and is the client', async () => {
    const { origin, exchange, exchanges } = await throughOrigin()
    await exchange(get('/', 'X-Forwarded-For: 6.6.6.6', 'X-Forwarded-Proto: https'))
    const { headers } = origin.requests[0] ?? {}
    expect(headers?.getAll('x-forwarded-for')).toEqual(['6.6.6.6,127.0.0.1'])
    expect(headers?.getAll('x-forwarded-proto')).toEqual(['http'])
    expect(exchanges[0]?.clientAddress).toBe('127.0.0.1')
  })

  test('behind one trusted hop the rightmost address is the client', async () => {
    const { origin, exchange, exchanges } = await throughOrigin({ hcm: { xffNumTrustedHops: 1 } })
    await exchange(get('/', 'X-Forwarded-For: 6.6.6.6, 203.0.113.7', 'X-Forwarded-Proto: https'))
    const { headers } = origin.requests[0] ?? {}
    expect(headers?.getAll('x-forwarded-for')).toEqual(['6.6.6.6, 203.0.113.7,127.0.0.1'])
    expect(headers?.getAll('x-forwarded-proto')).toEqual(['https'])
    expect(exchanges[0]?.clientAddress).toBe('203.0.113.7')
  })
})

describe('Host', () => {
  test("the upstream is asked for the client's host", async () => {
    const { origin, exchange } = await throughOrigin()
    await exchange(request('GET', '/', ['Host: api.example:8080']))
    expect(origin.requests[0]?.headers.getAll('host')).toEqual(['api.example:8080'])
  })

  test('another host is an option', async () => {
    const { origin, exchange } = await throughOrigin({
      route: { hostRewrite: 'inner.test', appendXForwardedHost: true },
    })
    await exchange(request('GET', '/', ['Host: api.example']))
    expect(origin.requests[0]?.headers.getAll('host')).toEqual(['inner.test'])
    expect(origin.requests[0]?.headers.getAll('x-forwarded-host')).toEqual(['api.example'])
  })
})
