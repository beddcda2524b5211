import { defineFilter, type GatewayInput, type UpstreamHandler } from 'headgate'
import { describe, expect, test } from 'vitest'
import type { RawClient } from '../../support/raw-client.ts'
import { hang, reply, write } from '../../support/raw-script.ts'
import { get, listen, startGateway, toOrigins, upstreamTo } from '../../support/running-gateway.ts'
import { until } from '../../support/wait.ts'

/** One route per name, each to the upstream of that name. */
function routes(origins: Readonly<Record<string, { readonly port: number }>>): GatewayInput {
  return {
    upstreams: Object.entries(origins).map(([name, origin]) => upstreamTo(name, origin)),
    virtualServices: [
      {
        metadata: { name: 'all' },
        virtualHost: {
          routes: Object.keys(origins).map((name) => ({
            matchers: [{ prefix: `/${name}` }],
            routeAction: { single: { upstream: { name } } },
          })),
        },
      },
    ],
  }
}

const answering = (text: string): GatewayInput => ({
  virtualServices: [
    { metadata: { name: 'all' }, virtualHost: { routes: [{ directResponseAction: { status: 200, body: text } }] } },
  ],
})

describe('pain 39: routes change while requests are in flight', () => {
  test('a request in flight ends on the configuration it began with; the next one has the new', async () => {
    const old = await listen({ when: 'head', script: [hang()] })
    const { gateway, connect, exchanges } = await startGateway(routes({ a: old }))
    const client = await connect()
    client.send(get('/a'))
    await until(() => old.requests.length === 1)
    expect(gateway.update(answering('new'))).toMatchObject({ accepted: true, revision: 2 })
    expect((await (await connect()).send(get('/a')).response()).body.toString()).toBe('new')
    old.connections[0]?.socket.write('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nold')
    expect((await client.response()).body.toString()).toBe('old')
    expect(exchanges.map(({ revision }) => revision)).toEqual([2, 1])
    await until(() => old.openConnections === 0, { what: 'the end of the connections of an upstream that is gone' })
  })

  test('a response that streams goes on, to its last byte', async () => {
    const old = await listen({ script: [write('HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nfirst'), hang()] })
    const { gateway, connect } = await startGateway(routes({ a: old }))
    const client = await connect()
    client.send(get('/a'))
    await until(() => client.responses[0]?.body.toString() === 'first')
    gateway.update(answering('new'))
    old.connections[0]?.socket.write(', last')
    expect((await client.response()).body.toString()).toBe('first, last')
    await until(() => old.openConnections === 0)
  })

  test('a request that reaches its upstream after that is gone is served, and leaves no connection', async () => {
    const old = await listen()
    let goOn: () => void = () => undefined
    const waiting = defineFilter({
      name: 'waiting',
      stage: 'route',
      configure: () => ({}),
      create: () => ({
        onRequest: () =>
          new Promise<void>((resolve) => {
            goOn = resolve
          }),
      }),
    })
    const keeping = { connectionConfig: { commonHttpProtocolOptions: { idleTimeout: '1h' } } }
    const { gateway, connect } = await startGateway(toOrigins([old], { upstream: keeping }), {
      options: { filters: [waiting] },
    })
    const client = await connect()
    client.send(get('/a'))
    const first = goOn
    await until(() => goOn !== first)
    gateway.update(answering('new'))
    goOn()
    expect((await client.response()).body.toString()).toBe('ok')
    await until(() => old.openConnections === 0)
  })

  test('an upstream that does not change keeps its connections; one that changes gets new ones', async () => {
    const [kept, moved, target] = [await listen(), await listen(), await listen()]
    const { gateway, connect } = await startGateway(routes({ kept, moved }))
    const client = await connect()
    for (const path of ['/kept', '/moved']) await client.send(get(path)).response()
    gateway.update(routes({ kept, moved: target }))
    for (const path of ['/kept', '/moved']) await client.send(get(path)).response()
    expect([kept, moved, target].map(({ connections }) => connections.length)).toEqual([1, 1, 1])
    await until(() => moved.openConnections === 0)
    expect(kept.openConnections).toBe(1)
  })

  test('one faulty virtual service keeps its last good version and takes nothing else down', async () => {
    const origin = await listen()
    const service = (name: string, domain: string, regex: string) => ({
      metadata: { name },
      virtualHost: {
        domains: [domain],
        routes: [{ matchers: [{ regex }], routeAction: { single: { upstream: { name: 'origin' } } } }],
      },
    })
    const upstreams = [upstreamTo('origin', origin)]
    const good = { upstreams, virtualServices: [service('a', 'a.test', '/old.*'), service('b', 'b.test', '/old.*')] }
    const { gateway, exchange } = await startGateway(good)
    const report = gateway.update({
      upstreams,
      virtualServices: [service('a', 'a.test', '/new(.*'), service('b', 'b.test', '/new.*')],
    })
    expect(report.accepted).toBe(false)
    expect(report.issues.map(({ code, resource }) => [code, resource?.name])).toContainEqual(['invalid-regex', 'a'])
    const statusOf = async (host: string, path: string) =>
      (await exchange(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`)).status
    expect([await statusOf('a.test', '/old'), await statusOf('a.test', '/new')]).toEqual([200, 404])
    expect([await statusOf('b.test', '/old'), await statusOf('b.test', '/new')]).toEqual([404, 200])
  })

  test('what is no configuration at all changes nothing', async () => {
    const { gateway, exchange } = await startGateway(answering('good'))
    for (const bad of [null, 5, [], { virtualServices: 5 }, { nonsense: [] }]) {
      const report = gateway.update(bad as unknown as GatewayInput)
      expect(report.accepted).toBe(false)
      expect(report.issues.some(({ severity }) => severity === 'error')).toBe(true)
    }
    expect((await exchange(get())).body.toString()).toBe('good')
  })

  test('100 updates under load: no request fails, and none sees half of one', async () => {
    const [blue, green] = [
      await listen({ script: [reply(200, [], 'blue')] }),
      await listen({ script: [reply(200, [], 'green')] }),
    ]
    /** Route, header and upstream change together: a request must see all of one version. */
    const version = (name: string, origin: { readonly port: number }, count: number): GatewayInput => ({
      ...toOrigins([origin], {
        route: { headerManipulation: { responseHeadersToAdd: [{ header: { key: 'x-color', value: name } }] } },
        // Something about the upstream is always new, so that its connections are drained each time.
        upstream: { connectionConfig: { maxRequestsPerConnection: 1000 + count } },
      }),
    })
    const { gateway, connect } = await startGateway(version('blue', blue, 0))
    const seen: string[] = []
    let running = true
    const ask = async (client: RawClient): Promise<void> => {
      while (running) {
        const { status, headers, body } = await client.send(get()).response()
        seen.push(status === 200 && headers.get('x-color') === body.toString() ? 'whole' : `${status} ${body}`)
      }
    }
    const clients = await Promise.all(Array.from({ length: 4 }, connect))
    const load = Promise.all(clients.map(ask))
    for (let count = 1; count <= 100; count++) {
      const before = seen.length
      const [name, origin] = count % 2 === 0 ? (['blue', blue] as const) : (['green', green] as const)
      expect(gateway.update(version(name, origin, count)).accepted).toBe(true)
      await until(() => seen.length > before)
    }
    running = false
    await load
    expect(seen.filter((one) => one !== 'whole')).toEqual([])
    await until(() => blue.openConnections + green.openConnections <= 4, { what: 'the end of drained connections' })
  })

  test('a function takes the place of another at once', async () => {
    const answerWith = (text: string): GatewayInput => {
      const handler: UpstreamHandler = () => new Response(text)
      return { ...toOrigins([{ port: 1 }]), upstreams: [{ metadata: { name: 'origin' }, handler }] }
    }
    const { gateway, exchange } = await startGateway(answerWith('one'))
    expect((await exchange(get())).body.toString()).toBe('one')
    gateway.update(answerWith('two'))
    expect((await exchange(get())).body.toString()).toBe('two')
  })
})
