import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type GatewayInput, type HealthCheck, systemResolver, type UpstreamConfig } from 'headgate'
import { describe, expect, test } from 'vitest'
import { closeLater, get, listen, startGateway, toOrigins } from '../support/running-gateway.ts'
import { until } from '../support/wait.ts'

const check: HealthCheck = {
  timeout: '2s',
  interval: '0.05s',
  noTrafficInterval: '0.05s',
  unhealthyThreshold: 1,
  healthyThreshold: 1,
}

/** A server that says on `/healthz` what it is told to say, and its name on everything else. */
async function origin(name: string) {
  const state = { health: 200, connections: 0, checks: 0 }
  const server: Server = createServer((request, response) => {
    if (request.url === '/healthz') state.checks++
    response.statusCode = request.url === '/healthz' ? state.health : 200
    response.end(name)
  })
  server.on('connection', () => {
    state.connections++
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closeLater({
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  })
  return Object.assign(state, { port: (server.address() as AddressInfo).port })
}

async function start(config: GatewayInput) {
  const running = await startGateway(config)
  const hosts = () => running.gateway.clusters()[0]?.hosts ?? []
  const answers = async (count: number) => {
    const bodies: string[] = []
    for (let request = 0; request < count; request++) bodies.push((await running.exchange(get())).body.toString())
    return [...new Set(bodies)].sort()
  }
  return { ...running, hosts, answers }
}

describe('an HTTP health check on real sockets', () => {
  test('takes a host out of use and back, over one connection', async () => {
    const [first, second] = [await origin('first'), await origin('second')]
    const healthChecks = [{ ...check, httpHealthCheck: { path: '/healthz' } }]
    const gateway = await start(toOrigins([first, second], { upstream: { healthChecks } }))
    first.health = 503
    await until(() => gateway.hosts()[0]?.healthy === false)
    expect(await gateway.answers(6)).toEqual(['second'])
    first.health = 200
    await until(() => gateway.hosts()[0]?.healthy === true)
    expect(await gateway.answers(6)).toEqual(['first', 'second'])
    await until(() => second.checks > 5)
    // One for the checks, one for the requests.
    expect(second.connections).toBe(2)
  })

  test('makes a connection each time where that is wanted', async () => {
    const only = await origin('only')
    const healthChecks = [{ ...check, reuseConnection: false, httpHealthCheck: { path: '/healthz' } }]
    await start(toOrigins([only], { upstream: { healthChecks } }))
    await until(() => only.checks >= 4)
    expect(only.connections).toBeGreaterThanOrEqual(4)
  })
})

describe('a TCP health check on real sockets', () => {
  const tcp = (tcpHealthCheck: HealthCheck['tcpHealthCheck'] = {}): Partial<UpstreamConfig> => ({
    healthChecks: [{ ...check, tcpHealthCheck }],
    loadBalancerConfig: { healthyPanicThreshold: 0 },
  })

  test('tells who listens and who does not', async () => {
    const gone = await listen()
    const { port } = gone
    await gone.close()
    const there = await origin('there')
    const gateway = await start(toOrigins([{ port }, there], { upstream: tcp() }))
    await until(() => gateway.hosts()[0]?.healthy === false)
    expect(await gateway.answers(5)).toEqual(['there'])
    expect(gateway.hosts()[0]?.because[0]).toMatch(/^health check: .*ECONNREFUSED/)
  })

  test('looks for bytes in the answer, in their order', async () => {
    const ping = Buffer.from('GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n').toString('hex')
    const hex = (text: string) => ({ text: Buffer.from(text).toString('hex') })
    const only = await origin('only')
    const gateway = await start(
      toOrigins([only], { upstream: tcp({ send: { text: ping }, receive: [hex('200 OK'), hex('only')] }) }),
    )
    await until(() => only.checks >= 3)
    expect(gateway.hosts()[0]?.healthy).toBe(true)
    only.health = 404
    await until(() => gateway.hosts()[0]?.healthy === false)
    // The answer was complete and had not what is looked for, so the check waited in vain.
    expect((await gateway.exchange(get())).status).toBe(503)
  })
})

describe('connections', () => {
  test('of all hosts together are bounded by the upstream’s circuit breaker', async () => {
    const origins = await Promise.all([1, 2, 3].map(() => listen()))
    const circuitBreakers = { maxConnections: 4, maxPendingRequests: 100 }
    const { connect, gateway } = await startGateway(toOrigins(origins, { upstream: { circuitBreakers } }))
    const clients = await Promise.all(Array.from({ length: 30 }, connect))
    const responses = await Promise.all(clients.map((client, index) => client.send(get(`/${index}`)).response()))
    expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([200]))
    const opened = origins.reduce((sum, { connections }) => sum + connections.length, 0)
    expect(opened).toBeLessThanOrEqual(4)
    const { used } = gateway.clusters()[0]?.circuitBreakers ?? {}
    expect(used).toMatchObject({ requests: 0, pendingRequests: 0, connections: opened })
  })

  test('carry no more requests than maxRequestsPerConnection says', async () => {
    const first = await listen()
    const upstream = { connectionConfig: { maxRequestsPerConnection: 2 } }
    const { connect } = await startGateway(toOrigins([first], { upstream }))
    const client = await connect()
    for (let request = 0; request < 5; request++) await client.send(get()).response()
    expect(first.connections.map(({ requests }) => requests.length)).toEqual([2, 2, 1])
  })

  test('that end are not counted any more', async () => {
    const first = await listen()
    const { connect, gateway } = await startGateway(toOrigins([first]))
    const client = await connect()
    await client.send(get()).response()
    const used = () => gateway.clusters()[0]?.circuitBreakers.used.connections
    expect(used()).toBe(1)
    first.connections[0]?.socket.end()
    await until(() => used() === 0)
  })
})

describe('the system’s resolver', () => {
  test('finds addresses by the hosts file, with and without times', async () => {
    const plain = await systemResolver('localhost', { ttl: false })
    expect(plain.some(({ address }) => address === '127.0.0.1' || address === '::1')).toBe(true)
    const timed = await systemResolver('localhost', { ttl: true })
    expect(timed.map(({ address }) => address)).toEqual(expect.arrayContaining([expect.stringMatching(/^(127|::1)/)]))
  })

  test('has every address of a name be a host of its own', async () => {
    const only = await origin('only')
    const static_ = { hosts: [{ addr: 'localhost', port: only.port }] }
    const gateway = await start(
      toOrigins([], { upstream: { static: static_, loadBalancerConfig: { roundRobin: {} } } }),
    )
    await until(() => gateway.hosts()[0]?.address === `127.0.0.1:${only.port}`)
    expect(gateway.hosts()[0]?.hostname).toBe('localhost')
    expect(await gateway.answers(2)).toEqual(['only'])
  })
})
