import { getEventListeners } from 'node:events'
import type { Socket } from 'node:net'
import {
  defineFilter,
  type Filter,
  type FilterDefinition,
  GatewayRequest,
  HeaderMap,
  localClient,
  respond,
  type UpstreamHandler,
} from 'headgate'
import { describe, expect, test } from 'vitest'
import { flood, reply, write } from '../../support/raw-script.ts'
import { get, request, startGateway, throughOrigin, toOrigins } from '../../support/running-gateway.ts'
import { until } from '../../support/wait.ts'

const big = 'x'.repeat(2 << 20)

/** A filter on the way back, for one path. */
function onResponse(path: string, run: NonNullable<Filter['onResponse']>): FilterDefinition<object> {
  return defineFilter({
    name: 'way-back',
    stage: 'route',
    configure: () => ({}),
    create: () => ({
      onResponse: (context, response) => (context.request.path === path ? run(context, response) : undefined),
    }),
  })
}

describe('reliability d19: a body that nobody reads keeps its connection', () => {
  test.each<[string, FilterDefinition<object>, number]>([
    ['a filter that answers in its place', onResponse('/big', () => respond(202, { body: 'short' })), 202],
    [
      'a filter that takes it away',
      onResponse('/big', (_, response) => void Object.assign(response, { body: null })),
      200,
    ],
    [
      'a filter that throws',
      onResponse('/big', () => {
        throw new Error('filter')
      }),
      500,
    ],
    ['a filter that rejects', onResponse('/big', () => Promise.reject(new Error('filter'))), 500],
    [
      'a filter that makes the head invalid',
      onResponse('/big', (_, response) => void response.headers.set('x', '\u20ac')),
      502,
    ],
    [
      'a status without a body',
      onResponse('/big', (_, response) => void Object.assign(response, { status: 204 })),
      204,
    ],
  ])('%s: the connection is free again, 10 times over', async (_, filter, status) => {
    const { connect } = await throughOrigin({
      mayReport: true,
      options: { filters: [filter] },
      upstream: { circuitBreakers: { maxConnections: 1 } },
      origin: { script: ({ target }) => [reply(200, [], target === '/big' ? big : 'small')] },
    })
    const client = await connect()
    for (let count = 0; count < 10; count++) {
      expect((await client.send(get('/big')).response()).status).toBe(status)
      expect((await client.send(get('/small')).response()).body.toString()).toBe('small')
    }
  })

  test.each([
    ['HEAD', 'HEAD', [write(`HTTP/1.1 200 OK\r\nContent-Length: ${big.length}\r\n\r\n`)]],
    ['a body behind a 304', 'GET', [write(`HTTP/1.1 304 N\r\nContent-Length: ${big.length}\r\n\r\n`)]],
  ])('%s', async (_, method, script) => {
    const { connect } = await throughOrigin({
      upstream: { circuitBreakers: { maxConnections: 1 } },
      origin: { script: ({ target }) => (target === '/big' ? script : [reply(200, [], 'small')]) },
    })
    const client = await connect()
    for (let count = 0; count < 5; count++) {
      await client.send(request(method, '/big')).response()
      expect((await client.send(get('/small')).response()).body.toString()).toBe('small')
    }
  })

  test('a client that leaves in the middle frees it, too', async () => {
    const { connect } = await throughOrigin({
      upstream: { circuitBreakers: { maxConnections: 1 } },
      origin: {
        script: ({ target }) =>
          target === '/big' ? [write('HTTP/1.1 200 OK\r\n\r\n'), flood(big, 1 << 30)] : [reply(200, [], 'small')],
      },
    })
    for (let count = 0; count < 5; count++) {
      const leaving = await connect()
      leaving.send(get('/big'))
      await until(() => leaving.received.length > 0)
      const staying = await connect()
      staying.send(get('/small'))
      leaving.reset()
      expect((await staying.response()).body.toString()).toBe('small')
    }
  })
})

describe('reliability d20: nothing grows', () => {
  test('neither listeners of sockets nor of a signal that handlers share', async () => {
    const signals = new Set<AbortSignal>()
    const shared = new AbortController()
    const handler: UpstreamHandler = (incoming) => {
      signals.add(incoming.signal)
      return new Response('ok')
    }
    const { gateway, connect, server } = await startGateway({
      ...toOrigins([{ port: 1 }]),
      upstreams: [{ metadata: { name: 'origin' }, handler }],
    })
    let socket: Socket | undefined
    server.server.on('request', (incoming) => {
      socket = incoming.socket
    })
    const client = await connect()
    const listenersOf = (): number =>
      (socket?.eventNames() ?? []).reduce((sum, name) => sum + (socket?.listenerCount(name) ?? 0), 0)
    await client.send(get()).response()
    const before = listenersOf()
    for (let count = 0; count < 50; count++) {
      await client.send(get()).response()
      const incoming = new GatewayRequest('GET', '/', new HeaderMap([['host', 'a']]), null, localClient)
      const { body } = await gateway.handle(incoming, { signal: shared.signal })
      for await (const _ of body as AsyncIterable<Uint8Array>);
    }
    expect(listenersOf()).toBe(before)
    expect(getEventListeners(shared.signal, 'abort')).toHaveLength(0)
  })

  test('upstream sockets that serve many requests', async () => {
    const { origin, connect } = await throughOrigin()
    const client = await connect()
    for (let count = 0; count < 100; count++) await client.send(request('POST', '/', [], 'body')).response()
    expect(origin.connections).toHaveLength(1)
  })
})

describe('reliability d34: timers do not keep a process alive', () => {
  const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length

  test('neither while a request is in flight nor afterwards', async () => {
    let answer: (response: Response) => void = () => undefined
    const handler: UpstreamHandler = () =>
      new Promise((resolve) => {
        answer = resolve
      })
    const { gateway } = await startGateway({
      ...toOrigins([{ port: 1 }], { hcm: { streamIdleTimeout: '60s', requestTimeout: '60s' } }),
      upstreams: [{ metadata: { name: 'origin' }, handler }],
    })
    const before = timers()
    const response = gateway.handle(new GatewayRequest('GET', '/', new HeaderMap([['host', 'a']]), null, localClient))
    expect(timers()).toBe(before)
    answer(new Response(null, { status: 204 }))
    expect((await response).status).toBe(204)
    expect(timers()).toBe(before)
  })

  test('nor with connections to upstreams idle in their pool', async () => {
    const { connect } = await throughOrigin()
    const before = timers()
    const client = await connect()
    await client.send(get()).response()
    expect(timers()).toBeLessThanOrEqual(before)
  })
})
