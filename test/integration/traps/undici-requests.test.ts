import { defineFilter, type FilterDefinition, type GatewayRequest } from 'headgate'
import { describe, expect, test } from 'vitest'
import { delay, reply } from '../../support/raw-script.ts'
import { get, linesOf, request, throughOrigin } from '../../support/running-gateway.ts'

/** A filter that changes the requests for `/bad`, as claims in headers or results of templates might. */
function spoiling(spoil: (request: GatewayRequest) => void): FilterDefinition<object> {
  return defineFilter({
    name: 'spoiling',
    stage: 'route',
    configure: () => ({}),
    create: () => ({
      onRequest(context) {
        if (context.request.path === '/bad') spoil(context.request)
      },
    }),
  })
}

const spoils: readonly [string, (request: GatewayRequest) => void][] = [
  ['a value beyond latin-1', ({ headers }) => headers.set('x-user', '\u20ac')],
  ['a line break in a value', ({ headers }) => headers.set('x-user', 'a\r\nX-Forged: 1')],
  ['a NUL in a value', ({ headers }) => headers.set('x-user', 'a\0b')],
  ['a name that is no token', ({ headers }) => headers.set('x user', '1')],
  ['a second Host', ({ headers }) => headers.append('host', 'other.test')],
  ['a length that is none', ({ headers }) => headers.set('content-length', 'five')],
  ['Transfer-Encoding', ({ headers }) => headers.set('transfer-encoding', 'chunked')],
  ['Keep-Alive', ({ headers }) => headers.set('keep-alive', 'timeout=5')],
  ['Upgrade', ({ headers }) => headers.set('upgrade', 'websocket')],
  ['Expect', ({ headers }) => headers.set('expect', '100-continue')],
  ['a space in the path', (incoming) => Object.assign(incoming, { target: '/a b' })],
  ['a line break in the path', (incoming) => Object.assign(incoming, { target: '/a\r\nX-Forged: 1' })],
  ['a path beyond latin-1', (incoming) => Object.assign(incoming, { target: '/\u20ac' })],
  ['a fragment', (incoming) => Object.assign(incoming, { target: '/a#b' })],
  ['an absolute target', (incoming) => Object.assign(incoming, { target: 'http://evil.test/x' })],
  ['no path at all', (incoming) => Object.assign(incoming, { target: '' })],
  ['a method that is no token', (incoming) => Object.assign(incoming, { method: 'G T' })],
]

describe('undici 7, fact 2: invalid requests hang a limited pool for ever', () => {
  test.each(spoils)('%s: an error each time, and the next request is served', async (_, spoil) => {
    const { origin, connect, exchanges } = await throughOrigin({
      options: { filters: [spoiling(spoil)] },
      upstream: { circuitBreakers: { maxConnections: 2 } },
    })
    const client = await connect()
    for (let count = 0; count < 5; count++) expect((await client.send(get('/bad')).response()).status).toBe(500)
    expect(exchanges.map(({ error }) => error?.code)).toEqual(Array(5).fill('invalidOutgoing'))
    expect((await client.send(get('/good')).response()).status).toBe(200)
    expect(origin.requests.map(({ target }) => target)).toEqual(['/good'])
    expect(origin.connections.map(({ received }) => received.toString('latin1')).join('')).not.toContain('Forged')
  })

  test('on a connection in use, too: it stays usable', async () => {
    const { origin, connect } = await throughOrigin({
      options: { filters: [spoiling(({ headers }) => headers.set('x-user', '\u20ac'))] },
      upstream: { circuitBreakers: { maxConnections: 1 } },
    })
    const client = await connect()
    for (let count = 0; count < 4; count++) {
      expect((await client.send(get('/good')).response()).status).toBe(200)
      expect((await client.send(get('/bad')).response()).status).toBe(500)
    }
    expect(origin.connections).toHaveLength(1)
  })

  test('those that wait behind an invalid request get their turn', async () => {
    const { connect } = await throughOrigin({
      options: { filters: [spoiling(({ headers }) => headers.set('x-user', '\u20ac'))] },
      upstream: { circuitBreakers: { maxConnections: 1 } },
      origin: { script: [delay(5), reply(200, [], 'ok')] },
    })
    const paths = ['/good', '/bad', '/good', '/bad', '/bad', '/good']
    const clients = await Promise.all(paths.map(connect))
    const responses = await Promise.all(clients.map((client, index) => client.send(get(paths[index])).response()))
    expect(responses.map(({ status }) => status)).toEqual([200, 500, 200, 500, 500, 200])
  })
})

describe('undici 7, fact 4 and reliability 15: request headers that undici refuses', () => {
  test.each([
    ['Expect', ['Expect: 100-continue'], 'hello'],
    ['Keep-Alive', ['Keep-Alive: timeout=5', 'Connection: keep-alive'], ''],
    ['Connection with a name', ['Connection: x-hop'], ''],
    ['Connection with nothing', ['Connection: ,', 'Connection:'], ''],
    ['Upgrade without Connection', ['Upgrade: websocket'], ''],
    ['Upgrade to HTTP/2', ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMA'], ''],
    ['Transfer-Encoding', ['Transfer-Encoding: chunked'], '5\r\nhello\r\n0\r\n\r\n'],
    ['TE', ['TE: trailers', 'Connection: TE'], ''],
    ['Proxy-Connection', ['Proxy-Connection: Keep-Alive'], ''],
    ['a length of nothing', ['Content-Length: 0'], ''],
    ['an empty value', ['X-Empty:'], ''],
  ])('%s in a request does no harm', async (_, lines, body) => {
    const { origin, exchange } = await throughOrigin()
    expect((await exchange(request('POST', '/', lines, body))).status).toBe(200)
    expect(origin.problems).toEqual([])
    expect(linesOf(origin.requests[0]).filter((line) => /^(expect|keep-alive|upgrade|http2|proxy)/.test(line))).toEqual(
      [],
    )
  })

  test('letter case, order and repetition of names are kept', async () => {
    const { origin, exchange } = await throughOrigin()
    await exchange(get('/', 'X-One: 1', 'x-TWO: 2', 'X-one: 3'))
    expect([...(origin.requests[0]?.headers ?? [])].filter(([name]) => /^x-(one|two)$/i.test(name))).toEqual([
      ['X-One', '1'],
      ['x-TWO', '2'],
      ['X-one', '3'],
    ])
  })
})

describe('reliability 16: what undici accepts although it must not go upstream', () => {
  test('a length without a body does not make the upstream wait', async () => {
    const { origin, exchange } = await throughOrigin({
      options: { filters: [spoiling((incoming) => Object.assign(incoming, { body: null }))] },
    })
    expect((await exchange(request('POST', '/bad', [], 'hello'))).status).toBe(200)
    expect(origin.requests[0]).toMatchObject({ complete: true, framing: 'length' })
    expect(origin.requests[0]?.headers.getAll('content-length')).toEqual(['0'])
  })

  test('OPTIONS * is never sent to an upstream, and never a fault of the gateway', async () => {
    const { origin, exchange } = await throughOrigin()
    expect((await exchange(request('OPTIONS', '*'))).status).toBe(404)
    expect(origin.requests).toEqual([])
  })
})
