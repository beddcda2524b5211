import { describe, expect, test } from 'vitest'
import { GatewayError } from '../errors.ts'
import { HeaderMap } from '../http/headers.ts'
import { GatewayRequest, localClient } from '../http/message.ts'
import { replacePrefix } from './path-rewrite.ts'
import { createRewrite, type RewriteRules } from './rewrite.ts'

const nothing: RewriteRules = {
  path: undefined,
  host: undefined,
  autoHost: false,
  appendXForwardedHost: false,
  originalPath: true,
}

function requestTo(target: string, headers: Readonly<Record<string, string>> = {}): GatewayRequest {
  const lines = new HeaderMap(Object.entries({ host: 'api.test', ...headers }))
  return new GatewayRequest('GET', target, lines, null, localClient)
}

function apply(rules: Partial<RewriteRules>, request: GatewayRequest): string | undefined {
  const result = createRewrite({ ...nothing, ...rules })?.apply(request, {})
  return GatewayError.is(result) ? result.code : result
}

test('no rules, no rewrite', () => {
  expect(createRewrite(nothing)).toBeUndefined()
  expect(createRewrite({ ...nothing, appendXForwardedHost: true })).toBeUndefined()
})

describe('path', () => {
  const path = replacePrefix('/new', 4)

  test('the request keeps its target and tells the upstream about it', () => {
    const request = requestTo('/old/x?q')
    expect(apply({ path }, request)).toBe('/new/x?q')
    expect(request.target).toBe('/old/x?q')
    expect(request.headers.get('x-envoy-original-path')).toBe('/old/x?q')
  })

  test('nothing is told when x-envoy headers are suppressed, or without a path rewrite', () => {
    const suppressed = requestTo('/old')
    apply({ path, originalPath: false }, suppressed)
    const hostOnly = requestTo('/old')
    expect(apply({ host: () => 'a.test' }, hostOnly)).toBe('/old')
    expect([suppressed, hostOnly].map(({ headers }) => headers.has('x-envoy-original-path'))).toEqual([false, false])
  })

  test.each(['*', 'example.com:443'])('the target %s is no path and stays', (target) => {
    expect(apply({ path }, requestTo(target))).toBe(target)
  })

  test('a bad result is an error and leaves no trace', () => {
    const request = requestTo('/old')
    expect(apply({ path: () => '/a b' }, request)).toBe('invalidOutgoing')
    expect(request.headers.has('x-envoy-original-path')).toBe(false)
  })
})

describe('host', () => {
  test('takes the place of the host', () => {
    const request = requestTo('/')
    apply({ host: () => 'new_host:8080' }, request)
    expect([...request.headers]).toEqual([['host', 'new_host:8080']])
  })

  test.each([undefined, ''])('%j leaves it as it is', (host) => {
    const request = requestTo('/')
    expect(apply({ host: () => host, appendXForwardedHost: true }, request)).toBe('/')
    expect([...request.headers]).toEqual([['host', 'api.test']])
  })

  test.each(['a b', 'a.test/x', 'user@a.test', 'a.test\r\nx: y'])('%j is refused', (host) => {
    const request = requestTo('/')
    expect(apply({ host: () => host }, request)).toBe('badHost')
    expect(request.authority).toBe('api.test')
  })

  test('is made from the original path', () => {
    const request = requestTo('/eu/x')
    const host = ({ path }: GatewayRequest) => `${path.split('/')[1]}.test`
    expect(apply({ host, path: replacePrefix('/', 4) }, request)).toBe('/x')
    expect(request.authority).toBe('eu.test')
  })
})

describe('x-forwarded-host', () => {
  const host = () => 'new.test'

  test('gets the host before', () => {
    const request = requestTo('/')
    apply({ host, appendXForwardedHost: true }, request)
    expect(request.headers.getAll('x-forwarded-host')).toEqual(['api.test'])
  })

  test('gets it at its end', () => {
    const request = requestTo('/')
    request.headers.append('x-forwarded-host', 'a.test').append('x-forwarded-host', 'b.test')
    apply({ host, appendXForwardedHost: true }, request)
    expect(request.headers.getAll('x-forwarded-host')).toEqual(['a.test,b.test,api.test'])
  })

  test('does not get it twice', () => {
    const request = requestTo('/', { 'x-forwarded-host': 'a.test, api.test' })
    apply({ host, appendXForwardedHost: true }, request)
    expect(request.headers.get('x-forwarded-host')).toBe('a.test, api.test')
  })

  test('is left alone unless it is asked for', () => {
    const request = requestTo('/')
    apply({ host }, request)
    expect(request.headers.has('x-forwarded-host')).toBe(false)
  })
})

describe('autoHost', () => {
  const rewrite = createRewrite({ ...nothing, autoHost: true, appendXForwardedHost: true })

  test('is only there when it is asked for', () => {
    expect(createRewrite({ ...nothing, host: () => 'a.test' })?.autoHost).toBeUndefined()
  })

  test('sets the name of the chosen host, attempt by attempt', () => {
    const request = requestTo('/')
    expect(rewrite?.apply(request, {})).toBe('/')
    rewrite?.autoHost?.(request, 'one.internal')
    rewrite?.autoHost?.(request, 'two.internal')
    expect([...request.headers]).toEqual([
      ['host', 'two.internal'],
      ['x-forwarded-host', 'api.test'],
    ])
  })

  test.each(['', '10.0.0.1', '::1'])('%j is no name: the host stays', (hostname) => {
    const request = requestTo('/')
    rewrite?.autoHost?.(request, hostname)
    expect([...request.headers]).toEqual([['host', 'api.test']])
  })
})
