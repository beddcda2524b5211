import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { ManualClock } from '@headgate/testing'
import { defineFilter, type ErrorCode } from 'headgate'
import { describe, expect, test } from 'vitest'
import { delay, drip, hang, reply, reset, write } from '../../support/raw-script.ts'
import { closeLater, get, request, startGateway, throughOrigin, toOrigins } from '../../support/running-gateway.ts'
import { until } from '../../support/wait.ts'

describe('pain 18: every time has its name, status and flag', () => {
  test('no response within the route timeout: 504 UT', async () => {
    const clock = new ManualClock()
    const { origin, connect, exchanges } = await throughOrigin({
      options: { clock },
      route: { timeout: '2s' },
      origin: { script: [hang()] },
    })
    const client = await connect()
    client.send(get())
    await until(() => origin.requests.length === 1)
    await clock.advance(1999)
    expect(exchanges).toHaveLength(0)
    await clock.advance(1)
    const response = await client.response()
    expect([response.status, response.body.toString()]).toEqual([504, 'upstream request timeout'])
    expect(exchanges[0]).toMatchObject({ error: { code: 'upstreamTimeout' }, responseFlags: ['UT'] })
    await until(() => origin.openConnections === 0)
  })

  test('the route timeout begins when the request is complete', async () => {
    const clock = new ManualClock()
    const { origin, connect, exchanges } = await throughOrigin({
      options: { clock },
      route: { timeout: '2s' },
      origin: { when: 'head', script: [hang()] },
    })
    const client = await connect()
    client.send(request('POST', '/', ['Content-Length: 2'], 'o'))
    await until(() => origin.requests.length === 1)
    await clock.advance(60_000)
    expect(exchanges).toHaveLength(0)
    client.send('k', { methods: [] })
    await until(() => origin.requests[0]?.complete === true)
    await clock.advance(2000)
    expect((await client.response()).status).toBe(504)
  })

  test('a body that is cut by the route timeout is seen to be cut', async () => {
    const clock = new ManualClock()
    const { connect, exchanges } = await throughOrigin({
      options: { clock },
      route: { timeout: '2s' },
      origin: { script: [write('HTTP/1.1 200 OK\r\n\r\nhalf'), hang()] },
    })
    const client = await connect()
    client.send(get())
    await until(() => client.responses[0]?.body.toString() === 'half')
    await clock.advance(2000)
    await client.closed()
    expect(client.responses[0]?.complete).toBe(false)
    expect(exchanges[0]?.responseFlags).toEqual(['UT'])
  })

  test('no byte for streamIdleTimeout: 408 while the client owes its body, 504 while the upstream owes its head', async () => {
    const clock = new ManualClock()
    const { origin, connect, exchanges } = await throughOrigin({
      options: { clock },
      hcm: { streamIdleTimeout: '5s' },
      route: { timeout: '0s' },
      origin: { when: 'head', script: [hang()] },
    })
    const [slowClient, waiting] = [await connect(), await connect()]
    slowClient.send(request('POST', '/upload', ['Content-Length: 2'], 'x'))
    waiting.send(get('/wait'))
    await until(() => origin.requests.length === 2)
    await clock.advance(5000)
    expect((await slowClient.response()).status).toBe(408)
    expect((await waiting.response()).status).toBe(504)
    expect(exchanges.map(({ responseFlags }) => responseFlags)).toEqual([['SI'], ['SI']])
    await slowClient.closed()
  })

  test('a client that uploads slowly but steadily is not idle', async () => {
    const clock = new ManualClock()
    const { origin, connect } = await throughOrigin({
      options: { clock },
      hcm: { streamIdleTimeout: '5s' },
      route: { timeout: '0s' },
    })
    const client = await connect()
    client.send(request('POST', '/', ['Content-Length: 4']))
    for (let sent = 1; sent <= 4; sent++) {
      client.send('x', { methods: [] })
      await until(() => origin.requests[0]?.body.length === sent)
      if (sent < 4) await clock.advance(4000)
    }
    expect((await client.response()).status).toBe(200)
  })

  test('a request that does not arrive within requestTimeout: 408', async () => {
    const clock = new ManualClock()
    const { origin, connect, exchanges } = await throughOrigin({ options: { clock }, hcm: { requestTimeout: '3s' } })
    const client = await connect()
    client.send(request('POST', '/', ['Content-Length: 4'], 'x'))
    await until(() => origin.requests.length === 1)
    await clock.advance(3000)
    expect((await client.response()).status).toBe(408)
    expect(exchanges[0]?.error?.code).toBe('requestTimeout')
    await client.closed()
    await until(() => origin.openConnections === 0)
  })

  test('an upstream that accepts and never shakes hands: 503 UF after connectTimeout', async () => {
    const sockets: Socket[] = []
    const silent = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    closeLater({
      async close() {
        for (const socket of sockets) socket.destroy()
        silent.close()
      },
    })
    const upstream = { sslConfig: {}, connectionConfig: { connectTimeout: '0.05s' } }
    const { exchange, exchanges } = await startGateway(toOrigins([silent.address() as { port: number }], { upstream }))
    expect((await exchange(get())).status).toBe(503)
    expect(exchanges[0]).toMatchObject({
      error: { code: 'tlsTimeout', phase: 'connect' },
      responseFlags: ['UF'],
    })
  })

  test.each<[string, ErrorCode, number, string]>([
    ['reset', 'connectionTermination', 503, 'UC'],
    ['garbage', 'protocolError', 502, 'UPE'],
  ])('a hang-up is no timeout: %s', async (kind, code, status, flag) => {
    const script = kind === 'reset' ? [delay(2), reset()] : [write('SSH-2.0-OpenSSH\r\n')]
    const { exchange, exchanges } = await throughOrigin({ origin: { script } })
    expect((await exchange(get())).status).toBe(status)
    expect(exchanges[0]).toMatchObject({ error: { code }, responseFlags: [flag] })
  })

  test('a slow but steady response ends well without a route timeout', async () => {
    const { exchange } = await throughOrigin({
      route: { timeout: '0s' },
      origin: { script: [drip('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc', 2, 4)] },
    })
    expect((await exchange(get())).body.toString()).toBe('abc')
  })
})

describe('pain 19: a retry loses or repeats the body', () => {
  /** Reads the body of requests that ask for it into memory. */
  const buffering = defineFilter({
    name: 'buffering',
    stage: 'route',
    configure: () => ({}),
    create: () => ({
      async onRequest({ request: incoming }) {
        if (!incoming.headers.has('x-buffer') || incoming.body === null || incoming.body instanceof Uint8Array) return
        const chunks: Uint8Array[] = []
        for await (const chunk of incoming.body) chunks.push(chunk)
        incoming.body = Buffer.concat(chunks)
      },
    }),
  })

  test('a body in memory is sent again whole; a stream that has begun is not sent again at all', async () => {
    const { origin, connect } = await throughOrigin({
      origin: { script: (_, { requests }) => (requests.length > 1 ? [reset()] : [reply(200, [], 'ok')]) },
      options: { filters: [buffering] },
    })
    const client = await connect()
    await client.send(get()).response()
    const response = await client.send(request('PUT', '/', ['X-Buffer: 1'], 'in memory')).response()
    expect(response.status).toBe(200)
    expect(origin.requests.map(({ body }) => body.toString())).toEqual(['', 'in memory', 'in memory'])
    expect((await client.send(request('PUT', '/', [], 'streamed')).response()).status).toBe(503)
    expect(origin.connections).toHaveLength(2)
    expect(origin.problems).toEqual([])
  })
})
