import { describe, expect, test } from 'vitest'
import type { Matcher } from '../config/matcher.ts'
import type { RedirectAction } from '../config/route.ts'
import { GatewayError } from '../errors.ts'
import { HeaderMap } from '../http/headers.ts'
import { GatewayRequest, localClient } from '../http/message.ts'
import { type CompiledMatcher, compileMatcher } from '../match/matcher.ts'
import { compileRedirect } from './redirect.ts'

const scope = { regexMaxProgramSize: 1024 }

function compiled(matcher: Matcher): CompiledMatcher {
  const result = compileMatcher(matcher)
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  return result.matcher
}

interface Options {
  readonly matcher?: Matcher
  readonly host?: string
  readonly secure?: boolean
  readonly headers?: Readonly<Record<string, string>>
}

/** The location, or the code of the error. */
function locate(action: RedirectAction, target: string, options: Options = {}): string | undefined {
  const { matcher = {}, host = 'redirect.lyft.com', secure = false, headers = {} } = options
  const respond = compileRedirect(action, compiled(matcher), scope, (field, _code, message) => {
    throw new Error(`${field}: ${message}`)
  })
  const lines = new HeaderMap(Object.entries({ ...(host === '' ? {} : { host }), ...headers }))
  const request = new GatewayRequest('GET', target, lines, null, { ...localClient, secure })
  const response = respond?.(request, undefined as never, undefined as never)
  return GatewayError.is(response) ? response.code : response?.headers.get('location')
}

// Source: Envoy config_impl_test.cc#TestDirectResponse, RedirectPrefixRewrite, RedirectRegexRewrite, RedirectStripQuery.
describe('host, scheme and port', () => {
  test.each<[RedirectAction, string, string, string]>([
    [{ hostRedirect: 'new.lyft.com' }, 'redirect.lyft.com', '/host', 'http://new.lyft.com/host'],
    [{ hostRedirect: 'new.lyft.com' }, 'redirect.lyft.com:8080', '/host', 'http://new.lyft.com/host'],
    [{ httpsRedirect: true }, 'redirect.lyft.com', '/https', 'https://redirect.lyft.com/https'],
    [{ httpsRedirect: true }, 'redirect.lyft.com:80', '/https', 'https://redirect.lyft.com/https'],
    [{ httpsRedirect: true }, 'redirect.lyft.com:8080', '/https', 'https://redirect.lyft.com:8080/https'],
    [{ httpsRedirect: true }, '[fe80::1]:80', '/https', 'https://[fe80::1]/https'],
    [{ hostRedirect: '20.0.0.2', httpsRedirect: true }, '10.0.0.1:80', '/x', 'https://20.0.0.2/x'],
    [{ portRedirect: 8181 }, 'redirect.lyft.com:8080', '/port', 'http://redirect.lyft.com:8181/port'],
    [{ portRedirect: 8080 }, 'redirect.lyft.com', '/port', 'http://redirect.lyft.com:8080/port'],
    [{ portRedirect: 8181 }, '[fe80::1]:8080', '/port', 'http://[fe80::1]:8181/port'],
    [{ portRedirect: 8080 }, '[fe80::1]', '/port', 'http://[fe80::1]:8080/port'],
    [{ hostRedirect: '[fe80::2]', portRedirect: 8080 }, '[fe80::1]', '/port', 'http://[fe80::2]:8080/port'],
    [{ hostRedirect: 'new.lyft.com:1', portRedirect: 2 }, 'a.test', '/', 'http://new.lyft.com:2/'],
    [{ hostRedirect: 'new.lyft.com:8443', httpsRedirect: true }, 'a.test', '/', 'https://new.lyft.com:8443/'],
    [{}, 'a.test:80', '/permanent?q', 'http://a.test:80/permanent?q'],
  ])('%j of %s%s', (action, host, target, location) => {
    expect(locate(action, target, { host })).toBe(location)
  })

  test('the scheme is that of the connection, or what a trusted hop said', () => {
    expect(locate({}, '/', { secure: true, host: 'a.test:443' })).toBe('https://a.test:443/')
    expect(locate({}, '/', { headers: { 'x-forwarded-proto': 'https' } })).toBe('https://redirect.lyft.com/')
    expect(locate({ httpsRedirect: true }, '/', { secure: true, host: 'a.test:443' })).toBe('https://a.test:443/')
  })

  test('a request without a host cannot be redirected, unless the action names one', () => {
    expect(locate({ httpsRedirect: true }, '//evil.test', { host: '' })).toBe('badHost')
    expect(locate({ hostRedirect: 'a.test' }, '//evil.test', { host: '' })).toBe('http://a.test//evil.test')
  })
})

describe('path', () => {
  test.each<[RedirectAction, Matcher, string, string]>([
    [{ pathRedirect: '/new_path' }, { exact: '/path' }, '/path', '/new_path'],
    [{ pathRedirect: 'new_path_without_slash' }, { exact: '/path' }, '/path', '/new_path_without_slash'],
    [{ pathRedirect: '/new' }, { prefix: '/path' }, '/path/x?lang=eng', '/new?lang=eng'],
    [
      { prefixRewrite: '/new/prefix' },
      { prefix: '/prefix' },
      '/prefix/some/path/?lang=eng&con=US',
      '/new/prefix/some/path/?lang=eng&con=US',
    ],
    [{ prefixRewrite: '/new/path/' }, { exact: '/path/' }, '/path/', '/new/path/'],
    [{ prefixRewrite: '/new/regex-prefix/' }, { regex: '/[r][e][g][e][x].*' }, '/regex/hello/', '/new/regex-prefix/'],
    [{ prefixRewrite: '/' }, { prefix: '/ignore-this' }, '/ignore-this/', '//'],
    [{ prefixRewrite: '/' }, { prefix: '/ignore-this/' }, '/ignore-this/however/', '/however/'],
    [{ prefixRewrite: '/' }, { prefix: '/ignore-substring' }, '/ignore-substringto/use/', '/to/use/'],
    [{ prefixRewrite: '/' }, { prefix: '/ignore-substring' }, '/ignore-substring-to/use/', '/-to/use/'],
    [{ prefixRewrite: '' }, { prefix: '/x' }, '/x/y', '/x/y'],
    [{ stripQuery: true }, {}, '/x?q', '/x'],
    [
      { stripQuery: true, prefixRewrite: '/new/prefix' },
      { prefix: '/query/true' },
      '/query/true?lang=eng&con=US',
      '/new/prefix',
    ],
    [{ stripQuery: true, pathRedirect: '/new/' }, {}, '/x?lang=eng', '/new/'],
    [{ pathRedirect: '/new/path-redirect?foo=1' }, {}, '/path/redirect/query?bar=1', '/new/path-redirect?foo=1'],
    [{ pathRedirect: '/new/path-redirect?foo=1' }, {}, '/path/redirect/query', '/new/path-redirect?foo=1'],
    [{ pathRedirect: '/new/path-redirect?foo=2', stripQuery: true }, {}, '/path?bar=1', '/new/path-redirect?foo=2'],
  ])('%j %j %s', (action, matcher, target, path) => {
    expect(locate(action, target, { matcher })).toBe(`http://redirect.lyft.com${path}`)
  })

  test.each([
    [false, '/foo/9000/endpoint?lang=eng&con=US', '/endpoint/9000/baz?lang=eng&con=US'],
    [true, '/foo/1984/bar/anything?lang=eng', '/bar/anything/1984/baz'],
    [false, '/prefix/foo/1984/bar/anything', '/prefix/bar/anything/1984/baz'],
    [false, '/nothing', '/nothing'],
  ])('regexRewrite, stripQuery %s: %s', (stripQuery, target, path) => {
    const regexRewrite = { pattern: { regex: '/foo/([0-9]{4})/(.*)' }, substitution: '/\\2/\\1/baz' }
    expect(locate({ stripQuery, regexRewrite }, target)).toBe(`http://redirect.lyft.com${path}`)
  })

  test('text that cannot stand in a header is escaped', () => {
    expect(locate({ pathRedirect: '/a?b=c d&e=é%20' }, '/')).toBe('http://redirect.lyft.com/a?b=c%20d&e=%C3%A9%20')
    expect(locate({ pathRedirect: '/a?b#top' }, '/x?y')).toBe('http://redirect.lyft.com/a?b#top')
  })

  test('what a filter put into the target cannot split the header', () => {
    expect(locate({}, '/a\r\nset-cookie: b')).toBe('invalidOutgoing')
  })
})

describe('response', () => {
  test.each([
    [undefined, 301],
    ['MOVED_PERMANENTLY', 301],
    ['FOUND', 302],
    ['SEE_OTHER', 303],
    ['TEMPORARY_REDIRECT', 307],
    ['PERMANENT_REDIRECT', 308],
  ] as const)('%s is %i, without a body', (responseCode, status) => {
    const action: RedirectAction = responseCode === undefined ? {} : { responseCode }
    const request = new GatewayRequest('GET', '/', new HeaderMap([['host', 'a.test']]), null, localClient)
    const response = compileRedirect(action, compiled({}), scope, () => {})?.(
      request,
      undefined as never,
      undefined as never,
    )
    if (response === undefined || GatewayError.is(response)) throw new Error('no response')
    expect([response.status, response.body]).toEqual([status, null])
    expect(response.headers.get('content-length')).toBe('0')
  })
})

test.each<[RedirectAction, string, string]>([
  [{ hostRedirect: 'new.host\ndroptable' }, 'redirectAction.hostRedirect', 'invalid-host'],
  [{ hostRedirect: 'a.test/path' }, 'redirectAction.hostRedirect', 'invalid-host'],
  [{ regexRewrite: { pattern: { regex: '[' } } }, 'redirectAction.regexRewrite.pattern.regex', 'invalid-regex'],
])('%j is refused', (action, field, code) => {
  const found: string[][] = []
  expect(compileRedirect(action, compiled({}), scope, (...problem) => found.push(problem))).toBeUndefined()
  expect(found).toEqual([[field, code, expect.any(String)]])
})
