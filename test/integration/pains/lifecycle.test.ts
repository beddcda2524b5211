import { getEventListeners } from 'node:events'
import { defineFilter, GatewayRequest, HeaderMap, localClient, respond } from 'headgate'
import { describe, expect, test } from 'vitest'
import { delay, finish, flood, hang, reply, reset, type Step, stopReading, write } from '../../support/raw-script.ts'
import { get, request, startGateway, throughOrigin } from '../../support/running-gateway.ts'
import { until } from '../../support/wait.ts'

const upload = (size: number): string => request('POST', '/', [`Content-Length: ${size}`])

describe('pain 11: a client that leaves', () => {
  test('while it waits for a connection: its place in the queue is free again', async () => {
    const arrived: string[] = []
    const counting = defineFilter({
      name: 'counting',
      stage: 'route',
      configure: () => ({}),
      create: () => ({ onRequest: ({ request: { target } }) => void arrived.push(target) }),
    })
    const { origin, connect, exchanges } = await throughOrigin({
      options: { filters: [counting] },
      upstream: { circuitBreakers: { maxConnections: 1, maxPendingRequests: 1 } },
      origin: { script: ({ target }) => (target === '/hang' ? [hang()] : [reply(200, [], target)]) },
    })
    const busy = await connect()
    busy.send(get('/hang'))
    await until(() => origin.requests.length === 1)
    const gone = await connect()
    gone.send(get('/gone'))
    await until(() => arrived.includes('/gone'))
    const refusedAs = await (await connect()).send(get('/third')).response()
    expect(refusedAs.status).toBe(503)
    gone.reset()
    await until(() => exchanges.some(({ error }) => error?.code === 'clientGone'))
    const next = await connect()
    next.send(get('/next'))
    await until(() => arrived.includes('/next'))
    busy.reset()
    expect((await next.response()).body.toString()).toBe('/next')
    expect(origin.requests.map(({ target }) => target)).toEqual(['/hang', '/next'])
  })

  test.each<[string, readonly Step[], 'head' | 'request']>([
    ['while it uploads', [hang()], 'head'],
    ['while the upstream does not read', [stopReading(), hang()], 'head'],
  ])('%s: the upstream sees the end of the connection', async (_, script, when) => {
    const { origin, connect, exchanges } = await throughOrigin({ origin: { when, script } })
    const client = await connect()
    client.send(upload(64 << 20))
    void client.play(flood('x'.repeat(65_536), 32 << 20))
    await until(() => origin.requests.length === 1)
    client.reset()
    await until(() => exchanges.length === 1)
    // With bytes before it, a reset may look like an end in the middle of the body.
    expect(exchanges[0]?.responseFlags).toEqual(['DC'])
    origin.connections[0]?.socket.resume()
    await until(() => origin.openConnections === 0)
    expect(origin.requests[0]?.complete).toBe(false)
  })

  test('a function in the process is told by its signal', async () => {
    let signal: AbortSignal | undefined
    const { connect } = await startGateway({
      upstreams: [
        {
          metadata: { name: 'local' },
          handler: (incoming) => {
            signal = incoming.signal
            return new Promise<never>(() => undefined)
          },
        },
      ],
      virtualServices: [
        {
          metadata: { name: 'all' },
          virtualHost: { routes: [{ routeAction: { single: { upstream: { name: 'local' } } } }] },
        },
      ],
    })
    const client = await connect()
    client.send(get())
    await until(() => signal !== undefined)
    client.reset()
    await until(() => signal?.aborted === true)
  })

  test('a signal that callers share keeps no listener', async () => {
    const { gateway } = await throughOrigin()
    const { signal } = new AbortController()
    for (let count = 0; count < 20; count++) {
      const incoming = new GatewayRequest('GET', '/', new HeaderMap([['host', 'a']]), null, localClient)
      const response = await gateway.handle(incoming, { signal })
      for await (const chunk of response.body as AsyncIterable<Uint8Array>)
        expect(Buffer.from(chunk).toString()).toBe('ok')
    }
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })
})

describe('pain 12: no fault of a socket ends the process', () => {
  test.each(['', 'GET', 'GET / HTTP/1.1\r\nHost: a\r\n', upload(5), `${upload(5)}he`, get()])(
    'the client resets after %j',
    async (sent) => {
      const { connect, exchange } = await throughOrigin({ origin: { script: [delay(5), reply(200)] } })
      const client = await connect()
      if (sent !== '') client.send(sent)
      await until(() => client.socket.bytesWritten === sent.length)
      client.reset()
      expect((await exchange(get())).status).toBe(200)
    },
  )

  test.each<[string, readonly Step[], 'connection' | 'request']>([
    ['at once', [reset()], 'connection'],
    ['with a FIN at once', [finish()], 'connection'],
    ['with the request', [reset()], 'request'],
    ['in the status line', [write('HTTP/1.1 20'), reset()], 'request'],
    ['in the headers', [write('HTTP/1.1 200 OK\r\nA: '), reset()], 'request'],
    ['after an interim response', [write('HTTP/1.1 103 E\r\n\r\n'), delay(5), reset()], 'request'],
  ])('the upstream resets %s: 503', async (_, script, when) => {
    const { exchange, exchanges } = await throughOrigin({ origin: { when, script } })
    expect((await exchange(request('POST', '/', [], 'hello'))).status).toBe(503)
    expect(exchanges[0]?.responseFlags).toEqual(['UC'])
  })
})

describe('pain 13: two answers to one request', () => {
  test('a filter that answers after the client got its timeout changes nothing', async () => {
    let finishFilter: () => void = () => undefined
    const slow = defineFilter({
      name: 'slow',
      stage: 'route',
      configure: () => ({}),
      create: () => ({
        onRequest: ({ request: { target } }) =>
          target !== '/slow'
            ? undefined
            : new Promise((resolve) => {
                finishFilter = () => resolve(respond(200, { body: 'late' }))
              }),
      }),
    })
    const { connect, exchanges } = await throughOrigin({
      options: { filters: [slow] },
      hcm: { streamIdleTimeout: '0.05s' },
    })
    const client = await connect()
    expect((await client.send(get('/slow')).response()).status).toBe(504)
    finishFilter()
    expect((await client.send(get('/next')).response()).body.toString()).toBe('ok')
    expect([client.finals.length, exchanges.length]).toEqual([2, 2])
  })

  test('an upstream that answers twice is believed once, and its connection is not used again', async () => {
    const twice = write(
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged',
    )
    const { origin, connect } = await throughOrigin({
      origin: { script: ({ target }) => (target === '/twice' ? [twice] : [reply(200, [], target)]) },
    })
    const client = await connect()
    expect((await client.send(get('/twice')).response()).body.toString()).toBe('ok')
    expect((await client.send(get('/next')).response()).body.toString()).toBe('/next')
    expect(origin.connections).toHaveLength(2)
  })

  test('a final answer while the upload goes on is the only one, whatever the upload becomes', async () => {
    const { connect, exchanges } = await throughOrigin({ origin: { when: 'head', script: [reply(413), hang()] } })
    const client = await connect()
    client.send(request('POST', '/', ['Transfer-Encoding: chunked'], '5\r\nhello\r\n'))
    expect((await client.response()).status).toBe(413)
    client.send('zz no chunk\r\n', { methods: [] })
    await client.closed()
    expect([client.finals.length, exchanges.length]).toEqual([1, 1])
  })
})
