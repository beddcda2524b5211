import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { normalizePath, type PathSettings } from './path.ts'

const off: PathSettings = { normalizePath: false, mergeSlashes: false, pathWithEscapedSlashesAction: 'KEEP_UNCHANGED' }
const normalize: PathSettings = { ...off, normalizePath: true }
const merge: PathSettings = { ...off, mergeSlashes: true }
const forward: PathSettings = { ...off, pathWithEscapedSlashesAction: 'UNESCAPE_AND_FORWARD' }
const redirect: PathSettings = { ...off, pathWithEscapedSlashesAction: 'UNESCAPE_AND_REDIRECT' }
const refuse: PathSettings = { ...off, pathWithEscapedSlashesAction: 'REJECT_REQUEST' }
const everything: PathSettings = { ...forward, normalizePath: true, mergeSlashes: true }

describe('normalizePath', () => {
  test.each([
    ['/xyz', '/xyz'],
    ['/a/b/../c', '/a/c'],
    ['/a/b/./c', '/a/b/c'],
    ['/a/b/../../../../c', '/c'],
    ['/a/..\\c', '/c'],
    ['/a\\b', '/a/b'],
    ['/a/b/%2E%2e/c', '/a/c'],
    ['/a/%2e', '/a/'],
    ['/a/b/..', '/a/'],
    ['/..', '/'],
    ['/a//../b', '/a/b'],
    ['/.well-known/x', '/.well-known/x'],
    ['/a/...', '/a/...'],
    ['/a/.b/..c', '/a/.b/..c'],
    ['//internal.test/h', '//internal.test/h'],
    ['/foo/bar/../%23boom', '/foo/%23boom'],
  ])('resolves dot segments: %s -> %s', (target, expected) => {
    expect(normalizePath(target, normalize)).toBe(expected)
  })

  test.each([
    ['/%61dmin/x', '/admin/x'],
    ['/admi%6E', '/admin'],
    ['/%7euser/%2D%5f', '/~user/-_'],
    ['/%5c%25', '/%5c%25'],
    ['/%c0%af', '/%c0%af'],
    ['/a/%2F%2f/c', '/a/%2F%2f/c'],
    ['/%aB%Cd', '/%aB%Cd'],
    ['/%252e%252e/x', '/%252e%252e/x'],
    ['/public/%', '/public/%'],
    ['/%2', '/%2'],
    ['/%zz%41', '/%zzA'],
  ])('decodes unreserved characters only: %s -> %s', (target, expected) => {
    expect(normalizePath(target, normalize)).toBe(expected)
  })

  test.each([
    ['/%%32e', '/%252e'],
    ['/%2%65', '/%252e'],
    ['/%%32%65', '/%252e'],
    ['/%%2f', '/%%2f'],
  ])('never makes a new escape out of decoded characters: %s -> %s', (target, expected) => {
    expect(normalizePath(target, normalize)).toBe(expected)
  })

  test.each(['/xyz/.%00../abc', '/xyz/%00.%00./abc', '/xyz/AAAAA%%0000/abc', '/x%00.html'])(
    'refuses NUL: %s',
    (target) => {
      expect(normalizePath(target, normalize)).toMatchObject({ kind: 'reject', code: 'badTarget' })
      expect(normalizePath(target, off)).toBe(target)
    },
  )

  test.each([
    '/public/..;/admin',
    '/public/..;x=1',
    '/public/..%3b/admin',
    '/.;/admin',
    '/;x/admin',
    '/%3Bx/admin',
    '/a/%2e.;/b',
  ])('refuses what upstreams that cut parameters would resolve: %s', (target) => {
    expect(normalizePath(target, normalize)).toMatchObject({ kind: 'reject', code: 'badTarget' })
  })

  test.each(['/;jsessionid=1', '/a;v=1/b', '/a/;x', '/a;/b', '/a...;/b'])(
    'leaves other parameters alone: %s',
    (target) => {
      expect(normalizePath(target, normalize)).toBe(target)
    },
  )
})

describe('mergeSlashes', () => {
  test.each([
    ['//a/b/c', '/a/b/c'],
    ['/a//b/c', '/a/b/c'],
    ['/a///', '/a/'],
    ['//a/?b', '/a/?b'],
    ['/xyz/..//abc', '/xyz/../abc'],
    ['/public/x?a=//b//c', '/public/x?a=//b//c'],
  ])('%s -> %s', (target, expected) => {
    expect(normalizePath(target, merge)).toBe(expected)
  })
})

describe('pathWithEscapedSlashesAction', () => {
  test.each([
    ['/a/b/c', '/a/b/c'],
    ['/a%2Fb%2fc', '/a/b/c'],
    ['/a%5C%5c', '/a\\\\'],
    ['/a%2Fb?%2fabcd%5C%%2f%', '/a/b?%2fabcd%5C%%2f%'],
    ['/%', '/%'],
    ['/%2', '/%2'],
    ['/%252f', '/%252f'],
    ['/xyz%2F../%5Cabc', '/xyz/../\\abc'],
  ])('UNESCAPE_AND_FORWARD: %s -> %s', (target, expected) => {
    expect(normalizePath(target, forward)).toBe(expected)
  })

  test('KEEP_UNCHANGED is what it says', () => {
    expect(normalizePath('/private/..%2Fpublic%5c', off)).toBe('/private/..%2Fpublic%5c')
  })

  test('REJECT_REQUEST refuses escaped slashes of the path, not of the query', () => {
    expect(normalizePath('/public/..%2fadmin', refuse)).toMatchObject({ kind: 'reject', code: 'escapedSlash' })
    expect(normalizePath('/public/..%5Cadmin', refuse)).toMatchObject({ kind: 'reject', code: 'escapedSlash' })
    expect(normalizePath('/public?next=%2f', refuse)).toBe('/public?next=%2f')
  })

  test('UNESCAPE_AND_REDIRECT sends the client to the cleaned target with its query', () => {
    expect(normalizePath('/private%2f../%2e%5Cpublic', redirect)).toEqual({
      kind: 'redirect',
      location: '/private/../%2e\\public',
    })
    expect(normalizePath('/a%2f../b?c=%2f', { ...redirect, normalizePath: true })).toEqual({
      kind: 'redirect',
      location: '/b?c=%2f',
    })
    expect(normalizePath('/a/../b', { ...redirect, normalizePath: true })).toBe('/b')
  })

  test.each(['/%2fevil.test/x', '/%5cevil.test/x', '/%2F%2Fevil.test'])(
    'a redirect stays on this host: %s',
    (target) => {
      const result = normalizePath(target, redirect)
      expect(result).toMatchObject({ kind: 'redirect' })
      const { location } = result as { location: string }
      expect(new URL(location, 'http://gateway.test').host).toBe('gateway.test')
    },
  )
})

describe('all of it', () => {
  test.each([
    ['/xyz%2f..%5c/%2Fabc', '/abc'],
    ['/private/..%2Fpublic%5c%2e%2Fabc', '/public/abc'],
    ['/\\admin/x', '/admin/x'],
    ['/public/..//admin/x', '/admin/x'],
    ['/public//../../admin/x', '/admin/x'],
  ])('%s -> %s', (target, expected) => {
    expect(normalizePath(target, everything)).toBe(expected)
  })

  test.each(['/a/b', '/a?b=/../c', '/', '*', 'example.com:443', '/a.b/c;d=1?x=%2e'])(
    '%s comes back as it is',
    (target) => {
      expect(normalizePath(target, everything)).toBe(target)
    },
  )

  const pieces = fc.constantFrom(
    ...[
      '/',
      '\\',
      '.',
      '..',
      '%2e',
      '%2E',
      '%2f',
      '%5C',
      '%',
      '%25',
      '2',
      'e',
      'f',
      '65',
      '%00',
      ';',
      '%3b',
      'a',
      '%61',
      '?',
      '\xe9',
    ],
  )
  const targets = fc.array(pieces, { maxLength: 12 }).map((parts) => `/${parts.join('')}`)
  const settings = fc.record({
    normalizePath: fc.boolean(),
    mergeSlashes: fc.boolean(),
    pathWithEscapedSlashesAction: fc.constantFrom('KEEP_UNCHANGED', 'UNESCAPE_AND_FORWARD', 'REJECT_REQUEST'),
  }) as fc.Arbitrary<PathSettings>

  test('is idempotent, keeps the query and leaves nothing to resolve', () => {
    fc.assert(
      fc.property(targets, settings, (target, options) => {
        const once = normalizePath(target, options)
        if (typeof once !== 'string') return
        expect(once.charAt(0)).toBe('/')
        expect(query(once)).toBe(query(target))
        const path = once.slice(0, once.length - query(once).length)
        if (options.mergeSlashes) expect(path).not.toContain('//')
        if (!options.normalizePath) return
        expect(normalizePath(once, options)).toBe(once)
        expect(path).not.toMatch(/\\|\/\.\.?(\/|$)|%2e/i)
      }),
      { numRuns: 3000, seed: 7 },
    )
  })

  test('never throws, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), settings, (text, options) => {
        normalizePath(text, options)
        normalizePath(`/${text}`, options)
      }),
      { numRuns: 200, seed: 7 },
    )
  })
})

function query(target: string): string {
  const mark = target.indexOf('?')
  return mark === -1 ? '' : target.slice(mark)
}
