import { lookup } from 'node:dns/promises'
import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { defineFilter, respond } from 'headgate'
import { describe, expect, test } from 'vitest'
import { finish, hang, reply, reset, type Step } from '../../support/raw-script.ts'
import { closeLater, get, linesOf, request, startGateway, throughOrigin } from '../../support/running-gateway.ts'
import { until } from '../../support/wait.ts'

/** Answers the first request of a connection and ends it, some way, at the second. */
function staleAfterFirst(...end: readonly Step[]) {
  return {
    script: (_: unknown, { requests }: { requests: readonly unknown[] }) =>
      requests.length > 1 ? end : [reply(200, [], 'ok')],
  }
}

describe('pain 14: stale keep-alive race', () => {
  test.each([
    ['GET', 'FIN', finish()],
    ['GET', 'RST', reset()],
    ['OPTIONS', 'RST', reset()],
    ['PUT', 'RST', reset()],
    ['DELETE', 'FIN', finish()],
  ])('%s, ended by %s, is sent again on a fresh connection', async (method, _, end) => {
    const { origin, connect, exchanges } = await throughOrigin({ origin: staleAfterFirst(end) })
    const client = await connect()
    for (let count = 0; count < 3; count++) {
      expect((await client.send(request(method, `/${count}`)).response()).status).toBe(200)
    }
    expect(origin.connections.map(({ requests }) => requests.map(({ target }) => target))).toEqual([
      ['/0', '/1'],
      ['/1', '/2'],
      ['/2'],
    ])
    expect(exchanges.map(({ attempts }) => attempts.length)).toEqual([1, 2, 2])
    expect(exchanges.map(({ error }) => error)).toEqual([undefined, undefined, undefined])
  })

  test('HEAD is sent again, too', async () => {
    const { origin, connect } = await throughOrigin({ origin: staleAfterFirst(reset()) })
    const client = await connect()
    await client.send(get('/0')).response()
    expect((await client.send(request('HEAD', '/1')).response()).status).toBe(200)
    expect(origin.requests.map(({ method, target }) => `${method} ${target}`)).toEqual(['GET /0', 'HEAD /1', 'HEAD /1'])
  })

  test.each([
    ['POST', ''],
    ['PATCH', ''],
    ['PUT', 'streamed'],
  ])('%s is not: it may have been done (body %j)', async (method, body) => {
    const { origin, connect, exchanges } = await throughOrigin({ origin: staleAfterFirst(reset()) })
    const client = await connect()
    await client.send(get()).response()
    expect((await client.send(request(method, '/', [], body)).response()).status).toBe(503)
    expect(origin.connections).toHaveLength(1)
    expect(exchanges[1]?.error).toMatchObject({ code: 'connectionTermination', reusedSocket: true })
    expect(exchanges[1]?.responseFlags).toEqual(['UC'])
  })

  test('a fresh connection that fails is not tried again', async () => {
    const { origin, connect, exchanges } = await throughOrigin({ origin: { script: [reset()] } })
    const client = await connect()
    expect((await client.send(get()).response()).status).toBe(503)
    expect(origin.connections).toHaveLength(1)
    expect(exchanges[0]?.error).toMatchObject({ code: 'connectionTermination', reusedSocket: false })
  })

  test('an origin that hangs up after each answer costs no request', async () => {
    const { origin, connect } = await throughOrigin({ origin: { script: [reply(200, [], 'ok'), finish()] } })
    const clients = await Promise.all(Array.from({ length: 4 }, connect))
    await Promise.all(
      clients.map(async (client) => {
        for (let count = 0; count < 50; count++) expect((await client.send(get()).response()).status).toBe(200)
      }),
    )
    expect(origin.requests.filter(({ complete }) => complete).length).toBeGreaterThanOrEqual(200)
  })
})

describe('pain 15: no pooling', () => {
  test('requests one after the other share one connection', async () => {
    const { origin, connect } = await throughOrigin()
    for (let count = 0; count < 20; count++) {
      const client = await connect()
      await client.send(request(count % 2 === 0 ? 'GET' : 'POST', '/', [], count % 2 === 0 ? '' : 'body')).response()
      await client.close()
    }
    expect(origin.connections).toHaveLength(1)
  })

  test('requests at once share as many as there may be, in order', async () => {
    const { origin, connect } = await throughOrigin({ upstream: { circuitBreakers: { maxConnections: 3 } } })
    const clients = await Promise.all(Array.from({ length: 20 }, connect))
    const responses = await Promise.all(clients.map((client, index) => client.send(get(`/${index}`)).response()))
    expect(responses.map(({ status }) => status)).toEqual(responses.map(() => 200))
    expect(origin.connections).toHaveLength(3)
    expect(origin.requests).toHaveLength(20)
  })

  test('what does not fit into the queue is refused at once, with 503', async () => {
    const { origin, connect, exchanges } = await throughOrigin({
      upstream: { circuitBreakers: { maxConnections: 2, maxPendingRequests: 3 } },
      origin: { script: [hang()] },
    })
    const clients = await Promise.all(Array.from({ length: 10 }, connect))
    for (const client of clients) client.send(get())
    const refused = await until(() => {
      const finals = clients.flatMap((client) => client.finals)
      return finals.length >= 5 && finals
    })
    expect(refused.map(({ status }) => status)).toEqual([503, 503, 503, 503, 503])
    expect(refused.every(({ headers }) => headers.get('x-envoy-overloaded') === 'true')).toBe(true)
    expect(exchanges.every(({ responseFlags }) => responseFlags.join() === 'UO')).toBe(true)
    expect(origin.connections).toHaveLength(2)
  })

  test('an idle connection that its origin closes is let go of', async () => {
    const { origin, connect } = await throughOrigin()
    const client = await connect()
    await client.send(get()).response()
    origin.connections[0]?.socket.end()
    await until(() => origin.openConnections === 0)
    expect((await client.send(get()).response()).status).toBe(200)
  })
})

describe('pain 17: localhost', () => {
  /** Answers on one loopback address only; undefined where the machine does not have it. */
  async function onlyOn(host: string): Promise<Server | undefined> {
    const server = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.on('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok'))
    })
    server.listen(0, host)
    const failed = await Promise.race([
      once(server, 'listening').then(() => false),
      once(server, 'error').then(() => true),
    ]).catch(() => true)
    if (failed) return undefined
    closeLater({ close: async () => server.close() })
    return server
  }

  const toLocalhost = (port: number) => ({
    upstreams: [{ metadata: { name: 'local' }, static: { hosts: [{ addr: 'localhost', port }] } }],
    virtualServices: [
      {
        metadata: { name: 'all' },
        virtualHost: { routes: [{ routeAction: { single: { upstream: { name: 'local' } } } }] },
      },
    ],
  })

  test.for([
    ['127.0.0.1', 4],
    ['::1', 6],
  ] as const)('an upstream that listens on %s only is found', async ([host, family], { skip }) => {
    const known = await lookup('localhost', { all: true })
    const server = await onlyOn(host)
    if (server === undefined || !known.some((each) => each.family === family))
      return skip(`localhost is not ${host} here`)
    const { exchange } = await startGateway(toLocalhost((server.address() as { port: number }).port))
    expect((await exchange(get())).body.toString()).toBe('ok')
  })

  test('when none answers, the error names every address that was tried', async () => {
    const server = (await onlyOn('127.0.0.1')) as Server
    const { port } = server.address() as { port: number }
    server.close()
    await once(server, 'close')
    const { exchange, exchanges } = await startGateway(toLocalhost(port))
    const response = await exchange(get())
    expect(response.status).toBe(503)
    expect(response.body.toString()).not.toContain(String(port))
    expect(exchanges[0]?.error).toMatchObject({ code: 'connectionFailure', address: `localhost:${port}` })
    expect(exchanges[0]?.error?.message).toContain(`127.0.0.1:${port}`)
  })
})

describe('pain 20: shutdown', () => {
  test('what is in flight ends, marked as the last of its connection; new connections are refused', async () => {
    const { origin, connect, server } = await throughOrigin({ origin: { script: [hang()] } })
    const client = await connect()
    const idle = await connect()
    client.send(get())
    await until(() => origin.requests.length === 1)
    const closed = server.close({ drain: 600_000 })
    expect(await idle.closed()).toBe('fin')
    await expect(connect()).rejects.toThrow('ECONNREFUSED')
    origin.connections[0]?.socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone')
    const response = await client.response()
    expect(response.body.toString()).toBe('done')
    expect(linesOf(response)).toContain('connection: close')
    await client.closed()
    await closed
  })

  test('a response that has begun goes on to its end, however slowly it is read', async () => {
    const size = 16 << 20
    const { origin, connect, server } = await throughOrigin({ origin: { script: [reply(200, [], 'x'.repeat(size))] } })
    const client = await connect()
    client.socket.pause()
    client.send(get())
    await until(() => origin.requests.length === 1)
    await until(() => client.socket.readableLength > 0)
    const closed = server.close({ drain: 600_000 })
    client.socket.resume()
    expect((await client.response()).body).toHaveLength(size)
    await client.closed()
    await closed
  })

  test('an answer of the gateway that has not been read yet is not cut', async () => {
    const size = 8 << 20
    const body = new Uint8Array(size).fill(0x61)
    const big = defineFilter({
      name: 'big',
      stage: 'route',
      configure: () => ({}),
      create: () => ({ onRequest: () => respond(200, { body }) }),
    })
    const { connect, server, exchanges } = await throughOrigin({ options: { filters: [big] } })
    const client = await connect()
    client.socket.pause()
    client.send(get())
    await until(() => exchanges.length === 1)
    const closed = server.close({ drain: 600_000 })
    client.socket.resume()
    expect((await client.response()).body).toHaveLength(size)
    await client.closed()
    await closed
  })

  test('what does not end in time is cut off', async () => {
    const { origin, connect, server, exchanges } = await throughOrigin({ origin: { script: [hang()] } })
    const client = await connect()
    client.send(get())
    await until(() => origin.requests.length === 1)
    await server.close({ drain: 20 })
    await client.closed()
    await until(() => origin.openConnections === 0)
    expect(exchanges).toHaveLength(1)
  })

  test('closing the gateway ends connections to upstreams, and later requests are answered', async () => {
    const { origin, connect, gateway } = await throughOrigin()
    const client = await connect()
    await client.send(get()).response()
    await gateway.close()
    await until(() => origin.openConnections === 0)
    expect((await client.send(get()).response()).status).toBe(503)
  })

  test('closing twice is harmless', async () => {
    const { server, gateway } = await throughOrigin()
    await Promise.all([server.close({ drain: 0 }), server.close({ drain: 0 })])
    await gateway.close()
    await gateway.close()
  })
})
