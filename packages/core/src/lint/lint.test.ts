import { describe, expect, test } from 'vitest'
import { inProcess, route, service, simple, upstream } from '../../../../test/support/in-process.ts'
import type { GatewayConfig } from '../config/gateway-config.ts'

/** Findings in one line each. */
function lintOf(config: GatewayConfig): readonly string[] {
  return inProcess(config)
    .gateway.lint()
    .map(({ code, path, message }) => `${code} ${path}: ${message}`)
}

const toTables = { matchers: [{ prefix: '/t' }], delegateAction: { selector: { labels: { team: 'a' } } } }
const table = (name: string, weight?: number) => ({
  metadata: { name, labels: { team: 'a' } },
  routes: [route('/t/1', 'users')],
  ...(weight !== undefined && { weight }),
})

describe('lint', () => {
  test('finds nothing in a configuration that makes use of everything', () => {
    const config: GatewayConfig = {
      upstreams: [upstream('users'), upstream('a'), upstream('b')],
      upstreamGroups: [
        { metadata: { name: 'group' }, destinations: [{ destination: { upstream: { name: 'a' } }, weight: 1 }] },
      ],
      routeOptions: [{ metadata: { name: 'slow' }, options: { timeout: '60s' } }],
      routeTables: [{ metadata: { name: 'team' }, routes: [route('/team/a', 'b')] }],
      virtualServices: [
        service('api', [
          route('/users', 'users', { optionsConfigRefs: { delegateOptions: [{ name: 'slow' }] } }),
          { matchers: [{ prefix: '/group' }], routeAction: { upstreamGroup: { name: 'group' } } },
          { matchers: [{ prefix: '/team' }], delegateAction: { ref: { name: 'team' } } },
          route('/', 'users'),
        ]),
      ],
    }
    expect(lintOf(config)).toEqual([])
  })

  test('finds resources that nothing refers to', () => {
    const more: GatewayConfig = {
      upstreams: [upstream('users'), upstream('idle')],
      upstreamGroups: [
        { metadata: { name: 'group' }, destinations: [{ destination: { upstream: { name: 'users' } }, weight: 1 }] },
      ],
      routeOptions: [{ metadata: { name: 'options', namespace: 'team' } }],
      virtualHostOptions: [{ metadata: { name: 'host-options' } }],
      secrets: [{ metadata: { name: 'secret' }, header: { headers: { x: 'y' } } }],
      routeTables: [{ metadata: { name: 'table' }, routes: [] }],
    }
    expect(lintOf(simple([], more))).toEqual([
      'unused-resource upstreams[default.idle]: nothing refers to it',
      'unused-resource upstreamGroups[default.group]: nothing refers to it',
      'unused-resource virtualHostOptions[default.host-options]: nothing refers to it',
      'unused-resource routeOptions[team.options]: nothing refers to it',
      'unused-resource secrets[default.secret]: nothing refers to it',
      'unused-resource routeTables[default.table]: no route delegates to it',
    ])
  })

  test('takes no upstream for unused where a header may name it', () => {
    const byHeader = { matchers: [{ prefix: '/h' }], routeAction: { clusterHeader: 'x-to' } }
    expect(lintOf(simple([byHeader], { upstreams: [upstream('users'), upstream('maybe')] }))).toEqual([])
  })

  test('finds virtual services that no gateway serves', () => {
    const gateways = [{ metadata: { name: 'g' }, httpGateway: { virtualServices: [{ name: 'api' }] } }]
    const virtualServices = [service('api', [route('/', 'users')]), service('other', [route('/', 'users')])]
    expect(lintOf(simple([], { gateways, virtualServices }))).toEqual([
      'virtual-service-not-served virtualServices[default.other]: no gateway serves it',
    ])
  })

  test('finds routes that no request gets to, once for all gateways', () => {
    const gateways = [
      { metadata: { name: 'one' }, httpGateway: {}, bindPort: 1 },
      { metadata: { name: 'two' }, httpGateway: {}, bindPort: 2 },
    ]
    expect(lintOf(simple([route('/', 'users')], { gateways }))).toEqual([
      expect.stringMatching(/^duplicate-matcher virtualServices\[default\.api\]\.virtualHost\.routes\[1\]: /),
    ])
  })

  test('finds tables that are sorted together', () => {
    const message = 'the routes of default.x, default.y are sorted together, because the tables have one weight'
    expect(lintOf(simple([toTables], { routeTables: [table('x'), table('y'), table('z', 5)] }))).toContain(
      `tables-of-one-weight virtualServices[default.api].virtualHost.routes[0].delegateAction: ${message}`,
    )
    expect(lintOf(simple([toTables], { routeTables: [table('x', 1), table('y', 2)] }))).toEqual([
      expect.stringMatching(/^duplicate-matcher routeTables\[default\.y\]\.routes\[0\]/),
    ])
  })
})
