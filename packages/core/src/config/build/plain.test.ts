import { describe, expect, test } from 'vitest'
import type { GatewayConfig } from '../gateway-config.ts'
import { type GatewayInput, plainConfig } from './plain.ts'
import { Route } from './route.ts'
import { RouteTable } from './route-table.ts'
import { Upstream } from './upstream.ts'
import { UpstreamGroup } from './upstream-group.ts'
import { VirtualService } from './virtual-service.ts'

const stable = Upstream.of('checkout', 'checkout-v1:8080')
const canary = Upstream.of('checkout-canary', 'checkout-v2:8080')
const group = new UpstreamGroup('checkout', {
  destinations: [
    [stable, 90],
    [canary, 10],
  ],
})
const table = new RouteTable('checkout', {
  labels: { team: 'checkout' },
  weight: -1,
  routes: [Route.prefix('/checkout').toGroup(group).timeout('3s')],
})
const api = new VirtualService('api', {
  labels: { tier: 'public' },
  domains: ['api.example.com'],
  options: { retries: { retryOn: '5xx' } },
  sslConfig: { sniDomains: ['api.example.com'] },
  routes: [Route.exact('/healthz').respond(200, 'ok'), Route.prefix('/').delegate(table)],
})

const golden: GatewayConfig = {
  virtualServices: [
    {
      metadata: { name: 'api', labels: { tier: 'public' } },
      sslConfig: { sniDomains: ['api.example.com'] },
      virtualHost: {
        domains: ['api.example.com'],
        options: { retries: { retryOn: '5xx' } },
        routes: [
          { matchers: [{ exact: '/healthz' }], directResponseAction: { status: 200, body: 'ok' } },
          { matchers: [{ prefix: '/' }], delegateAction: { ref: { name: 'checkout' } } },
        ],
      },
    },
  ],
  routeTables: [
    {
      metadata: { name: 'checkout', labels: { team: 'checkout' } },
      weight: -1,
      routes: [
        {
          matchers: [{ prefix: '/checkout' }],
          routeAction: { upstreamGroup: { name: 'checkout' } },
          options: { timeout: '3s' },
        },
      ],
    },
  ],
  upstreamGroups: [
    {
      metadata: { name: 'checkout' },
      destinations: [
        { destination: { upstream: { name: 'checkout' } }, weight: 90 },
        { destination: { upstream: { name: 'checkout-canary' } }, weight: 10 },
      ],
    },
  ],
  upstreams: [
    { metadata: { name: 'checkout' }, static: { hosts: [{ addr: 'checkout-v1', port: 8080 }] } },
    { metadata: { name: 'checkout-canary' }, static: { hosts: [{ addr: 'checkout-v2', port: 8080 }] } },
  ],
}

const built: GatewayInput = {
  virtualServices: [api],
  routeTables: [table],
  upstreamGroups: [group],
  upstreams: [stable, canary],
}

describe('a configuration', () => {
  test('of builders is the one of plain data', () => {
    expect(plainConfig(built)).toEqual(golden)
    expect(JSON.parse(JSON.stringify(built))).toEqual(golden)
  })

  test('of plain data stays as it is', () => {
    expect(plainConfig(golden)).toEqual(golden)
  })

  test('may mix both, down to routes and references', () => {
    const mixed = plainConfig({
      gateways: [{ httpGateway: { virtualServices: [api] } }],
      virtualServices: [
        {
          metadata: { name: 'mixed' },
          virtualHost: {
            routes: [Route.prefix('/a').to(stable), { routeAction: { single: { upstream: stable } } }],
          },
        },
      ],
      routeTables: [table, { metadata: { name: 'other' }, routes: [Route.prefix('/b').respond(204)] }],
      upstreams: [stable, { metadata: { name: 'other' }, pipe: { path: '/other.sock' } }],
    })
    expect(mixed).toEqual({
      gateways: [{ httpGateway: { virtualServices: [{ name: 'api' }] } }],
      virtualServices: [
        {
          metadata: { name: 'mixed' },
          virtualHost: {
            routes: [
              { matchers: [{ prefix: '/a' }], routeAction: { single: { upstream: { name: 'checkout' } } } },
              { routeAction: { single: { upstream: { name: 'checkout' } } } },
            ],
          },
        },
      ],
      routeTables: [
        golden.routeTables?.[0],
        {
          metadata: { name: 'other' },
          routes: [{ matchers: [{ prefix: '/b' }], directResponseAction: { status: 204 } }],
        },
      ],
      upstreams: [golden.upstreams?.[0], { metadata: { name: 'other' }, pipe: { path: '/other.sock' } }],
    })
  })

  test('names only the upstreams that are listed', () => {
    expect(plainConfig({ virtualServices: [api], routeTables: [table] }).upstreams).toBeUndefined()
  })

  test('cannot be changed, and leaves what it was made of alone', () => {
    const hosts = [{ addr: 'a', port: 80 }]
    const config = plainConfig({ upstreams: [{ metadata: { name: 'a' }, static: { hosts } }] })
    expect(Object.isFrozen(config.upstreams)).toBe(true)
    expect(Object.isFrozen(config.upstreams?.[0]?.static?.hosts)).toBe(true)
    expect(Object.isFrozen(hosts)).toBe(false)
  })

  test('keeps functions', () => {
    const handler = () => new Response('hello')
    expect(plainConfig({ upstreams: [Upstream.handler('a', handler)] }).upstreams?.[0]?.handler).toBe(handler)
  })

  test.each([
    [null],
    [undefined],
    ['text'],
    [[]],
    [{ upstreams: null }],
    [{ upstreams: 'text' }],
    [{ upstreams: [null] }],
  ])('that is none is left for the check: %j', (junk) => {
    expect(plainConfig(junk as unknown as GatewayInput)).toEqual(junk)
  })

  test('can have a key that means something to JavaScript', () => {
    const config = plainConfig(JSON.parse('{ "upstreams": [{ "__proto__": { "polluted": true } }] }'))
    expect(JSON.stringify(config)).toBe('{"upstreams":[{"__proto__":{"polluted":true}}]}')
  })
})

describe('a reference to a resource that names no namespace', () => {
  const route = Route.prefix('/').to(stable).shadow(canary, 1)
  const qualified = {
    matchers: [{ prefix: '/' }],
    routeAction: { single: { upstream: { name: 'checkout', namespace: 'default' } } },
    options: { shadowing: { upstream: { name: 'checkout-canary', namespace: 'default' }, percentage: 1 } },
  }

  test.each([
    [
      'a virtual service',
      new VirtualService('api', { namespace: 'team', routes: [route] }).toJSON().virtualHost?.routes,
    ],
    ['a route table', new RouteTable('table', { namespace: 'team', routes: [route] }).toJSON().routes],
    [
      'a plain virtual service',
      plainConfig({
        virtualServices: [{ metadata: { name: 'api', namespace: 'team' }, virtualHost: { routes: [route.toJSON()] } }],
      }).virtualServices?.[0]?.virtualHost?.routes,
    ],
  ])('says so within another namespace: %s', (_, routes) => {
    expect(routes).toEqual([qualified])
  })

  test('says so within a group of another namespace', () => {
    const { destinations } = new UpstreamGroup('group', { namespace: 'team', destinations: [[stable, 1]] }).toJSON()
    expect(destinations).toEqual([{ destination: { upstream: { name: 'checkout', namespace: 'default' } }, weight: 1 }])
  })

  test('is not a bare name, which means the namespace of its holder', () => {
    const byName = Route.prefix('/').to('checkout')
    const service = new VirtualService('api', { namespace: 'team', routes: [byName] })
    expect(service.toJSON().virtualHost?.routes).toEqual([byName.toJSON()])
  })
})

describe('plain data makes an equal resource', () => {
  test.each([
    ['virtual service', new VirtualService(JSON.parse(JSON.stringify(api))), api],
    [
      'virtual service without a host',
      new VirtualService({ metadata: { name: 'a' } }).toJSON(),
      { metadata: { name: 'a' } },
    ],
    ['route table', new RouteTable(JSON.parse(JSON.stringify(table))), table],
    ['upstream group', new UpstreamGroup(JSON.parse(JSON.stringify(group))), group],
  ])('%s', (_, again, original) => {
    expect(again).toStrictEqual(original)
  })

  test('and one of another kind is not equal to it', () => {
    expect(new RouteTable('a', {})).not.toStrictEqual(new VirtualService({ metadata: { name: 'a' } }))
    expect(new RouteTable('a', { weight: 1 })).not.toEqual(new RouteTable('a', { weight: 2 }))
  })
})

test('resources say their kind and cannot be changed', () => {
  expect([api, table, group].map(({ kind }) => kind)).toEqual(['VirtualService', 'RouteTable', 'UpstreamGroup'])
  expect([api, table, group].every(Object.isFrozen)).toBe(true)
  expect(Object.isFrozen(api.toJSON().virtualHost?.routes?.[0])).toBe(true)
})
