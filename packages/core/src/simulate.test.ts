import { describe, expect, test } from 'vitest'
import { filter } from '../../../test/support/filters.ts'
import { inProcess, route, service, simple, upstream } from '../../../test/support/in-process.ts'
import { request, seededRandom, send } from '../../testing/src/index.ts'
import type { GatewayConfig } from './config/gateway-config.ts'

const config: GatewayConfig = {
  upstreams: [upstream('stable'), upstream('canary')],
  virtualServices: [
    service(
      'api',
      [
        { name: 'old', matchers: [{ prefix: '/old' }], redirectAction: { pathRedirect: '/new' } },
        { name: 'nowhere', matchers: [{ prefix: '/no' }], routeAction: { single: { upstream: { name: 'nobody' } } } },
        {
          name: 'split',
          options: { upgrades: [{ websocket: { enabled: false } }] },
          matchers: [{ prefix: '/split' }],
          routeAction: {
            multi: {
              destinations: [
                { destination: { upstream: { name: 'stable' } }, weight: 90 },
                { destination: { upstream: { name: 'canary' } }, weight: 10 },
              ],
            },
          },
        },
        { name: 'header', matchers: [{ exact: '/header' }], routeAction: { clusterHeader: 'x-to' } },
      ],
      ['api.test'],
    ),
  ],
}
const to = (path: string, headers = {}) => request(path, { host: 'api.test', headers })
const at = (index: number) => `virtualServices[default.api].virtualHost.routes[${index}]`

describe('simulate', () => {
  test('counts by route and upstream, most first', () => {
    const { gateway } = inProcess(config)
    const simulation = gateway.simulate({
      requests: [to('/split'), to('/header', { 'x-to': 'canary_default' })],
      repeat: 1000,
    })
    expect(simulation.total).toBe(2000)
    expect(simulation.routes).toEqual([
      { virtualService: 'default.api', name: 'split', origin: at(2), count: 1000, share: 0.5 },
      { virtualService: 'default.api', name: 'header', origin: at(3), count: 1000, share: 0.5 },
    ])
    const [most, least] = simulation.upstreams
    expect([most?.upstream, least?.upstream]).toEqual(['default.canary', 'default.stable'])
    expect(least?.count).toBeGreaterThan(870)
    expect(least?.count).toBeLessThan(930)
    expect((most?.share ?? 0) + (least?.share ?? 0)).toBe(1)
  })

  test('is the same for the same seed, whatever else happens', async () => {
    const { gateway } = inProcess(config)
    const run = (seed?: number) =>
      gateway.simulate({ requests: [to('/split')], repeat: 500, ...(seed !== undefined && { seed }) })
    const first = run(7)
    await send(gateway, to('/split'))
    expect(run(7)).toEqual(first)
    expect(run(8)).not.toEqual(first)
    expect(run()).toEqual(run(1))
  })

  test('draws as real requests do', async () => {
    const { gateway, transport } = inProcess(config, undefined, { random: seededRandom(5), requestId: () => 'id' })
    for (let count = 0; count < 200; count++) await send(gateway, to('/split'))
    const { upstreams } = gateway.simulate({ requests: [to('/split')], repeat: 200, seed: 5 })
    const real = (name: string) => transport.calls.filter((call) => call.upstream === name).length
    for (const { upstream: name, count } of upstreams) expect(count).toBe(real(name))
  })

  test('tells what is answered and what fails before an upstream is asked', () => {
    const requests = [
      to('/old'),
      to('/no'),
      to('/else'),
      to('/header'),
      request('/', { host: 'other.test' }),
      request('BREW /', { host: 'api.test' }),
      to('/split', { connection: 'upgrade', upgrade: 'websocket' }),
    ]
    const { total, answered, refused, upstreams, routes } = inProcess(config).gateway.simulate({ requests })
    expect({ total, answered, refused, upstreams }).toEqual({
      total: 7,
      answered: 1,
      refused: { noCluster: 2, noRoute: 2, badRequest: 1, upgradeRefused: 1 },
      upstreams: [],
    })
    expect(routes.map(({ name, count }) => `${name} ${count}`)).toEqual(['old 1', 'nowhere 1', 'header 1', 'split 1'])
  })

  test('of nothing is nothing', () => {
    expect(inProcess(config).gateway.simulate({ requests: [] })).toEqual({
      total: 0,
      routes: [],
      upstreams: [],
      answered: 0,
      refused: {},
    })
  })

  test('sends nothing, runs no filter and leaves requests as they are', () => {
    const ran: string[] = []
    const filters = [filter('look', { onRequest: () => void ran.push('in'), onComplete: () => void ran.push('done') })]
    const { gateway, transport, completed } = inProcess(simple(), undefined, { filters })
    const made = request('/a/../b', { headers: { connection: 'x-a', 'x-a': '1' } })
    const before = [...made.headers]
    expect(gateway.simulate({ requests: [made] }).upstreams).toEqual([
      { upstream: 'default.users', count: 1, share: 1 },
    ])
    expect({ ran, calls: transport.calls, completed }).toEqual({ ran: [], calls: [], completed: [] })
    expect([...made.headers]).toEqual(before)
  })

  test('enters by the gateway that is asked for', () => {
    const edge = (name: string, bindPort: number, virtualServiceNamespaces: readonly string[]) => ({
      metadata: { name },
      httpGateway: { virtualServiceNamespaces },
      bindPort,
    })
    const { gateway } = inProcess({
      ...simple([route('/a', 'users')]),
      gateways: [edge('open', 1, ['*']), edge('closed', 2, ['other'])],
    })
    const requests = [request('/a')]
    expect(gateway.simulate({ requests, gateway: 'open' }).refused).toEqual({})
    expect(gateway.simulate({ requests, gateway: 'closed' }).refused).toEqual({ noRoute: 1 })
    expect(() => gateway.simulate({ requests })).toThrow(RangeError)
  })
})

test('clients that no gateway of a hybrid one is for are counted, too', () => {
  const inner = [{ addressPrefix: '10.0.0.0', prefixLen: 8 }]
  const hybridGateway = { matchedGateways: [{ matcher: { sourcePrefixRanges: inner }, httpGateway: {} }] }
  const { gateway } = inProcess({ ...simple(), gateways: [{ metadata: { name: 'edge' }, hybridGateway }] })
  const from = (address: string) => request('/', { client: { address } })
  expect(gateway.simulate({ requests: [from('10.1.2.3'), from('192.0.2.1')] })).toMatchObject({
    total: 2,
    upstreams: [{ upstream: 'default.users', count: 1, share: 0.5 }],
    refused: { noEntrance: 1 },
  })
})
