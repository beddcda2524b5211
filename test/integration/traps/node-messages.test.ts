import { defineFilter, type GatewayResponse, HeaderMap, respond } from 'headgate'
import { describe, expect, test } from 'vitest'
import { flood, reply, write } from '../../support/raw-script.ts'
import {
  get,
  linesOf,
  listen,
  request,
  startGateway,
  throughOrigin,
  upstreamTo,
} from '../../support/running-gateway.ts'
import { until } from '../../support/wait.ts'

describe('reliability d9: req.headers is an ordinary object', () => {
  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'])(
    '%s is a name like any other',
    async (name) => {
      const origin = await listen()
      const { exchange } = await startGateway({
        upstreams: [upstreamTo('origin', origin)],
        virtualServices: [
          {
            metadata: { name: 'all' },
            virtualHost: {
              routes: [
                {
                  matchers: [{ prefix: '/', headers: [{ name }] }],
                  routeAction: { single: { upstream: { name: 'origin' } } },
                },
                { directResponseAction: { status: 204 } },
              ],
            },
          },
        ],
      })
      expect((await exchange(get())).status).toBe(204)
      expect((await exchange(get('/', `${name}: here`))).status).toBe(200)
      expect(origin.requests[0]?.headers.getAll(name)).toEqual(['here'])
    },
  )

  test('matchers see all lines of a name, joined by a comma as in Envoy', async () => {
    const { exchange } = await startGateway({
      virtualServices: [
        {
          metadata: { name: 'all' },
          virtualHost: {
            routes: [
              {
                matchers: [{ prefix: '/', headers: [{ name: 'authorization', value: 'a,b' }] }],
                directResponseAction: { status: 201 },
              },
            ],
          },
        },
      ],
    })
    expect((await exchange(get('/', 'Authorization: a', 'Authorization: b'))).status).toBe(201)
    expect((await exchange(get('/', 'Authorization: a'))).status).toBe(404)
  })
})

describe('reliability d10: writing a response throws', () => {
  test.each([
    ['a carriage return in the reason', 'HTTP/1.1 200 O\rK\r\nContent-Length: 2\r\n\r\nok'],
    ['a NUL in the reason', 'HTTP/1.1 200 O\0K\r\nContent-Length: 2\r\n\r\nok'],
    ['latin-1 in the reason', 'HTTP/1.1 200 \xc0la\r\nContent-Length: 2\r\n\r\nok'],
    ['an empty reason', 'HTTP/1.1 200 \r\nContent-Length: 2\r\n\r\nok'],
    ['a status of 999', 'HTTP/1.1 999 Odd\r\nContent-Length: 2\r\n\r\nok'],
    ['a status of 1000', 'HTTP/1.1 1000 Odd\r\nContent-Length: 2\r\n\r\nok'],
    ['a status of 99', 'HTTP/1.1 099 Odd\r\nContent-Length: 2\r\n\r\nok'],
  ])('%s: relayed in clean form or a 502, and the next request is served', async (_, bytes) => {
    const { connect } = await throughOrigin({
      origin: { script: ({ target }) => [target === '/odd' ? write(bytes) : reply(200, [], 'fine')] },
    })
    const client = await connect()
    const { status, reason } = await client.send(get('/odd')).response()
    expect([200, 502, 999]).toContain(status)
    expect(reason).not.toMatch(/Odd|la$/)
    expect((await client.send(get('/next')).response()).body.toString()).toBe('fine')
  })

  test.each<[string, () => GatewayResponse]>([
    ['a value with a line break', () => respond(200, { headers: [['x-a', 'a\r\nX-Forged: 1']], body: 'ok' })],
    ['a value beyond latin-1', () => respond(200, { headers: [['x-a', '\u20ac']], body: 'ok' })],
    ['a name that is no token', () => respond(200, { headers: [['x a', '1']], body: 'ok' })],
    ['a status of 0', () => respond(0, { body: 'ok' })],
    ['a status of 1000', () => respond(1000, { body: 'ok' })],
    ['a status that is no number', () => respond(Number.NaN, { body: 'ok' })],
    [
      'no value',
      () => ({ status: 200, headers: new HeaderMap([['x-a', undefined as unknown as string]]), body: null }),
    ],
  ])('a filter that answers with %s: 500 in its place', async (_, answer) => {
    const filter = defineFilter({
      name: 'odd',
      stage: 'route',
      configure: () => ({}),
      create: () => ({ onRequest: ({ request: { path } }) => (path === '/odd' ? answer() : undefined) }),
    })
    const { connect, exchanges } = await throughOrigin({ options: { filters: [filter] } })
    const client = await connect()
    const response = await client.send(get('/odd')).response()
    expect(response.status).toBe(500)
    expect(linesOf(response).join()).not.toContain('forged')
    expect(exchanges[0]?.error?.code).toBe('invalidOutgoing')
    expect((await client.send(get('/next')).response()).status).toBe(200)
  })
})

describe('reliability d11: writing after the end', () => {
  test('chunks that arrive after the client left are dropped', async () => {
    const { origin, connect, exchange } = await throughOrigin({
      origin: {
        script: ({ target }) =>
          target === '/flood'
            ? [write('HTTP/1.1 200 OK\r\n\r\n'), flood('x'.repeat(65_536), 1 << 30)]
            : [reply(200, [], 'ok')],
      },
    })
    for (let count = 0; count < 5; count++) {
      const client = await connect()
      client.send(get('/flood'))
      await until(() => client.received.length > 100_000)
      client.reset()
    }
    await until(() => origin.openConnections === 0)
    expect((await exchange(get('/'))).body.toString()).toBe('ok')
  })
})

describe('reliability d13: new URL', () => {
  test.each(['//evil.test/x', '/\\evil.test/x', '/x\ty', '/%2e%2e/x', '/a/../../x', 'http://[::1/x', '/%zz'])(
    '%j never names another host and never throws',
    async (target) => {
      const { origin, exchange } = await throughOrigin()
      const { status } = await exchange(request('GET', target, ['Host: good.test']))
      expect([200, 400]).toContain(status)
      for (const { headers } of origin.requests) expect(headers.getAll('host')).toEqual(['good.test'])
    },
  )
})

describe('reliability d14: TRACE, CONNECT and Upgrade', () => {
  test('CONNECT gets an answer and no tunnel', async () => {
    const { origin, connect } = await throughOrigin()
    const client = await connect()
    client.send('CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: 127.0.0.1:22\r\n\r\n')
    expect((await client.response()).status).toBe(404)
    await client.closed()
    expect(origin.connections).toEqual([])
  })

  test('TRACE is forwarded without a body, and refused with one', async () => {
    const { origin, exchange } = await throughOrigin()
    expect((await exchange(request('TRACE', '/', ['Max-Forwards: 5']))).status).toBe(200)
    expect(origin.requests[0]?.headers.get('max-forwards')).toBe('4')
    expect((await exchange(request('TRACE', '/', [], 'hello'))).status).toBe(400)
    expect(origin.requests).toHaveLength(1)
  })

  test.each(['h2c', 'HTTP/2.0', 'h2'])('Upgrade: %s is left out, and the request served', async (protocol) => {
    const { origin, connect } = await throughOrigin()
    const client = await connect()
    const lines = ['Connection: Upgrade, HTTP2-Settings', `Upgrade: ${protocol}`, 'HTTP2-Settings: AAMAAABkAAQAAP__']
    expect((await client.send(get('/', ...lines)).response()).status).toBe(200)
    expect(linesOf(origin.requests[0]).filter((line) => /upgrade|http2/.test(line))).toEqual([])
  })

  test('what comes in one packet behind an upgrade that does not happen is served, or seen not to be', async () => {
    for (const protocol of ['websocket', 'h2c']) {
      const { connect } = await throughOrigin()
      const client = await connect()
      const upgrade = get('/ws', 'Connection: Upgrade', `Upgrade: ${protocol}`, 'Sec-WebSocket-Version: 13')
      client.send(`${upgrade}${get('/next')}`, { methods: ['GET', 'GET'] })
      expect((await client.response()).status).toBe(200)
      if (client.finals.length === 1) await client.closed()
    }
  })
})
