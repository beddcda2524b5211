import { describe, expect, test } from 'vitest'
import { drip, finish, flood, hang, reply, reset, stopReading } from '../support/raw-script.ts'
import { get, listen, request, startGateway, throughOrigin, toOrigins, upstreamTo } from '../support/running-gateway.ts'
import { until } from '../support/wait.ts'

const mebibyte = 1024 * 1024
const quick = { retryBackOff: { baseInterval: '1ms', maxInterval: '1ms' } } as const
const retries = { retryOn: '5xx,reset', numRetries: 2, ...quick } as const

/** Steps for the first request, the second, ... of an origin, whatever connection it comes on; the last for all others. */
function inTurn<T>(...scripts: readonly T[]): () => T {
  let turn = 0
  return () => scripts[Math.min(turn++, scripts.length - 1)] as T
}

describe('a body that is sent again', () => {
  test.each([
    ['with a length', request('POST', '/', [], 'Ada Lovelace')],
    ['in chunks', request('POST', '/', ['Transfer-Encoding: chunked'], '3\r\nAda\r\n9\r\n Lovelace\r\n0\r\n\r\n')],
  ])('%s is the same, byte for byte', async (_, bytes) => {
    const script = inTurn([reply(503)], [reset()], [reply(200, [], 'ok')])
    const { origin, exchange, exchanges } = await throughOrigin({ origin: { script }, route: { retries } })
    expect((await exchange(bytes)).status).toBe(200)
    expect(origin.requests.map(({ body }) => body.toString())).toEqual(Array(3).fill('Ada Lovelace'))
    expect(origin.problems).toEqual([])
    expect(exchanges[0]?.attempts).toHaveLength(3)
  })

  test('was still on its way when the first try failed', async () => {
    let tries = 0
    const { origin, connect } = await throughOrigin({
      origin: {
        when: 'head',
        script: (incoming) =>
          tries++ === 0 ? [reset()] : [async () => void (await until(() => incoming.complete)), reply(200, [], 'ok')],
      },
      route: { retries },
    })
    const client = await connect()
    client.send(request('PUT', '/', ['Content-Length: 12']))
    await client.play(drip('Ada Lovelace', 20, 3))
    expect((await client.response()).status).toBe(200)
    expect(origin.requests.at(-1)?.body.toString()).toBe('Ada Lovelace')
  })

  test('longer than the buffer goes through once, whole', async () => {
    const { origin, connect } = await throughOrigin({ origin: { script: [reply(503)] }, route: { retries } })
    const client = await connect()
    client.send(request('POST', '/', [`Content-Length: ${4 * mebibyte}`]))
    await client.play(flood('x'.repeat(65_536), 4 * mebibyte))
    expect((await client.response()).status).toBe(503)
    expect(origin.requests.map(({ body }) => body.length)).toEqual([4 * mebibyte])
  })
})

describe('an upload on a route with retries', () => {
  test('that is answered early gets its answer, and no reset', async () => {
    const { origin, connect } = await throughOrigin({
      origin: { when: 'head', script: [stopReading(), reply(413, [], 'no')] },
      route: { retries },
    })
    const client = await connect()
    client.socket.pause()
    client.send(request('POST', '/', [], 'x'.repeat(2 * mebibyte)))
    await until(() => client.socket.writableLength === 0)
    client.socket.resume()
    const response = await client.response()
    expect([response.status, response.body.toString()]).toEqual([413, 'no'])
    expect(await client.closed()).toBe('fin')
    origin.connections[0]?.socket.resume()
  })

  test('whose client leaves takes its upstream connection with it, and is not tried again', async () => {
    const { origin, connect, exchanges } = await throughOrigin({ origin: { script: [hang()] }, route: { retries } })
    const client = await connect()
    client.send(request('POST', '/', ['Content-Length: 100'], 'half'))
    await until(() => origin.requests[0]?.body.length === 4)
    client.reset()
    await until(() => origin.openConnections === 0)
    await until(() => exchanges.length === 1)
    expect(exchanges[0]?.responseFlags).toEqual(['DC'])
    expect(origin.connections).toHaveLength(1)
  })
})

describe('tries', () => {
  test('that are not answered in time are given up, and their connections closed', async () => {
    const script = inTurn([hang()], [reply(200, [], 'ok')])
    const { origin, exchange, exchanges } = await throughOrigin({
      origin: { script },
      route: { retries: { ...retries, perTryTimeout: '50ms' } },
    })
    expect((await exchange(get())).body.toString()).toBe('ok')
    await until(() => origin.openConnections === 1)
    expect(exchanges[0]?.attempts[0]?.outcome).toMatchObject({ code: 'perTryTimeout' })
  })

  test('beside each other: the first answer counts, the other is given up', async () => {
    const script = inTurn([hang()], [reply(200, [], 'ok')])
    const policy = { ...retries, perTryTimeout: '50ms', hedge: { hedgeOnPerTryTimeout: true } } as const
    const { origin, exchange, exchanges } = await throughOrigin({ origin: { script }, route: { retries: policy } })
    expect((await exchange(request('POST', '/', [], 'Ada'))).status).toBe(200)
    expect(origin.requests.map(({ body }) => body.toString())).toEqual(['Ada', 'Ada'])
    await until(() => origin.openConnections === 1)
    expect(exchanges[0]?.attempts).toMatchObject([{ outcome: 200 }, { outcome: { code: 'hedgeLost' } }])
  })

  test('leave the connection of a bad answer for the next one', async () => {
    const script = inTurn([reply(503, [], 'busy')], [reply(200, [], 'ok')])
    const { origin, exchange } = await throughOrigin({ origin: { script }, route: { retries } })
    expect((await exchange(get())).status).toBe(200)
    expect(origin.connections).toHaveLength(1)
  })
})

describe('a shadow', () => {
  test('that reads nothing is dropped, and the upload goes on', async () => {
    const primary = await listen()
    const shadow = await listen({ when: 'connection', script: [stopReading(), hang(), finish()] })
    const config = toOrigins([primary], { route: { shadowing: { upstream: { name: 'shadow' }, percentage: 100 } } })
    const { connect, exchanges } = await startGateway({
      ...config,
      upstreams: [...(config.upstreams ?? []), upstreamTo('shadow', shadow)],
    })
    const total = 16 * mebibyte
    const client = await connect()
    client.send(request('POST', '/', [`Content-Length: ${total}`]))
    await client.play(flood('x'.repeat(65_536), total))
    expect((await client.response(20_000)).status).toBe(200)
    expect(primary.requests[0]?.body.length).toBe(total)
    expect(exchanges[0]?.error).toBeUndefined()
    // Now that it reads it finds out.
    shadow.connections[0]?.socket.resume()
    await until(() => shadow.openConnections === 0, { what: 'the end of the shadow' })
  })

  test('gets the same bytes, with its own host', async () => {
    const primary = await listen()
    const shadow = await listen()
    const config = toOrigins([primary], { route: { shadowing: { upstream: { name: 'shadow' }, percentage: 100 } } })
    const { exchange } = await startGateway({
      ...config,
      upstreams: [...(config.upstreams ?? []), upstreamTo('shadow', shadow)],
    })
    const bytes = request('POST', '/x?y', ['Transfer-Encoding: chunked'], '3\r\nAda\r\n9\r\n Lovelace\r\n0\r\n\r\n')
    expect((await exchange(bytes)).status).toBe(200)
    await until(() => shadow.requests[0]?.complete === true)
    expect(shadow.requests[0]?.target).toBe('/x?y')
    expect(shadow.requests[0]?.headers.get('host')).toBe('gateway.test-shadow')
    for (const origin of [primary, shadow]) expect(origin.requests[0]?.body.toString()).toBe('Ada Lovelace')
    expect(shadow.problems).toEqual([])
  })
})
