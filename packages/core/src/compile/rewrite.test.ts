import { describe, expect, test } from 'vitest'
import type { Matcher } from '../config/matcher.ts'
import type { RouteOptions } from '../config/route-options.ts'
import { GatewayError } from '../errors.ts'
import { HeaderMap } from '../http/headers.ts'
import { GatewayRequest, localClient } from '../http/message.ts'
import { type CompiledMatcher, compileMatcher } from '../match/matcher.ts'
import { compileRewrite, type RewriteScope } from './rewrite.ts'

const scope: RewriteScope = { options: {}, regexMaxProgramSize: 1024 }

function compiled(matcher: Matcher): CompiledMatcher {
  const result = compileMatcher(matcher)
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  return result.matcher
}

interface Sent {
  readonly target: string
  readonly host: string
  readonly headers: HeaderMap
}

/** What the upstream would get; the code of the error when it gets nothing. */
function send(
  matcher: Matcher,
  options: RouteOptions,
  target: string,
  headers: Readonly<Record<string, string>> = {},
  use: RewriteScope = scope,
): Sent | string {
  const route = compiled(matcher)
  const rewrite = compileRewrite(options, route, use, (field, _code, message) => {
    throw new Error(`${field}: ${message}`)
  })
  const lines = new HeaderMap(Object.entries({ host: 'api.lyft.com', ...headers }))
  const request = new GatewayRequest('GET', target, lines, null, localClient)
  const sent = rewrite === undefined ? target : rewrite.apply(request, route.params(request.path) ?? {})
  return GatewayError.is(sent) ? sent.code : { target: sent, host: request.authority, headers: lines }
}

const targetOf = (sent: Sent | string) => (typeof sent === 'string' ? sent : sent.target)
const hostOf = (sent: Sent | string) => (typeof sent === 'string' ? sent : sent.host)

function problems(options: RouteOptions, matcher: Matcher = { prefix: '/' }): readonly (readonly string[])[] {
  const found: string[][] = []
  compileRewrite(options, compiled(matcher), scope, (...problem) => found.push(problem))
  return found
}

test('a route that rewrites nothing has no rewrite', () => {
  const none: RouteOptions[] = [{}, { prefixRewrite: '' }, { autoHostRewrite: false, hostRewrite: '' }]
  expect(none.map((options) => compileRewrite(options, compiled({ prefix: '/' }), scope, () => {}))).toEqual(
    none.map(() => undefined),
  )
})

// Source: Envoy config_impl_test.cc#TestRoutes, Gloo prefix_rewrite and regex_rewrite guides.
describe('path', () => {
  test.each<[Matcher, RouteOptions, string, string]>([
    [{ prefix: '/new_endpoint' }, { prefixRewrite: '/api/new_endpoint' }, '/new_endpoint/foo', '/api/new_endpoint/foo'],
    [
      { exact: '/api/locations', caseSensitive: false },
      { prefixRewrite: '/rewrote' },
      '/API/locations?works=true',
      '/rewrote?works=true',
    ],
    [{ prefix: '/food', caseSensitive: false }, { prefixRewrite: '/cAndy' }, '/FOOD/a', '/cAndy/a'],
    [{ regex: '.*/\\d{3}$' }, { prefixRewrite: '/rewrote' }, '/xx/yy/647?test=foo', '/rewrote?test=foo'],
    [{ pathTemplate: '/users/:id' }, { prefixRewrite: '/rewrote' }, '/users/7?q', '/rewrote?q'],
    [{}, { prefixRewrite: '/all/' }, '/x', '/all/x'],
  ])('prefixRewrite: %j %j %s', (matcher, options, target, expected) => {
    expect(targetOf(send(matcher, options, target))).toBe(expected)
  })

  test.each([
    ['^/new(.*?)_endpoint(.*)$', '/\\1_rewritten_endpoint\\2', '/newforreg1_endpoint', '/forreg1_rewritten_endpoint'],
    ['e', 'X', '/newforreg2_endpoint/tee?test=me', '/nXwforrXg2_Xndpoint/tXX?test=me'],
    ['[aeioe]', 'V', '/exact/path/for/regex1', '/VxVct/pVth/fVr/rVgVx1'],
    ['(^.*)/(\\d{4})$', '/four/\\2/endpoint\\1', '/xx/yy/6472?test=foo', '/four/6472/endpoint/xx/yy?test=foo'],
    ['^/pre/([^/]+)(/.*)$', '\\2/swap/\\1', '/pre/mid/end', '/end/swap/mid'],
    ['^.*$', '/one', '/full/one/two', '/one'],
    ['nothing', '/x', '/foo', '/foo'],
    ['^/foo', '', '/foo/bar', '/bar'],
  ])('regexRewrite: %s to %s', (regex, substitution, target, expected) => {
    expect(targetOf(send({}, { regexRewrite: { pattern: { regex }, substitution } }, target))).toBe(expected)
  })

  test('a substitution that is not set is empty', () => {
    expect(targetOf(send({}, { regexRewrite: { pattern: { regex: 'o' } } }, '/foo'))).toBe('/f')
  })

  test('pathTemplateRewrite fills in the raw parameters of the matcher', () => {
    const matcher = { pathTemplate: '/users/:id/files/*rest' }
    const options = { pathTemplateRewrite: '/u/:id/f/*rest' }
    expect(targetOf(send(matcher, options, '/users/a%20b/files/x/y?q=1'))).toBe('/u/a%20b/f/x/y?q=1')
  })

  test('the original path goes along, unless x-envoy headers are suppressed', () => {
    const options = { prefixRewrite: '/bar' }
    const sent = send({ prefix: '/foo' }, options, '/foo?q') as Sent
    expect(sent.headers.get('x-envoy-original-path')).toBe('/foo?q')
    const quiet = { ...scope, options: { router: { suppressEnvoyHeaders: true } } }
    const suppressed = send({ prefix: '/foo' }, options, '/foo', {}, quiet) as Sent
    expect(suppressed.headers.has('x-envoy-original-path')).toBe(false)
  })
})

describe('host', () => {
  test('hostRewrite', () => {
    expect(hostOf(send({}, { hostRewrite: 'new_host' }, '/'))).toBe('new_host')
  })

  test('hostRewriteHeader, and the host of before in x-forwarded-host', () => {
    const options = { hostRewriteHeader: 'X-Rewrite-Host', appendXForwardedHost: true }
    const rewritten = send({}, options, '/', { 'x-rewrite-host': 'rewrote' }) as Sent
    expect([rewritten.host, rewritten.headers.get('x-forwarded-host')]).toEqual(['rewrote', 'api.lyft.com'])
    const without = send({}, options, '/') as Sent
    expect([without.host, without.headers.has('x-forwarded-host')]).toEqual(['api.lyft.com', false])
    expect(hostOf(send({}, options, '/', { 'x-rewrite-host': '' }))).toBe('api.lyft.com')
    expect(send({}, options, '/', { 'x-rewrite-host': 'a b' })).toBe('badHost')
  })

  test.each([
    ['/rewrite-host-with-path-regex/envoyproxy.io', 'envoyproxy.io'],
    ['/rewrite-host-with-path-regex/envoyproxy.io?a=/b', 'envoyproxy.io'],
    ['/envoyproxy.io', 'api.lyft.com'],
  ])('hostRewritePathRegex of %s', (target, host) => {
    const options = { hostRewritePathRegex: { pattern: { regex: '^/.+/(.+)$' }, substitution: '\\1' } }
    expect(hostOf(send({}, options, target))).toBe(host)
  })

  test('hostRewritePathRegex sees the path before it is rewritten', () => {
    const sent = send(
      { prefix: '/eu.test/' },
      {
        hostRewritePathRegex: { pattern: { regex: '^/([^/]+)/.*$' }, substitution: '\\1' },
        prefixRewrite: '/',
      },
      '/eu.test/x',
    ) as Sent
    expect([sent.host, sent.target]).toEqual(['eu.test', '/x'])
  })

  test('hostRewritePathRegex that makes no host is refused', () => {
    const options = { hostRewritePathRegex: { pattern: { regex: '^/' }, substitution: '' } }
    expect(send({}, options, '/a/b')).toBe('badHost')
    expect(hostOf(send({}, options, '/'))).toBe('api.lyft.com')
  })

  test('autoHostRewrite', () => {
    const rewrite = compileRewrite({ autoHostRewrite: true }, compiled({}), scope, () => {})
    const request = new GatewayRequest('GET', '/', new HeaderMap([['host', 'api.lyft.com']]), null, localClient)
    rewrite?.autoHost?.(request, 'backend.internal')
    expect(request.authority).toBe('backend.internal')
  })
})

describe('refused', () => {
  const rewrite = (regex: string, substitution = '') => ({ pattern: { regex }, substitution })

  test.each<[RouteOptions, string, string]>([
    [{ regexRewrite: rewrite('[') }, 'options.regexRewrite.pattern.regex', 'invalid-regex'],
    [{ regexRewrite: rewrite('a', '\\1') }, 'options.regexRewrite.substitution', 'invalid-substitution'],
    [{ regexRewrite: rewrite('a', '/x y') }, 'options.regexRewrite.substitution', 'invalid-substitution'],
    [{ regexRewrite: rewrite('a', '/x\r\n') }, 'options.regexRewrite.substitution', 'invalid-substitution'],
    [{ regexRewrite: rewrite('a', '#') }, 'options.regexRewrite.substitution', 'invalid-substitution'],
    [{ hostRewritePathRegex: rewrite('(') }, 'options.hostRewritePathRegex.pattern.regex', 'invalid-regex'],
    [{ hostRewrite: 'http://a' }, 'options.hostRewrite', 'invalid-host'],
    [{ pathTemplateRewrite: '/u/:id' }, 'options.pathTemplateRewrite', 'invalid-path-template'],
  ])('%j', (options, field, code) => {
    expect(problems(options)).toEqual([[field, code, expect.any(String)]])
  })

  test('a template parameter that the matcher does not have', () => {
    const found = problems({ pathTemplateRewrite: '/:id/:name' }, { pathTemplate: '/users/:id' })
    expect(found).toEqual([['options.pathTemplateRewrite', 'invalid-path-template', expect.stringContaining('"name"')]])
  })

  test('a regex whose program is too large', () => {
    const found = problems({ regexRewrite: rewrite('(a{1,100}){1,10}') })
    expect(found).toMatchObject([['options.regexRewrite.pattern.regex', 'invalid-regex', expect.any(String)]])
  })
})
