import { once } from 'node:events'
import { createServer, type Server, type ServerOptions } from 'node:http'
import type { AddressInfo } from 'node:net'
import { attach, Gateway, type HttpConnectionManagerSettings, nodeHandler } from 'headgate'
import { describe, expect, test } from 'vitest'
import { RawClient } from '../../support/raw-client.ts'
import type { OriginScript, RawOrigin, RawOriginOptions } from '../../support/raw-origin.ts'
import { delay, drip, hang, reply } from '../../support/raw-script.ts'
import { closeLater, get, listen, request, throughOrigin, toOrigins } from '../../support/running-gateway.ts'
import { until } from '../../support/wait.ts'

interface OwnServer {
  readonly origin: RawOrigin
  readonly server: Server
  connect(): Promise<RawClient>
}

/** A server of one's own: with `attach`, or with nothing but the handler as its listener. */
async function ownServer(
  how: 'attach' | 'handler',
  settings: ServerOptions = {},
  hcm: HttpConnectionManagerSettings = {},
  originOptions: RawOriginOptions = {},
): Promise<OwnServer> {
  const origin = await listen(originOptions)
  const gateway = new Gateway(toOrigins([origin], { hcm }))
  const server = how === 'attach' ? createServer(settings) : createServer(settings, nodeHandler(gateway))
  if (how === 'attach') attach(server, gateway)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closeLater({
    async close() {
      server.closeAllConnections()
      server.close()
      await gateway.close()
    },
  })
  const { port } = server.address() as AddressInfo
  return { origin, server, connect: async () => closeLater(await RawClient.connect(port)) }
}

/** Many short fields, and what matters behind them. */
const manyFields = (count: number, ...last: readonly string[]): readonly string[] => [
  ...Array.from({ length: count }, (_, index) => `A${index}: 1`),
  ...last,
]

describe('reliability d1: Node 20 drops fields past 1,000 without a word', () => {
  test('more than maxHeadersCount, 100 by default, is 431', async () => {
    const { origin, exchange } = await throughOrigin()
    expect((await exchange(get('/', ...manyFields(98)))).status).toBe(200)
    expect((await exchange(get('/', ...manyFields(2100, 'Authorization: Basic YTpi')))).status).toBe(431)
    expect(origin.requests).toHaveLength(1)
  })

  test('where more are allowed, all of them arrive', async () => {
    const { origin, exchange } = await throughOrigin({ hcm: { maxHeadersCount: 5000 } })
    await exchange(get('/', ...manyFields(2100, 'Authorization: Basic YTpi')))
    expect(origin.requests[0]?.headers.get('authorization')).toBe('Basic YTpi')
    expect(origin.requests[0]?.headers.get('a2099')).toBe('1')
  })

  test.each(['attach', 'handler'] as const)(
    'on a server of one’s own with %s none is lost, or the request refused',
    async (how) => {
      const { origin, connect } = await ownServer(how, { maxHeaderSize: 65_536 }, { maxHeadersCount: 5000 })
      for (const hidden of ['Authorization: Basic YTpi', 'Content-Length: 5', 'Transfer-Encoding: chunked']) {
        const client = await connect()
        client.send(request('POST', '/', manyFields(2100, hidden), hidden.startsWith('T') ? '0\r\n\r\n' : 'hello'))
        const { status } = await client.response()
        expect(status).toBe(how === 'attach' ? 200 : 431)
      }
      for (const { headers } of origin.requests) expect(headers.get('a2099')).toBe('1')
    },
  )
})

describe('reliability d2: maxHeaderSize is fixed when a server is made', () => {
  test('serve allows what Gloo allows: 60 KiB', async () => {
    const { origin, exchange } = await throughOrigin()
    await exchange(get('/', `X-Big: ${'x'.repeat(50 * 1024)}`))
    expect(origin.requests[0]?.headers.get('x-big')).toHaveLength(50 * 1024)
    expect((await exchange(get('/', `X-Big: ${'x'.repeat(61 * 1024)}`))).status).toBe(431)
  })

  test('or what is configured', async () => {
    const { origin, exchange } = await throughOrigin({ hcm: { maxRequestHeadersKb: 8 } })
    expect((await exchange(get('/', `X-Big: ${'x'.repeat(7 * 1024)}`))).status).toBe(200)
    expect((await exchange(get('/', `X-Big: ${'x'.repeat(8 * 1024)}`))).status).toBe(431)
    expect(origin.requests).toHaveLength(1)
  })

  test('8 KiB pass a server of one’s own that was made with defaults; beyond its own limit it answers 431', async () => {
    const { connect } = await ownServer('attach')
    const client = await connect()
    expect((await client.send(get('/', `X-Big: ${'x'.repeat(8 * 1024)}`)).response()).status).toBe(200)
    expect((await client.send(get('/', `X-Big: ${'x'.repeat(17 * 1024)}`)).response()).status).toBe(431)
    await client.closed()
  })
})

describe('reliability d3: what Node accepts although two servers could read it in two ways', () => {
  test.each<[string, string, number]>([
    ['two Hosts', 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n', 400],
    ['no Host', 'GET / HTTP/1.1\r\n\r\n', 400],
    ['HTTP/2.0 in a line', 'GET / HTTP/2.0\r\nHost: a\r\n\r\n', 505],
    ['HTTP/0.9', 'GET /\r\n\r\n', 505],
    ['HTTP/1.0, unless it is allowed', 'GET / HTTP/1.0\r\nHost: a\r\n\r\n', 426],
    [
      'both framings',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    ['a list of hosts', 'GET / HTTP/1.1\r\nHost: a, b\r\n\r\n', 400],
    ['a Host with a path', 'GET / HTTP/1.1\r\nHost: a/b\r\n\r\n', 400],
    ['a folded field', 'GET / HTTP/1.1\r\nHost: a\r\nX-A: 1\r\n 2\r\n\r\n', 400],
    ['a space before the colon', 'GET / HTTP/1.1\r\nHost : a\r\n\r\n', 400],
    ['chunked twice', 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n', 400],
  ])('%s', async (_, bytes, status) => {
    const { origin, connect } = await throughOrigin()
    const client = await connect()
    expect((await client.send(bytes).response()).status).toBe(status)
    await client.closed()
    expect(client.finals).toHaveLength(1)
    expect(origin.requests).toEqual([])
  })
})

describe('reliability d4: clientError answers in the place of an earlier request', () => {
  test('garbage behind a good request: the good one gets its answer, then the connection ends', async () => {
    const { origin, connect } = await throughOrigin({ origin: { script: [hang()] } })
    const client = await connect()
    client.send(`${get('/good')}\x01garbage\r\n\r\n`, { methods: ['GET'] })
    await until(() => origin.requests.length === 1)
    origin.connections[0]?.socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood')
    expect((await client.response()).body.toString()).toBe('good')
    await client.closed()
    expect(client.finals).toHaveLength(1)
  })

  test('garbage in its own body: one answer, and the upstream sees no end', async () => {
    const { origin, connect, exchanges } = await throughOrigin()
    const client = await connect()
    client.send(request('POST', '/', ['Transfer-Encoding: chunked'], '5\r\nhello\r\nzz\r\n'))
    expect((await client.response()).status).toBe(400)
    await client.closed()
    expect([client.finals.length, exchanges.length]).toEqual([1, 1])
    expect(origin.requests.filter(({ complete }) => complete)).toEqual([])
  })

  test('garbage alone: 400', async () => {
    const { connect } = await throughOrigin()
    const client = await connect()
    expect((await client.send('\x16\x03\x01\x02\x00\x01\r\n\r\n', { methods: ['GET'] }).response()).status).toBe(400)
    await client.closed()
  })
})

describe('reliability d5: requestTimeout writes a second answer', () => {
  test('serve leaves requests to the deadline of the gateway', async () => {
    const { server } = await throughOrigin()
    expect(server.server.requestTimeout).toBe(0)
  })

  test.each<[string, OriginScript]>([
    ['early', [reply(413)]],
    ['late', [delay(150), reply(413)]],
  ])('an answer that comes %s is the only one, and its connection ends soon', async (_, script) => {
    const { origin, connect } = await ownServer(
      'attach',
      {
        requestTimeout: 300,
        headersTimeout: 200,
        connectionsCheckingInterval: 20,
      },
      {},
      { when: 'head', script },
    )
    const client = await connect()
    client.send(request('POST', '/', ['Content-Length: 100'], 'some'))
    expect((await client.response()).status).toBe(413)
    // Slower than the server's patience, and never to an end.
    void client.play(drip('more of it', 40))
    await client.closed()
    expect(client.received.toString('latin1').match(/HTTP\/1\.1 /g)).toHaveLength(1)
    expect(origin.requests).toHaveLength(1)
  })
})

describe('bytes behind a request that was answered early', () => {
  test('are thrown away, although they look like a request', async () => {
    const { origin, connect, server } = await throughOrigin({
      origin: { when: 'head', script: ({ target }) => (target === '/early' ? [reply(413)] : [reply(200)]) },
    })
    let open = 0
    server.server.on('connection', (socket) => {
      open++
      socket.on('close', () => open--)
    })
    const client = await connect()
    client.send(request('POST', '/early', ['Content-Length: 10'], 'some'))
    expect((await client.response()).status).toBe(413)
    client.send(`of it.${get('/hidden')}`, { methods: [] })
    await until(() => open === 0)
    expect(client.finals).toHaveLength(1)
    expect(origin.requests.map(({ target }) => target)).toEqual(['/early'])
  })
})

describe('reliability d6: headersTimeout is looked at every 30 seconds', () => {
  test('a head that never ends is answered with 408 within a second or two', async () => {
    const { connect } = await throughOrigin({ headersTimeout: 100 })
    const client = await connect()
    client.send('GET / HTTP/1.1\r\nHost: a\r\nX-Slow', { methods: ['GET'] })
    expect((await client.response()).status).toBe(408)
    await client.closed()
  })
})

describe('reliability d8: insecureHTTPParser undoes everything', () => {
  test('a server that has it is refused', async () => {
    const gateway = new Gateway({})
    const server = createServer({ insecureHTTPParser: true })
    expect(() => attach(server, gateway)).toThrow('insecureHTTPParser')
    await gateway.close()
  })
})
