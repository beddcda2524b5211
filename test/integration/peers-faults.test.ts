import { once } from 'node:events'
import { createServer } from 'node:net'
import { describe, expect, test } from 'vitest'
import { delay, finish, flood, hang, reply, reset, write } from '../support/raw-script.ts'
import { get, startGateway, throughOrigin, toOrigins } from '../support/running-gateway.ts'
import { until } from '../support/wait.ts'

/** A port of which it is sure that nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

describe('a client that goes away', () => {
  test.each([
    ['while the body streams', [write('HTTP/1.1 200 OK\r\n\r\n'), flood('x'.repeat(65_536), 1 << 30)], 1],
    ['before any response', [hang()], 0],
  ])('%s: its upstream connection is closed', async (_, script, responses) => {
    const { origin, connect, exchanges } = await throughOrigin({ origin: { script } })
    const client = await connect()
    client.send(get())
    await until(() => origin.requests.length === 1 && client.responses.length === responses)
    client.reset()
    await until(() => origin.openConnections === 0, { what: 'the end of the upstream connection' })
    await until(() => exchanges.length === 1)
    expect(exchanges[0]?.error?.code).toBe('clientGone')
    expect(exchanges[0]?.responseFlags).toEqual(['DC'])
  })
})

describe('an upstream that breaks off in the body', () => {
  const byLength = write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf')
  const byChunks = write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n')
  test.each([
    ['Content-Length, FIN', [byLength, delay(5), finish()]],
    ['Content-Length, RST', [byLength, delay(5), reset()]],
    ['chunked, FIN', [byChunks, delay(5), finish()]],
    ['chunked, RST', [byChunks, delay(5), reset()]],
    ['until close, RST', [write('HTTP/1.1 200 OK\r\n\r\nhalf'), delay(5), reset()]],
  ])('%s: the client sees the break, never a valid end', async (_, script) => {
    const { connect, exchanges } = await throughOrigin({ origin: { script } })
    const client = await connect()
    client.send(get())
    await client.closed()
    expect(client.finals).toHaveLength(1)
    expect(client.finals[0]?.complete).toBe(false)
    expect(client.finals[0]?.body.toString()).toBe('half')
    await until(() => exchanges.length === 1)
    expect(exchanges[0]?.error?.code).toBe('upstreamBodyBroken')
  })
})

describe('an upstream that cannot be had', () => {
  test('refused: 503 with the flag of a failed connection', async () => {
    const { exchange, exchanges } = await startGateway(toOrigins([{ port: await closedPort() }]))
    expect((await exchange(get())).status).toBe(503)
    expect(exchanges[0]?.responseFlags).toEqual(['UF'])
  })

  test('a reused connection that is reset at the second GET: one retry nobody sees', async () => {
    const { origin, connect, exchanges } = await throughOrigin({
      origin: { script: (_, { requests }) => (requests.length > 1 ? [reset()] : [reply(200, [], 'ok')]) },
    })
    const client = await connect()
    expect((await client.send(get('/1')).response()).status).toBe(200)
    expect((await client.send(get('/2')).response()).status).toBe(200)
    expect(origin.connections.map(({ requests }) => requests.map(({ target }) => target))).toEqual([
      ['/1', '/2'],
      ['/2'],
    ])
    expect(exchanges[1]?.attempts).toHaveLength(2)
  })
})
