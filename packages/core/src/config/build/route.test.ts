import { describe, expect, test } from 'vitest'
import { BasicRoute } from './basic-route.ts'
import { Route, type RouteMatch } from './route.ts'
import { RouteTable } from './route-table.ts'
import { Upstream } from './upstream.ts'
import { UpstreamGroup } from './upstream-group.ts'

const users = Upstream.of('users', 'users:8080')
const canary = Upstream.of('canary', 'canary:8080').options({ namespace: 'team' })
const matchersOf = (match: RouteMatch<string>) => match.to('users').toJSON().matchers

test('a route is the entry of `routes` in a Gloo virtual service', () => {
  expect(Route.prefix('/a').to(users).toJSON()).toEqual({
    matchers: [{ prefix: '/a' }],
    routeAction: { single: { upstream: { name: 'users' } } },
  })
})

describe('matches', () => {
  test.each([
    [Route.prefix('/a'), { prefix: '/a' }],
    [Route.exact('/a'), { exact: '/a' }],
    [Route.regex('/a.*'), { regex: '/a.*' }],
    [Route.path('/users/:id'), { pathTemplate: '/users/:id' }],
    [Route.connect(), { connectMatcher: {} }],
    [Route.exact('/a').caseInsensitive(), { exact: '/a', caseSensitive: false }],
    [Route.prefix('/').method('GET', 'HEAD').method('POST'), { prefix: '/', methods: ['GET', 'HEAD', 'POST'] }],
  ])('by path and method: %#', (match, matcher) => {
    expect(matchersOf(match)).toEqual([matcher])
  })

  test('by headers, all of which must fit', () => {
    const match = Route.prefix('/')
      .header('x-a')
      .header('x-b', 'gold')
      .header('x-c', { regex: 'g.*' })
      .header('x-d', { present: true })
      .header('x-e', { absent: true })
      .header('x-f', { not: 'gold' })
      .header('x-g', { not: { regex: 'g.*' } })
    expect(matchersOf(match)).toEqual([
      {
        prefix: '/',
        headers: [
          { name: 'x-a' },
          { name: 'x-b', value: 'gold' },
          { name: 'x-c', value: 'g.*', regex: true },
          { name: 'x-d' },
          { name: 'x-e', invertMatch: true },
          { name: 'x-f', value: 'gold', invertMatch: true },
          { name: 'x-g', value: 'g.*', regex: true, invertMatch: true },
        ],
      },
    ])
  })

  test('by query parameters', () => {
    const match = Route.prefix('/')
      .query('a')
      .query('b', '1')
      .query('c', { regex: '\\d+' })
      .query('d', { present: true })
    expect(matchersOf(match)).toEqual([
      {
        prefix: '/',
        queryParameters: [
          { name: 'a' },
          { name: 'b', value: '1' },
          { name: 'c', value: '\\d+', regex: true },
          { name: 'd' },
        ],
      },
    ])
  })

  test('alternatives keep their conditions, and share those that come after', () => {
    const match = Route.exact('/a').method('GET').or(Route.prefix('/b').method('PUT')).header('x-tier', 'gold')
    expect(matchersOf(match)).toEqual([
      { exact: '/a', methods: ['GET'], headers: [{ name: 'x-tier', value: 'gold' }] },
      { prefix: '/b', methods: ['PUT'], headers: [{ name: 'x-tier', value: 'gold' }] },
    ])
  })

  test('a match refined twice is two matches', () => {
    const match = Route.prefix('/a').method('GET')
    expect(matchersOf(match.header('x-a'))).toEqual([{ prefix: '/a', methods: ['GET'], headers: [{ name: 'x-a' }] }])
    expect(matchersOf(match.method('PUT'))).toEqual([{ prefix: '/a', methods: ['GET', 'PUT'] }])
    expect(matchersOf(match)).toEqual([{ prefix: '/a', methods: ['GET'] }])
  })
})

describe('actions', () => {
  const all = Route.prefix('/')

  test.each([
    [all.to('users'), { routeAction: { single: { upstream: { name: 'users' } } } }],
    [all.to(canary), { routeAction: { single: { upstream: { name: 'canary', namespace: 'team' } } } }],
    [
      all.to({ name: 'users', namespace: 'team' }),
      { routeAction: { single: { upstream: { name: 'users', namespace: 'team' } } } },
    ],
    [
      all.to({ upstream: users, subset: { values: { version: 'v2' } } }),
      { routeAction: { single: { upstream: { name: 'users' }, subset: { values: { version: 'v2' } } } } },
    ],
    [
      all.split([users, 95], ['canary', 5, { headerManipulation: { responseHeadersToRemove: ['server'] } }]),
      {
        routeAction: {
          multi: {
            destinations: [
              { destination: { upstream: { name: 'users' } }, weight: 95 },
              {
                destination: { upstream: { name: 'canary' } },
                weight: 5,
                options: { headerManipulation: { responseHeadersToRemove: ['server'] } },
              },
            ],
          },
        },
      },
    ],
    [
      all.toGroup(new UpstreamGroup('group', { destinations: [[users, 1]] })),
      { routeAction: { upstreamGroup: { name: 'group' } } },
    ],
    [all.toGroup('group'), { routeAction: { upstreamGroup: { name: 'group' } } }],
    [all.toClusterHeader('x-cluster'), { routeAction: { clusterHeader: 'x-cluster' } }],
    [all.respond(204), { directResponseAction: { status: 204 } }],
    [all.respond(200, ''), { directResponseAction: { status: 200, body: '' } }],
    [
      all.redirect({ httpsRedirect: true, responseCode: 'PERMANENT_REDIRECT' }),
      { redirectAction: { httpsRedirect: true, responseCode: 'PERMANENT_REDIRECT' } },
    ],
    [
      all.delegate(new RouteTable('table', { namespace: 'team' })),
      { delegateAction: { ref: { name: 'table', namespace: 'team' } } },
    ],
    [
      all.delegate('table', { relativePaths: true }),
      { delegateAction: { ref: { name: 'table' }, relativePaths: true } },
    ],
    [
      all.delegate({ labels: { team: 'a' }, namespaces: ['*'] }),
      { delegateAction: { selector: { labels: { team: 'a' }, namespaces: ['*'] } } },
    ],
  ])('%#', (route, action) => {
    expect(route.toJSON()).toEqual({ matchers: [{ prefix: '/' }], ...action })
  })
})

describe('path rewrites', () => {
  test.each([
    [Route.prefix('/a').to(users).rewrite('/b'), { prefixRewrite: '/b' }],
    [Route.regex('/a.*').to(users).rewrite('/b'), { prefixRewrite: '/b' }],
    [Route.path('/users/:id').to(users).rewrite('/u/:id'), { pathTemplateRewrite: '/u/:id' }],
    [Route.path('/files/*rest').to(users).rewrite('/f/*rest'), { pathTemplateRewrite: '/f/*rest' }],
    [Route.path('/users/:id').to(users).rewrite('/all'), { pathTemplateRewrite: '/all' }],
    [
      Route.path('/users/:id').or(Route.path('/people/:id/:tab')).to(users).rewrite('/u/:id'),
      { pathTemplateRewrite: '/u/:id' },
    ],
    [Route.path('/users/:id').or(Route.exact('/me')).to(users).rewrite('/u'), { prefixRewrite: '/u' }],
    [
      Route.prefix('/a').to(users).rewriteRegex('^/a/(.*)$', '/\\1'),
      { regexRewrite: { pattern: { regex: '^/a/(.*)$' }, substitution: '/\\1' } },
    ],
  ])('%#', (route, options) => {
    expect(route.toJSON().options).toEqual(options)
  })
})

test('plain data makes an equal route, and the route it came from', () => {
  const route = Route.path('/users/:id').to(users).timeout('2s')
  expect(new Route(JSON.parse(JSON.stringify(route)))).toStrictEqual(route)
  const answer = Route.exact('/healthz').respond(200, 'ok').name('health')
  expect(new BasicRoute(answer.toJSON())).toStrictEqual(answer)
})
