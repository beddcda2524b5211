import { describe, expect, test } from 'vitest'
import { GatewayError } from '../errors.ts'
import { fillTemplate, type PathRewrite, replaceMatches, replacePrefix, rewriteTarget } from './path-rewrite.ts'

const rewritten = (rewrite: PathRewrite, target: string, params: Readonly<Record<string, string>> = {}) => {
  const result = rewriteTarget(rewrite, target, params)
  return GatewayError.is(result) ? result.code : result
}

describe('replacePrefix', () => {
  const prefix = (matched: string, replacement: string, target: string) =>
    rewritten(replacePrefix(replacement, matched.length), target)

  test.each([
    ['/foo', '/bar', '/foo', '/bar'],
    ['/foo', '/bar', '/foo/baz?q=1', '/bar/baz?q=1'],
    ['/foo', '/bar', '/foobar', '/barbar'],
    ['/foo', '/', '/foo', '/'],
    ['/foo', '/', '/foo/', '//'],
    ['/foo/', '/', '/foo/', '/'],
    ['/foo', '/bar', '/FOO/Baz', '/bar/Baz'],
    ['/foo', 'bar', '/foo/baz', '/bar/baz'],
    ['/ignore-substring', '/', '/ignore-substringto/use/', '/to/use/'],
    ['/foo', '/bar', '/foo?', '/bar?'],
    ['/foo', '/bar', '/foo/%2e?a=/../b', '/bar/%2e?a=/../b'],
  ])('%s -> %s: %s is %s', (matched, replacement, target, expected) => {
    expect(prefix(matched, replacement, target)).toBe(expected)
  })

  test('without a prefix the whole path goes, and the query stays', () => {
    const rewrite = replacePrefix('/rewrote', undefined)
    expect(rewritten(rewrite, '/api/locations?works=true')).toBe('/rewrote?works=true')
    expect(rewritten(rewrite, '/x')).toBe('/rewrote')
  })

  test.each([
    ['/foo', '/bar?x=1'],
    ['/foo/baz', '/bar/baz?x=1'],
    ['/foo?y=2', '/bar?x=1&y=2'],
    ['/foo/baz?y=2', '/bar/baz?x=1&y=2'],
    ['/foo?', '/bar?x=1'],
  ])('a query of its own joins that of %s', (target, expected) => {
    expect(prefix('/foo', '/bar?x=1', target)).toBe(expected)
  })

  test('a query of its own works for whole paths', () => {
    expect(rewritten(replacePrefix('/bar?x=1', undefined), '/foo/baz?y=2')).toBe('/bar?x=1&y=2')
  })
})

test('replacePrefix escapes what cannot be sent', () => {
  expect(rewritten(replacePrefix('/a?b=c d#é', 4), '/foo/x')).toBe('/a/x?b=c%20d%23%C3%A9')
})

describe('replaceMatches', () => {
  test('sees the path without its query', () => {
    const rewrite = replaceMatches((path) => path.replaceAll('e', 'X'))
    expect(rewritten(rewrite, '/newforreg2_endpoint/tee?test=me')).toBe('/nXwforrXg2_Xndpoint/tXX?test=me')
  })

  test('may make a query', () => {
    const rewrite = replaceMatches((path) => path.replace(/^\/items\/(.*)$/, '/item?id=$1'))
    expect(rewritten(rewrite, '/items/7')).toBe('/item?id=7')
    expect(rewritten(rewrite, '/items/7?full')).toBe('/item?id=7&full')
  })

  test('makes a path even out of nothing', () => {
    expect(
      rewritten(
        replaceMatches(() => ''),
        '/foo?q',
      ),
    ).toBe('/?q')
  })
})

test('fillTemplate has the parameters and keeps the query', () => {
  const rewrite = fillTemplate(({ id = '' }) => `/u/${id}`)
  expect(rewritten(rewrite, '/users/7?q', { id: '7' })).toBe('/u/7?q')
})

describe('what comes out is checked', () => {
  test.each(['/a b', '/a\r\nb', '/a#b', '/a\x7f', '/snow☃'])('%j cannot be sent', (path) => {
    expect(rewritten(() => path, '/')).toBe('invalidOutgoing')
  })

  test.each([
    ['/static', '/files/', '/static../secret'],
    ['/static', '/files/', '/static..'],
    ['/static', '/', '/static%2e%2E/secret'],
    ['/static', '/', '/static..;x/secret'],
    ['/static', '/files/', '/static./x'],
    ['/static', '/files/', '/static..%2fsecret'],
    ['/static', '/files/', '/static..\\secret'],
  ])('%s -> %s: no way out with %s', (prefix, replacement, target) => {
    expect(rewritten(replacePrefix(replacement, prefix.length), target)).toBe('badTarget')
  })

  test('dots within a segment are none of its business', () => {
    expect(rewritten(replacePrefix('/files/', 8), '/static/.hidden/a..b/...?/../')).toBe('/files/.hidden/a..b/...?/../')
  })

  test('dot segments of the request itself stay, where normalisation is off', () => {
    expect(rewritten(replacePrefix('/files', 7), '/static/../x')).toBe('/files/../x')
  })
})
