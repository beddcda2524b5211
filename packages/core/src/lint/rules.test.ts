import { describe, expect, test } from 'vitest'
import { inProcess, route, service, simple, upstream } from '../../../../test/support/in-process.ts'
import { request } from '../../../testing/src/index.ts'
import type { GatewayConfig } from '../config/gateway-config.ts'
import type { RouteConfig } from '../config/route.ts'
import type { LintFinding } from './rule.ts'

function found(code: string, config: GatewayConfig): readonly LintFinding[] {
  return inProcess(config)
    .gateway.lint()
    .filter((finding) => finding.code === code)
}

const lines = (code: string, config: GatewayConfig) =>
  found(code, config).map(({ path, message }) => `${path}: ${message}`)
const at = (index: number) => `virtualServices[default.api].virtualHost.routes[${index}]`

describe('zero-weight', () => {
  const destinations = [
    { destination: { upstream: { name: 'users' } }, weight: 1 },
    { destination: { upstream: { name: 'old' } }, weight: 0 },
    { destination: { upstream: { name: 'older' } } },
  ]

  test('finds destinations of routes and groups', () => {
    const config = simple(
      [{ matchers: [{ prefix: '/w' }, { prefix: '/x' }], routeAction: { multi: { destinations } } }],
      {
        upstreams: [upstream('users'), upstream('old'), upstream('older')],
        upstreamGroups: [{ metadata: { name: 'group' }, destinations }],
      },
    )
    expect(lines('zero-weight', config)).toEqual([
      `${at(0)}.routeAction.multi.destinations[1]: old has no weight and gets no request`,
      `${at(0)}.routeAction.multi.destinations[2]: older has no weight and gets no request`,
      'upstreamGroups[default.group].destinations[1]: old has no weight and gets no request',
      'upstreamGroups[default.group].destinations[2]: older has no weight and gets no request',
    ])
  })
})

describe('domains', () => {
  const routes = [route('/', 'users')]
  const hosted = (services: readonly (readonly string[])[], stripAnyHostPort = false): GatewayConfig => ({
    upstreams: [upstream('users')],
    virtualServices: services.map((domains, index) => service(`s${index}`, routes, domains)),
    gateways: [
      { metadata: { name: 'edge' }, httpGateway: { options: { httpConnectionManagerSettings: { stripAnyHostPort } } } },
    ],
  })

  test('domain-split-by-port finds a name that belongs to two services', () => {
    expect(
      lines(
        'domain-split-by-port',
        hosted([
          ['a.test', '*.b.test'],
          ['A.test:8080', '*.b.test:80', 'c.test:1'],
        ]),
      ),
    ).toEqual([
      'virtualServices[default.s1].virtualHost.domains: clients that send the port get here for a.test:8080, all others get to default.s0 for a.test',
      'virtualServices[default.s1].virtualHost.domains: clients that send the port get here for *.b.test:80, all others get to default.s0 for *.b.test',
    ])
  })

  test('domain-split-by-port has nothing against both in one service, nor against wildcards', () => {
    expect(lines('domain-split-by-port', hosted([['a.test', 'a.test:80'], ['*.test'], ['*']]))).toEqual([])
  })

  test('domain-with-stripped-port finds what is never asked for', () => {
    expect(lines('domain-with-stripped-port', hosted([['a.test', 'b.test:80']], true))).toEqual([
      'virtualServices[default.s0].virtualHost.domains: no request gets here for b.test:80: the gateway edge takes ports off',
    ])
    expect(lines('domain-with-stripped-port', hosted([['b.test:80']]))).toEqual([])
    expect(lines('domain-split-by-port', hosted([['a.test'], ['a.test:80']], true))).toEqual([])
  })
})

describe('timeout-before-retries', () => {
  const retrying = (options: RouteConfig['options']) =>
    lines('timeout-before-retries', simple([route('/r', 'users', options && { options })]))

  test('adds up the tries', () => {
    expect(retrying({ timeout: '5s', retries: { retryOn: '5xx', numRetries: 2, perTryTimeout: '2s' } })).toEqual([
      `${at(0)}.options: the timeout of 5000 ms ends before 3 tries of 2000 ms each can`,
    ])
    expect(retrying({ retries: { retryOn: '5xx', perTryTimeout: '8s' } })).toEqual([
      `${at(0)}.options: the timeout of 15000 ms ends before 2 tries of 8000 ms each can`,
    ])
  })

  test.each<[string, RouteConfig['options']]>([
    [
      'a timeout that is long enough',
      { timeout: '6s', retries: { retryOn: '5xx', numRetries: 2, perTryTimeout: '2s' } },
    ],
    ['no timeout', { timeout: '0s', retries: { retryOn: '5xx', numRetries: 9, perTryTimeout: '2s' } }],
    ['tries without a limit', { timeout: '1s', retries: { retryOn: '5xx', numRetries: 9 } }],
    ['a policy without conditions', { timeout: '1s', retries: { numRetries: 9, perTryTimeout: '1s' } }],
  ])('has nothing against %s', (_, options) => {
    expect(retrying(options)).toEqual([])
  })
})

describe('rewrites of a prefix', () => {
  const rewritten = (prefix: string, prefixRewrite: string): GatewayConfig =>
    simple([route(prefix, 'users', { options: { prefixRewrite } })])
  const redirected = (prefix: string, prefixRewrite: string): GatewayConfig =>
    simple([{ matchers: [{ prefix }], redirectAction: { prefixRewrite } }])

  test.each([
    ['rewrite-without-slash', '/a', 'b', '"b" is no beginning of a path; a slash is put before it'],
    ['rewrite-doubles-slash', '/a', '/', '/a/a becomes //a'],
    ['rewrite-doubles-slash', '/a', '/b/', '/a/a becomes /b//a'],
    ['rewrite-joins-segments', '/a/', '/b', '/a/a becomes /ba'],
  ])('%s finds %s -> %s', (code, prefix, replacement, message) => {
    expect(lines(code, rewritten(prefix, replacement))).toEqual([`${at(0)}.options.prefixRewrite: ${message}`])
    expect(lines(code, redirected(prefix, replacement))).toEqual([`${at(0)}.redirectAction.prefixRewrite: ${message}`])
  })

  test.each([
    ['/a', '/b'],
    ['/a/', '/b/'],
    ['/a/', '/'],
    ['/a', '/b?x=/'],
    ['/a', ''],
  ])('have nothing against %s -> %s', (prefix, replacement) => {
    const codes = inProcess(rewritten(prefix, replacement))
      .gateway.lint()
      .map(({ code }) => code)
    expect(codes.filter((code) => code.startsWith('rewrite'))).toEqual([])
  })

  test('are shown by a request that is really sent like that', () => {
    const { gateway } = inProcess(rewritten('/a', '/'))
    const [finding] = gateway.lint()
    const { method, host, target } = finding?.witness ?? {}
    expect(gateway.explain(request(`${method} http://${host}${target}`)).upstreamRequest?.target).toBe('//a')
  })

  test('are only those of prefixes', () => {
    const config = simple([route('/', 'users', { matchers: [{ exact: '/a' }], options: { prefixRewrite: '/b/' } })])
    expect(lines('rewrite-doubles-slash', config)).toEqual([])
  })
})

describe('expensive-regex', () => {
  test.each<[string, RouteConfig, string]>([
    ['a path', { matchers: [{ regex: '/(?i)users' }] }, '"/(?i)users" runs on the RE2 engine'],
    [
      'a header',
      { matchers: [{ prefix: '/a', headers: [{ name: 'x', value: '(a|ab)(c|bcd)', regex: true }] }] },
      '"(a|ab)(c|bcd)" runs on the RE2 engine',
    ],
    [
      'a query parameter',
      { matchers: [{ prefix: '/a', queryParameters: [{ name: 'x', value: '\\bx', regex: true }] }] },
      '"\\\\bx" runs on the RE2 engine',
    ],
    [
      'a rewrite',
      { options: { regexRewrite: { pattern: { regex: '(?i)x' }, substitution: '' } } },
      '"(?i)x" runs on the RE2 engine',
    ],
    ['a large one', { matchers: [{ regex: '/[a-f]{300}' }] }, 'instructions'],
  ])('finds that of %s', (_, more, text) => {
    const findings = found('expensive-regex', simple([route('/a', 'users', more)]))
    expect(findings).toMatchObject([{ severity: 'info', path: at(0), message: expect.stringContaining(text) }])
  })

  test('has nothing against those that run natively', () => {
    const matchers = [{ regex: '/users/[0-9]+(/.*)?' }, { prefix: '/a', headers: [{ name: 'x', value: '(' }] }]
    expect(lines('expensive-regex', simple([route('/', 'users', { matchers })]))).toEqual([])
  })
})

describe('missing-catch-all', () => {
  const hosted = (routes: readonly RouteConfig[], domains?: readonly string[]): GatewayConfig => ({
    upstreams: [upstream('users')],
    virtualServices: [service('api', routes, domains)],
  })

  test('is shown by a request that gets 404', () => {
    const { gateway } = inProcess(hosted([route('/users', 'users')], ['*.a.test']))
    const [finding] = gateway.lint()
    expect(finding).toMatchObject({
      code: 'missing-catch-all',
      severity: 'info',
      path: 'virtualServices[default.api].virtualHost.routes',
      message: '/ finds no route',
      witness: { host: 'any.a.test', target: '/' },
    })
    expect(gateway.explain(request('/', { host: 'any.a.test' })).route).toBeUndefined()
  })

  test.each<[string, readonly RouteConfig[]]>([
    ['with a route for everything', [route('/', 'users')]],
    ['with one that has no matcher', [{ directResponseAction: { status: 404 } }]],
    ['with an expression for everything', [route('/', 'users', { matchers: [{ regex: '.*' }] })]],
    ['without routes', []],
  ])('has nothing against a service %s', (_, routes) => {
    expect(lines('missing-catch-all', hosted(routes))).toEqual([])
  })

  test('looks further than the root', () => {
    expect(lines('missing-catch-all', hosted([route('/', 'users', { matchers: [{ exact: '/' }] })]))).toEqual([
      'virtualServices[default.api].virtualHost.routes: /nowhere-else finds no route',
    ])
  })
})
