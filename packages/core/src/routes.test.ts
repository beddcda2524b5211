import { describe, expect, test } from 'vitest'
import { inProcess, route, service, simple, upstream } from '../../../test/support/in-process.ts'
import type { GatewayConfig } from './config/gateway-config.ts'
import type { RouteConfig } from './config/route.ts'

const routesOf = (config: GatewayConfig) => inProcess(config).gateway.routes()

const only = (config: RouteConfig) => routesOf({ ...simple(), virtualServices: [service('api', [config])] })[0]

describe('routes', () => {
  test('are in the order in which they are tried, one for each matcher', () => {
    const two = {
      ...route('/a', 'users'),
      name: 'first',
      matchers: [{ prefix: '/a' }, { exact: '/b', methods: ['GET'] }],
    }
    expect(routesOf(simple([two])).map(({ name, match, matcher }) => ({ name, match, matcher }))).toEqual([
      { name: 'first', match: 'path begins with "/a"', matcher: { prefix: '/a' } },
      { name: 'first', match: 'path is "/b" and method GET', matcher: { exact: '/b', methods: ['GET'] } },
      { name: '', match: 'path begins with "/"', matcher: { prefix: '/' } },
    ])
  })

  test('say where they are served and where they come from, through delegation', () => {
    const routes = routesOf({
      ...simple(),
      virtualServices: [
        service(
          'api',
          [{ matchers: [{ prefix: '/a' }], delegateAction: { ref: { name: 'team' } } }],
          ['a.test', 'b.test'],
        ),
      ],
      routeTables: [{ metadata: { name: 'team' }, routes: [route('/a/b', 'users')] }],
    })
    expect(routes).toEqual([
      {
        gateway: 'gateway-proxy',
        virtualService: 'default.api',
        domains: ['a.test', 'b.test'],
        name: '',
        origin: 'virtualServices[default.api].virtualHost.routes[0] -> routeTables[default.team].routes[0]',
        matcher: { prefix: '/a/b' },
        match: 'path begins with "/a/b"',
        config: route('/a/b', 'users'),
        action: 'forward',
        target: 'default.users',
        destinations: [{ upstream: 'default.users', share: 1 }],
        options: [],
      },
    ])
  })

  test('are listed for every gateway that serves them', () => {
    const gateways = [
      { metadata: { name: 'one' }, httpGateway: {}, bindPort: 1 },
      { metadata: { name: 'two' }, httpGateway: { virtualServices: [{ name: 'api' }] }, bindPort: 2 },
      { metadata: { name: 'none' }, httpGateway: { virtualServiceNamespaces: ['other'] }, bindPort: 3 },
    ]
    expect(routesOf(simple([], { gateways })).map(({ gateway }) => gateway)).toEqual(['one', 'two'])
  })

  test('have the options in force, and who set them', () => {
    const config = {
      ...simple(),
      virtualServices: [
        {
          metadata: { name: 'api' },
          virtualHost: {
            options: { headerManipulation: { responseHeadersToRemove: ['x'] } },
            routes: [
              {
                matchers: [{ prefix: '/a' }],
                delegateAction: { ref: { name: 'team' } },
                options: { timeout: '1s', prefixRewrite: '/x' },
              },
            ],
          },
        },
      ],
      routeTables: [{ metadata: { name: 'team' }, routes: [route('/a', 'users', { options: { timeout: '2s' } })] }],
    } as const
    expect(routesOf(config)[0]?.options).toEqual([
      { name: 'timeout', value: '2s', from: 'route' },
      { name: 'prefixRewrite', value: '/x', from: 'parent route virtualServices[default.api].virtualHost.routes[0]' },
      {
        name: 'headerManipulation',
        value: { responseHeadersToRemove: ['x'] },
        from: 'virtual host default.api',
      },
    ])
  })
})

describe('the target of a route', () => {
  test.each<[string, RouteConfig, string, string]>([
    ['upstream', route('/', 'users'), 'forward', 'default.users'],
    ['missing upstream', route('/', 'gone'), 'forward', 'default.gone'],
    ['header', { routeAction: { clusterHeader: 'X-To' } }, 'forward', 'the upstream in header x-to'],
    ['answer', { directResponseAction: { status: 204 } }, 'directResponse', '204'],
    [
      'text',
      { directResponseAction: { status: 200, body: 'a'.repeat(50) } },
      'directResponse',
      `200 "${'a'.repeat(37)}..."`,
    ],
    [
      'host',
      { redirectAction: { hostRedirect: 'b.test', httpsRedirect: true } },
      'redirect',
      'redirect to https, host b.test',
    ],
    ['path', { redirectAction: { pathRedirect: '/b', portRedirect: 81 } }, 'redirect', 'redirect to port 81, path /b'],
    ['prefix', { redirectAction: { prefixRewrite: '/b' } }, 'redirect', 'redirect to prefix /b'],
    [
      'regex',
      { redirectAction: { regexRewrite: { pattern: { regex: 'a+' }, substitution: 'b' } } },
      'redirect',
      'redirect to path by a+',
    ],
    ['nothing', { redirectAction: {} }, 'redirect', 'redirect to the same place'],
  ])('that goes by %s', (_, config, action, target) => {
    expect(only({ matchers: [{ prefix: '/' }], ...config })).toMatchObject({ action, target })
  })

  test('that is shared out', () => {
    const destinations = [
      { destination: { upstream: { name: 'users' } }, weight: 2 },
      { destination: { upstream: { name: 'more' } }, weight: 1 },
    ]
    const config = {
      upstreams: [upstream('users'), upstream('more')],
      virtualServices: [service('api', [{ routeAction: { multi: { destinations } } }])],
    }
    expect(routesOf(config)[0]).toMatchObject({
      target: 'default.users 66.7 %, default.more 33.3 %',
      destinations: [
        { upstream: 'default.users', share: 2 / 3 },
        { upstream: 'default.more', share: 1 / 3 },
      ],
    })
  })

  test('that is replaced because it cannot work', () => {
    const settings = { gloo: { invalidConfigPolicy: { replaceInvalidRoutes: true } } }
    const options = { regexRewrite: { pattern: { regex: '(' }, substitution: '' } }
    const [summary] = routesOf(simple([route('/a', 'users', { options })], { settings }))
    expect(summary).toMatchObject({ action: 'invalid', target: 'the answer for invalid routes' })
  })
})
