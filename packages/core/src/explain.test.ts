import { describe, expect, test } from 'vitest'
import { filter } from '../../../test/support/filters.ts'
import { inProcess, route, service, simple, upstream } from '../../../test/support/in-process.ts'
import { type RequestInit, request, send } from '../../testing/src/index.ts'
import type { GatewayConfig } from './config/gateway-config.ts'
import { respond } from './http/message.ts'

const config: GatewayConfig = {
  upstreams: [upstream('users', '10.0.0.1', '10.0.0.2'), upstream('named')],
  virtualServices: [
    {
      metadata: { name: 'api' },
      virtualHost: {
        domains: ['api.test', '*.api.test'],
        options: {
          headerManipulation: { requestHeadersToAdd: [{ header: { key: 'x-host', value: '%UPSTREAM_CLUSTER%' } }] },
        },
        routes: [
          { name: 'get', matchers: [{ exact: '/users', methods: ['GET'] }], routeAction: single('users') },
          {
            matchers: [{ prefix: '/users', headers: [{ name: 'x-tier', value: 'gold' }] }],
            routeAction: single('users'),
          },
          {
            name: 'all',
            matchers: [{ pathTemplate: '/users/:id' }],
            routeAction: single('users'),
            options: { timeout: '2s', prefixRewrite: '/people/', hostRewrite: 'inner.test' },
          },
          { matchers: [{ prefix: '/named' }], routeAction: single('named'), options: { autoHostRewrite: true } },
          { matchers: [{ prefix: '/old' }], redirectAction: { pathRedirect: '/new' } },
          { matchers: [{ prefix: '/no' }], routeAction: single('nobody') },
        ],
      },
    },
  ],
}

function single(name: string) {
  return { single: { upstream: { name } } }
}

const explained = (target: string, init: RequestInit = {}) => inProcess(config).gateway.explain(request(target, init))

describe('an explanation', () => {
  test('says which routes were looked at, and the first condition that failed, with the values', () => {
    const {
      candidates,
      rejected,
      route: found,
      virtualService,
      domain,
      filters,
    } = explained('DELETE http://api.test/users/7')
    expect({ virtualService, domain, filters }).toEqual({
      virtualService: 'default.api',
      domain: 'domain api.test',
      filters: [],
    })
    const at = (index: number) => `virtualServices[default.api].virtualHost.routes[${index}]`
    expect(candidates).toEqual([
      { name: '', origin: at(1), matched: false, because: 'header x-tier is missing, expected "gold"' },
      { name: 'all', origin: at(2), matched: true, because: undefined },
    ])
    expect(rejected).toEqual([{ origin: at(1), because: 'header x-tier is missing, expected "gold"' }])
    expect(found).toEqual({ name: 'all', origin: at(2), action: 'forward' })
  })

  test('names the options in force and their levels', () => {
    const { options } = explained('http://api.test/users/7')
    expect(options.map(({ name, value, from }) => [name, from, typeof value])).toEqual([
      ['timeout', 'route', 'string'],
      ['prefixRewrite', 'route', 'string'],
      ['hostRewrite', 'route', 'string'],
      ['headerManipulation', 'virtual host default.api', 'object'],
    ])
  })

  test.each<[string, RequestInit]>([
    ['http://api.test/users/7?x=1', {}],
    ['GET http://x.api.test/users', { headers: { 'x-tier': 'gold', connection: 'x-tier' } }],
    ['POST http://api.test/users/7', { body: 'text' }],
    ['http://api.test/named/a/../b', {}],
  ])('shows the request that is sent: %s', async (target, init) => {
    const { gateway, transport } = inProcess(config, undefined, { requestId: () => 'id' })
    const { upstreamRequest } = gateway.explain(request(target, init))
    await send(gateway, target, init)
    const [call] = transport.calls
    expect(upstreamRequest).toEqual({ method: call?.method, target: call?.target, headers: [...(call?.headers ?? [])] })
  })

  test('names the upstream, its hosts and why it', () => {
    expect(explained('http://api.test/users').chosen).toEqual({
      upstream: 'default.users',
      because: 'the only destination',
      hosts: ['10.0.0.1:8080', '10.0.0.2:8080'],
    })
  })

  test.each([
    ['http://other.test/', { virtualService: undefined, domain: 'no domain matches "other.test"', route: undefined }],
    ['http://api.test/else', { virtualService: 'default.api', route: undefined, candidates: [] }],
    ['http://api.test/old', { response: { status: 301 }, route: { action: 'redirect' }, upstreamRequest: undefined }],
    ['http://api.test/no', { refused: { code: 'noCluster', status: 503 }, upstreamRequest: undefined }],
    ['BREW http://api.test/', { refused: { code: 'badRequest', status: 400 }, route: undefined }],
    ['http://api.test/a\u0001b', { refused: { code: 'badTarget', status: 400 } }],
  ])('of a request that goes nowhere: %s', (target, expected) => {
    expect(explained(target)).toMatchObject(expected)
  })

  test('of a request that wants another protocol', () => {
    const headers = { connection: 'upgrade', upgrade: 'websocket' }
    expect(explained('http://api.test/users', { headers })).toMatchObject({
      route: { name: 'get' },
      upgrade: 'websocket',
      refused: undefined,
    })
  })

  test('sends nothing, runs no filter and changes nothing', () => {
    const ran: string[] = []
    const look = filter('look', { onRequest: () => void ran.push('in'), onResponse: () => void ran.push('out') })
    const { gateway, transport, completed } = inProcess(config, undefined, { filters: [look] })
    const made = request('http://api.test/users/7', { headers: { connection: 'x-a', 'x-a': '1' } })
    const before = [...made.headers]
    expect(gateway.explain(made).filters).toEqual(['look'])
    expect({ ran, calls: transport.calls, completed }).toEqual({ ran: [], calls: [], completed: [] })
    expect([...made.headers]).toEqual(before)
    expect(made.target).toBe('/users/7')
  })

  test('is plain data', () => {
    const explanation = explained('http://api.test/users/7')
    expect(JSON.parse(JSON.stringify(explanation))).toMatchObject({ gateway: 'gateway-proxy', target: '/users/7' })
  })

  test('looks at the gateway that is asked for', () => {
    const two = { ...simple(), gateways: [edge('one', 1), edge('two', 2)] }
    const { gateway } = inProcess(two)
    expect(gateway.explain(request('/'), { gateway: 'two' }).gateway).toBe('two')
    expect(() => gateway.explain(request('/'))).toThrow('name one of the gateways')
  })
})

function edge(name: string, bindPort: number) {
  return { metadata: { name }, httpGateway: {}, bindPort }
}

describe('as text', () => {
  test('is for people to read', () => {
    expect(explained('DELETE http://api.test/users/7').toString().split('\n')).toEqual([
      'DELETE api.test/users/7',
      '  gateway gateway-proxy',
      '  virtual service default.api: domain api.test',
      '  - virtualServices[default.api].virtualHost.routes[1]: header x-tier is missing, expected "gold"',
      '  + virtualServices[default.api].virtualHost.routes[2] "all"',
      '  upstream default.users [10.0.0.1:8080, 10.0.0.2:8080]: the only destination',
      '  sends DELETE /people/ with host inner.test',
      '  option timeout = "2s" (route)',
      '  option prefixRewrite = "/people/" (route)',
      '  option hostRewrite = "inner.test" (route)',
      expect.stringMatching(/^ {2}option headerManipulation = .*\(virtual host default\.api\)$/),
    ])
  })

  test('sums up what is too much to read', () => {
    const routes = Array.from({ length: 50 }, (_, index) =>
      route('/', 'a', { matchers: [{ prefix: '/', methods: [`M${index}`] }] }),
    )
    const { gateway } = inProcess({ virtualServices: [service('many', routes)] })
    const text = gateway.explain(request('/')).toString()
    expect(text).toContain('  - 30 earlier routes do not match')
    expect(text).toContain('  no route matches: 404')
    expect(text.split('\n')).toHaveLength(3 + 1 + 20 + 1)
  })

  test.each([
    ['http://api.test/old', '  answers 301 to http://api.test/new'],
    ['http://api.test/no', '  refused: noCluster, 503'],
    ['http://other.test/', '  no virtual service: no domain matches "other.test"'],
  ])('%s', (target, line) => {
    expect(explained(target).toString()).toContain(line)
  })
})

test('a filter that answers is not known to an explanation, which says where the route would go', async () => {
  const deny = filter('deny', { onRequest: () => respond(403) })
  const { gateway } = inProcess(simple(), undefined, { filters: [deny] })
  expect(gateway.explain(request('/'))).toMatchObject({ filters: ['deny'], chosen: { upstream: 'default.users' } })
  expect(await send(gateway, '/')).toMatchObject({ status: 403 })
})
