import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Duration } from '../common.ts'
import type { BasicRoute } from './basic-route.ts'
import { plainConfig } from './plain.ts'
import { Route, type RouteMatch } from './route.ts'
import { Upstream } from './upstream.ts'
import { VirtualService } from './virtual-service.ts'

type Step<T> = (value: T) => T

const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/)
const path = fc.stringMatching(/^\/[a-z]{0,6}$/)
const duration = fc.nat(100_000).map((amount): Duration => `${amount}ms`)
const value = fc.oneof(fc.string(), fc.record({ regex: fc.string() }))
const upstream = fc
  .tuple(name, fc.option(name, { nil: undefined }))
  .map(([own, namespace]) => Upstream.of(own, 'localhost:80').options(namespace === undefined ? {} : { namespace }))

const start = fc.oneof(
  path.map((text): RouteMatch<never> => Route.prefix(text)),
  path.map((text): RouteMatch<never> => Route.exact(text).caseInsensitive()),
  path.map((text): RouteMatch<never> => Route.regex(text)),
  fc.constant<RouteMatch<never>>(Route.connect()),
)

const condition = fc.oneof(
  name.map(
    (method): Step<RouteMatch<never>> =>
      (match) =>
        match.method(method),
  ),
  fc.tuple(name, value).map(
    ([header, wanted]): Step<RouteMatch<never>> =>
      (match) =>
        match.header(header, wanted),
  ),
  name.map(
    (header): Step<RouteMatch<never>> =>
      (match) =>
        match.header(header, { absent: true }),
  ),
  fc.tuple(name, value).map(
    ([header, wanted]): Step<RouteMatch<never>> =>
      (match) =>
        match.query(header, wanted),
  ),
  start.map(
    (other): Step<RouteMatch<never>> =>
      (match) =>
        match.or(other),
  ),
)

const forward = fc.oneof(
  upstream.map((to) => (match: RouteMatch<never>) => match.to(to)),
  name.map((to) => (match: RouteMatch<never>) => match.to(to)),
  fc.array(fc.tuple(upstream, fc.nat(100))).map((shares) => (match: RouteMatch<never>) => match.split(...shares)),
  name.map((header) => (match: RouteMatch<never>) => match.toClusterHeader(header)),
)

const option = fc.oneof(
  duration.map(
    (timeout): Step<Route<never>> =>
      (route) =>
        route.timeout(timeout),
  ),
  fc.nat(5).map(
    (numRetries): Step<Route<never>> =>
      (route) =>
        route.retries({ retryOn: '5xx', numRetries }),
  ),
  fc.tuple(upstream, fc.nat(100)).map(
    ([to, share]): Step<Route<never>> =>
      (route) =>
        route.shadow(to, share),
  ),
  path.map(
    (text): Step<Route<never>> =>
      (route) =>
        route.rewrite(text),
  ),
  name.map(
    (host): Step<Route<never>> =>
      (route) =>
        route.rewriteHost(host),
  ),
  fc.tuple(fc.dictionary(name, fc.string()), fc.array(name)).map(
    ([set, remove]): Step<Route<never>> =>
      (route) =>
        route.headers({ request: { set }, response: { remove } }),
  ),
  name.map(
    (text): Step<Route<never>> =>
      (route) =>
        route.name(text),
  ),
)

const routes = fc
  .tuple(start, fc.array(condition, { maxLength: 4 }), forward, fc.array(option, { maxLength: 6 }))
  .map(([match, conditions, act, options]) =>
    options.reduce((route, step) => step(route), act(conditions.reduce((before, step) => step(before), match))),
  )

test('plain data of any route makes an equal route, also within a virtual service', () => {
  fc.assert(
    fc.property(fc.array(routes, { maxLength: 4 }), name, (list: readonly BasicRoute[], namespace) => {
      for (const route of list) expect(new Route(JSON.parse(JSON.stringify(route)))).toStrictEqual(route)
      const service = new VirtualService('api', { namespace, domains: ['*'], routes: list })
      const json = JSON.parse(JSON.stringify(service))
      expect(new VirtualService(json)).toStrictEqual(service)
      expect(plainConfig({ virtualServices: [service] })).toEqual({ virtualServices: [json] })
    }),
    { numRuns: 100, seed: 7 },
  )
})

test('an option set on a shared route leaves the shared route as it was', () => {
  fc.assert(
    fc.property(routes, option, option, (shared, one, other) => {
      const before = JSON.stringify(shared)
      const extended = JSON.stringify(one(shared))
      other(shared)
      expect(JSON.stringify(shared)).toBe(before)
      expect(JSON.stringify(one(shared))).toBe(extended)
    }),
    { numRuns: 100, seed: 7 },
  )
})
