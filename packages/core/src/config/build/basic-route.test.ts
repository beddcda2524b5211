import { describe, expect, test } from 'vitest'
import { Route } from './route.ts'
import { Upstream } from './upstream.ts'

const users = Upstream.of('users', 'users:8080')
const route = Route.prefix('/').to(users)

describe('options', () => {
  const faults = { abort: { percentage: 50, httpStatus: 503 }, delay: { percentage: 10, fixedDelay: '1.5s' } } as const
  const retries = { retryOn: '5xx', numRetries: 2, perTryTimeout: '1s' } as const

  test.each([
    [route.timeout('2s'), { timeout: '2s' }],
    [route.retries(retries), { retries }],
    [route.faults(faults), { faults }],
    [route.shadow(users, 10), { shadowing: { upstream: { name: 'users' }, percentage: 10 } }],
    [route.rewriteHost('internal'), { hostRewrite: 'internal' }],
    [route.autoHostRewrite(), { autoHostRewrite: true }],
    [route.options({ idleTimeout: '1m' }), { idleTimeout: '1m' }],
  ])('%#', (changed, options) => {
    expect(changed.toJSON()).toEqual({ ...route.toJSON(), options })
  })

  test('add up, and the last value of one counts', () => {
    const changed = route.timeout('2s').retries(retries).timeout('3s').options({ idleTimeout: '0s' })
    expect(changed.toJSON().options).toEqual({ timeout: '3s', retries, idleTimeout: '0s' })
  })

  test('replace those they cannot stand beside', () => {
    expect(route.timeout('1s').rewrite('/a').rewriteRegex('b', 'c').toJSON().options).toEqual({
      timeout: '1s',
      regexRewrite: { pattern: { regex: 'b' }, substitution: 'c' },
    })
    expect(route.rewriteRegex('b', 'c').options({ prefixRewrite: '/d' }).toJSON().options).toEqual({
      prefixRewrite: '/d',
    })
    expect(route.rewrite('/a').rewriteHost('b').autoHostRewrite().toJSON().options).toEqual({
      prefixRewrite: '/a',
      autoHostRewrite: true,
    })
  })
})

describe('headers', () => {
  test('are set, appended and removed in both directions', () => {
    const changed = route.headers({
      request: { set: { 'x-a': '1' }, append: { 'x-b': ['2', '3'], 'x-c': '4' }, remove: ['x-d'] },
      response: { set: { 'x-e': '%RESPONSE_FLAGS%' }, remove: ['server'] },
    })
    expect(changed.toJSON().options).toEqual({
      headerManipulation: {
        requestHeadersToAdd: [
          { header: { key: 'x-a', value: '1' }, append: false },
          { header: { key: 'x-b', value: '2' } },
          { header: { key: 'x-b', value: '3' } },
          { header: { key: 'x-c', value: '4' } },
        ],
        requestHeadersToRemove: ['x-d'],
        responseHeadersToAdd: [{ header: { key: 'x-e', value: '%RESPONSE_FLAGS%' }, append: false }],
        responseHeadersToRemove: ['server'],
      },
    })
  })

  test('come after the changes that are there', () => {
    const changed = route
      .options({ headerManipulation: { requestHeadersToAdd: [{ headerSecretRef: { name: 'token' } }] } })
      .headers({ request: { set: { 'x-a': '1' } } })
      .headers({ response: { remove: ['server'] } })
    expect(changed.toJSON().options?.headerManipulation).toEqual({
      requestHeadersToAdd: [
        { headerSecretRef: { name: 'token' } },
        { header: { key: 'x-a', value: '1' }, append: false },
      ],
      responseHeadersToRemove: ['server'],
    })
  })
})

test('transformations go into the regular stage, beside other stages', () => {
  const early = { requestTransforms: [{ clearRouteCache: true }] }
  const pair = {
    requestTransformation: { transformationTemplate: { headers: { 'x-tenant': { text: '{{ tenant }}' } } } },
    responseTransformation: { transformationTemplate: { headersToRemove: ['server'] } },
  }
  const changed = route.options({ stagedTransformations: { early } }).transform(pair)
  expect(changed.toJSON().options).toEqual({
    stagedTransformations: { early, regular: { requestTransforms: [pair] } },
  })
  expect(changed.transform({ matcher: { prefix: '/a' } }, pair).toJSON().options).toEqual({
    stagedTransformations: { early, regular: { requestTransforms: [{ matcher: { prefix: '/a' } }, pair] } },
  })
})

test('settings of foreign filters are kept as they are, by name', () => {
  const settings = { keys: new Set(['a']), since: new Date(0), toJSON: () => ({}) }
  const { extensions } = route.extension('api-key', settings).extension('tag', 1).toJSON().options ?? {}
  expect(extensions).toEqual({ 'api-key': settings, tag: 1 })
  expect(extensions?.['api-key']).toBe(settings)
  expect(Object.isFrozen(settings)).toBe(false)
})

test('name and other fields of the route', () => {
  const changed = Route.prefix('/a').delegate('table').name('a').with({ inheritableMatchers: true })
  expect(changed.toJSON()).toEqual({
    name: 'a',
    matchers: [{ prefix: '/a' }],
    inheritableMatchers: true,
    delegateAction: { ref: { name: 'table' } },
  })
})

describe('a route', () => {
  test('can be extended twice without one extension seeing the other', () => {
    const shared = route.timeout('1s')
    const one = shared.retries({ retryOn: '5xx' })
    const two = shared.timeout('2s').headers({ request: { remove: ['x-a'] } })
    expect(shared.toJSON().options).toEqual({ timeout: '1s' })
    expect(one.toJSON().options).toEqual({ timeout: '1s', retries: { retryOn: '5xx' } })
    expect(two.toJSON().options).toEqual({
      timeout: '2s',
      headerManipulation: { requestHeadersToRemove: ['x-a'] },
    })
  })

  test('does not change, and does not follow what it was made of', () => {
    const retriableStatusCodes = [503]
    const changed = route.retries({ retryOn: 'retriable-status-codes', retriableStatusCodes })
    retriableStatusCodes.push(429)
    expect(changed.toJSON().options?.retries?.retriableStatusCodes).toEqual([503])
    expect(Object.isFrozen(changed)).toBe(true)
    expect(Object.isFrozen(changed.toJSON().options?.retries?.retriableStatusCodes)).toBe(true)
    expect(Object.isFrozen(retriableStatusCodes)).toBe(false)
  })
})
