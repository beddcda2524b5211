import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { inProcess, service, upstream } from '../../../../test/support/in-process.ts'
import type { Matcher } from '../config/matcher.ts'
import { HeaderMap } from '../http/headers.ts'
import { GatewayRequest, localClient } from '../http/message.ts'
import type { Issue } from '../schema/issue.ts'
import { hiddenRoutes } from './hidden-routes.ts'

const answer = (name: string, ...matchers: readonly Matcher[]) => ({
  name,
  matchers,
  directResponseAction: { status: 200, body: name },
})

function hiddenAmong(...matchers: readonly Matcher[]): readonly Issue[] {
  const { gateway } = inProcess({
    virtualServices: [
      service(
        'api',
        matchers.map((matcher, index) => answer(`r${index}`, matcher)),
      ),
    ],
  })
  return hiddenRoutes(gateway.listener().virtualHosts)
}

const hides = (earlier: Matcher, later: Matcher): boolean => hiddenAmong(earlier, later).length > 0

describe('a route hides a later one', () => {
  test.each<[string, Matcher, Matcher]>([
    ['with the same path', { prefix: '/a' }, { prefix: '/a' }],
    ['below its prefix', { prefix: '/a' }, { prefix: '/a/b' }],
    ['that begins like its prefix', { prefix: '/a' }, { exact: '/ab' }],
    ['of any kind below /', { prefix: '/' }, { regex: '/x.*' }],
    ['with a template below its prefix', { prefix: '/users' }, { pathTemplate: '/users/:id' }],
    ['with an expression that begins like its prefix', { prefix: '/a' }, { regex: '/a/b[0-9]+' }],
    ['with a path that its expression matches', { regex: '/[a-z]+' }, { exact: '/users' }],
    ['with a path of its shape', { pathTemplate: '/users/:id' }, { exact: '/users/7' }],
    ['with the same expression', { regex: '/[a-z]+' }, { regex: '/[a-z]+' }],
    ['of CONNECT', { connectMatcher: {} }, { connectMatcher: {} }],
    ['in other letters, if it does not care', { prefix: '/A', caseSensitive: false }, { prefix: '/a/b' }],
    ['that does not care, if it has no letters', { prefix: '/1' }, { prefix: '/1', caseSensitive: false }],
    ['for fewer methods', { prefix: '/', methods: ['GET', 'PUT'] }, { prefix: '/', methods: ['GET'] }],
    ['with more conditions', { prefix: '/' }, { prefix: '/', methods: ['GET'], headers: [{ name: 'x' }] }],
    [
      'with the same header',
      { headers: [{ name: 'X', value: '1' }] },
      { headers: [{ name: 'x', value: '1' }, { name: 'y' }] },
    ],
    ['with a value of its header', { headers: [{ name: 'x' }] }, { headers: [{ name: 'x', value: '1' }] }],
    ['with its parameter', { queryParameters: [{ name: 'p' }] }, { queryParameters: [{ name: 'p', value: '1' }] }],
    [
      'without its header',
      { headers: [{ name: 'x', invertMatch: true }] },
      { headers: [{ name: 'x', invertMatch: true }] },
    ],
  ])('%s', (_, earlier, later) => {
    expect(hides(earlier, later)).toBe(true)
  })

  test.each<[string, Matcher, Matcher]>([
    ['with a shorter prefix', { prefix: '/a/b' }, { prefix: '/a' }],
    ['beside it', { prefix: '/a' }, { prefix: '/b' }],
    ['below an exact path', { exact: '/a' }, { prefix: '/a' }],
    ['with an expression that may begin otherwise', { prefix: '/a' }, { regex: '/(a|b)' }],
    ['with a path that its expression does not match', { regex: '/[a-z]+' }, { exact: '/users/7' }],
    ['with another expression', { regex: '/[a-z]+' }, { regex: '/[a-z]*' }],
    ['of CONNECT', { prefix: '/' }, { connectMatcher: {} }],
    ['in other letters', { prefix: '/A' }, { prefix: '/a' }],
    ['that does not care about letters', { prefix: '/a' }, { prefix: '/a', caseSensitive: false }],
    ['for another method', { prefix: '/', methods: ['GET'] }, { prefix: '/', methods: ['PUT'] }],
    ['for any method', { prefix: '/', methods: ['GET'] }, { prefix: '/' }],
    ['without its header', { headers: [{ name: 'x' }] }, { prefix: '/' }],
    ['with another value', { headers: [{ name: 'x', value: '1' }] }, { headers: [{ name: 'x', value: '2' }] }],
    [
      'with a value that may be absent',
      { headers: [{ name: 'x', invertMatch: true }] },
      { headers: [{ name: 'x', value: '1', invertMatch: true }] },
    ],
    [
      'with an expression for its value',
      { headers: [{ name: 'x', value: '1' }] },
      { headers: [{ name: 'x', value: '1', regex: true }] },
    ],
    ['with another parameter', { queryParameters: [{ name: 'p' }] }, { queryParameters: [{ name: 'P' }] }],
  ])('but not one %s', (_, earlier, later) => {
    expect(hides(earlier, later)).toBe(false)
  })
})

test('the finding names both routes', () => {
  expect(hiddenAmong({ prefix: '/a' }, { prefix: '/b' }, { exact: '/a/b' })).toEqual([
    {
      severity: 'warning',
      code: 'route-never-reached',
      resource: { kind: 'VirtualService', namespace: 'default', name: 'api' },
      path: 'virtualServices[default.api].virtualHost.routes[2]',
      message:
        'no request gets here: virtualServices[default.api].virtualHost.routes[0] takes every one before (path begins with "/a")',
      fix: 'move the route up, match more narrowly before it, or remove it',
    },
  ])
})

test('Gloo’s warnRouteShortCircuiting has them among the warnings of the configuration', () => {
  const virtualServices = [service('api', [answer('all', { prefix: '/' }), answer('hidden', { prefix: '/a' })])]
  const settings = { gateway: { validation: { warnRouteShortCircuiting: true } } }
  expect(inProcess({ virtualServices, settings }).gateway.issues).toMatchObject([{ code: 'route-never-reached' }])
  expect(inProcess({ virtualServices }).gateway.issues).toEqual([])
})

test('a route in a table is told of there', () => {
  const { gateway } = inProcess({
    upstreams: [upstream('users')],
    virtualServices: [
      service('api', [
        answer('all', { prefix: '/' }),
        { matchers: [{ prefix: '/t' }], delegateAction: { ref: { name: 't' } } },
      ]),
    ],
    routeTables: [{ metadata: { name: 't' }, routes: [answer('below', { prefix: '/t/a' })] }],
  })
  expect(hiddenRoutes(gateway.listener().virtualHosts)).toMatchObject([
    { path: 'routeTables[default.t].routes[0]', resource: { kind: 'RouteTable', namespace: 'default', name: 't' } },
  ])
})

test('no request gets to a route that is said to be hidden', () => {
  const path = fc.constantFrom('/', '/a', '/A', '/a/', '/a/b', '/ab', '/1')
  const matcher: fc.Arbitrary<Matcher> = fc
    .tuple(
      fc.oneof(
        fc.record({ prefix: path, caseSensitive: fc.boolean() }),
        fc.record({ exact: path, caseSensitive: fc.boolean() }),
        fc.record({ regex: fc.constantFrom('/a.*', '/[a-z]+', '/(?i)a', '/a/b', '.*') }),
        fc.record({ pathTemplate: fc.constantFrom('/:x', '/a/:x', '/a'), caseSensitive: fc.boolean() }),
      ),
      fc.constantFrom<readonly string[]>([], ['GET'], ['GET', 'PUT']),
      fc.constantFrom<Matcher['headers'] & object>(
        [],
        [{ name: 'x' }],
        [{ name: 'x', value: '1' }],
        [{ name: 'x', invertMatch: true }],
      ),
    )
    .map(([where, methods, headers]) => ({ ...where, methods, headers }))
  const headers = fc.constantFrom(new HeaderMap(), new HeaderMap([['x', '1']]), new HeaderMap([['x', '2']]))
  const request = fc
    .tuple(fc.constantFrom('GET', 'PUT', 'DELETE'), path, headers)
    .map(([method, target, fields]) => new GatewayRequest(method, target, fields, null, localClient))
  fc.assert(
    fc.property(
      fc.array(matcher, { minLength: 2, maxLength: 6 }),
      fc.array(request, { maxLength: 20 }),
      (matchers, requests) => {
        const { gateway } = inProcess({
          virtualServices: [
            service(
              'api',
              matchers.map((one, index) => answer(`r${index}`, one)),
            ),
          ],
        })
        const [virtualHost] = gateway.listener().virtualHosts
        const hidden = new Set(hiddenRoutes(gateway.listener().virtualHosts).map((issue) => issue.path))
        return requests.every((one) => {
          const found = virtualHost?.table.find(one)
          return found === undefined || !hidden.has(found.origin)
        })
      },
    ),
    { numRuns: 300 },
  )
})
