import { describe, expect, test } from 'vitest'
import { type CompiledRegex, compileRegex } from './regex.ts'
import { compileSubstitution } from './substitution.ts'

function compiled(source: string): CompiledRegex {
  const result = compileRegex(source)
  if (!result.ok) throw new Error(result.message)
  return result.regex
}

describe('which engine', () => {
  test.each([
    '/api/v[0-9]+/users/[^/]+',
    '/users/\\d+(/orders)?',
    '^/(users|user-groups|uploads)/\\w+$',
    '/files/.*',
    '/t[io]c',
    '/baa+',
    '.*',
    '',
    '/a(?:b|c)*/d',
    '/(?P<name>x+)/[a-f]{2,4}',
    '^/a$|^/b$',
    '\\/v1\\.0/-[a\\-z]',
    '[-a]+\\.[^\\s/]',
  ])('%s is simple enough for a native RegExp', (source) => {
    expect(compiled(source).engine).toBe('native')
  })

  test.each([
    // catastrophic for a backtracking engine
    ...['(a+)+$', '(a*)*', '(a|aa)+', '\\s*(.*?)\\s*;', '.*\\.(jpg|png)', '(x+x+)+y', '([a-z]+)*\\d', '(a?){20}a{20}'],
    // two ways to read nothing
    ...['(a?)*', '(a*|b*)', '(|a?)', '(a?)?'],
    // a syntax that JavaScript reads in another way, or not at all
    ...['(?i)/api', '/\\pL+', '[[:alpha:]]+', '\\Qa.b\\E', 'x{,3}', 'a{', '(?s).*', '\\ba\\b', '\\x41', '\\z'],
    ...['(^a)', 'a$b', '\u{1F600}', 'a{300}'],
  ])('%s runs in the RE2 engine', (source) => {
    expect(compiled(source).engine).toBe('re2')
  })
})

describe('the dialect is that of RE2', () => {
  test.each([
    ['(', 'missing closing )'],
    ['a**', 'invalid nested repetition operator'],
    ['(?=a)', 'invalid or unsupported Perl syntax'],
    ['(a)\\1', 'invalid escape sequence'],
    ['a{1001}', 'invalid repeat count'],
    ['[z-a]', 'invalid character class range'],
  ])('%s is refused: %s', (source, message) => {
    expect(compileRegex(source)).toEqual({ ok: false, message: expect.stringContaining(message) })
  })

  test('an expression may be refused for the size of its program', () => {
    expect(compileRegex('[a-z]{1,900}[a-z]{1,900}')).toMatchObject({
      ok: false,
      message: expect.stringMatching(/^the regex compiles to \d+ instructions, more than the 1024 allowed$/),
    })
    expect(compileRegex('[a-z]{50}', { maxProgramSize: 20 }).ok).toBe(false)
    expect(compileRegex('[a-z]{50}', { maxProgramSize: 100 }).ok).toBe(true)
  })

  test.each([
    ['/a.c', '/abc', true],
    ['/a.c', '/a\nc', false],
    ['/a.c', '/a\u2028c', true],
    ['/a', '/ab', false],
    ['b', 'abc', false],
    ['a$', 'a\n', false],
    ['\\s', '\v', false],
    ['\\s', '\u00a0', false],
    ['\\w', '\u00e9', false],
    ['\\d', '\u0661', false],
    ['[^/]', '\n', true],
    ['.', '\u{1F600}', true],
    ['[^a]', '\ud83d', true],
    ['(?i)/API', '/api', true],
    ['x{,3}', 'x{,3}', true],
    ['[[:alpha:]]+', 'abc', true],
    ['^/a$|^/b$', '/b', true],
  ])('%s against %j: %s', (source, text, expected) => {
    expect(compiled(source).matches(text)).toBe(expected)
  })
})

describe('literalPrefix', () => {
  test.each([
    ['/svc12/[0-9]+', '/svc12/'],
    ['^/new(.*?)_endpoint(.*)$', '/new'],
    ['/(users|uploads)/x', '/u'],
    ['/a/?', '/a'],
    ['/a+b', '/a'],
    ['(/a/b)c', '/a/bc'],
    ['/v1\\.0/\\w', '/v1.0/'],
    ['/a|/b', '/'],
    ['a|b', ''],
    ['.*', ''],
    ['(?i)/a', ''],
  ])('%s begins with %j', (source, prefix) => {
    expect(compiled(source).literalPrefix).toBe(prefix)
  })
})

describe('exec', () => {
  test('gives groups and where they begin', () => {
    expect(compiled('/a/([^/]+)/(b)?(.*)').exec('/a/xy/rest')).toEqual({
      groups: ['/a/xy/rest', 'xy', undefined, 'rest'],
      starts: [0, 3, -1, 6],
    })
  })

  test('matches the whole text only', () => {
    expect(compiled('b').exec('abc')).toBeUndefined()
  })

  test('keeps what a repeated group captured, as RE2 does', () => {
    expect(compiled('(?:(a)|b)*').exec('ab')?.groups).toEqual(['ab', 'a'])
  })
})

describe('replaceAll', () => {
  function replaced(source: string, substitution: string, text: string): string {
    const regex = compiled(source)
    const result = compileSubstitution(substitution, regex)
    if (!result.ok) throw new Error(result.message)
    return regex.replaceAll(text, result.substitution)
  }

  test.each([
    ['bar', 'baz', '/foo/bar', '/foo/baz'],
    ['^/pre/([^/]+)(/.*)$', '\\2/swap/\\1', '/pre/mid/end', '/end/swap/mid'],
    [
      '^/new(.*?)_endpoint(.*)$',
      '/\\1_rewritten_endpoint\\2',
      '/newforreg1_endpoint/x',
      '/forreg1_rewritten_endpoint/x',
    ],
    ['e', 'X', '/newforreg2_endpoint', '/nXwforrXg2_Xndpoint'],
    ['[aeioe]', 'V', '/exact/path/for/regex1', '/VxVct/pVth/fVr/rVgVx1'],
    ['^/.+/(.+)$', '\\1', '/rewrite/envoyproxy.io', 'envoyproxy.io'],
    ['a*', 'X', 'baac', 'XbXcX'],
    ['', '-', 'ab', '-a-b-'],
    ['b', '[\\0]', 'abb', 'a[b][b]'],
    ['(x)?b', '<\\1>', 'ab', 'a<>'],
    ['b', '$1$&\\\\', 'b', '$1$&\\'],
    ['q', 'X', '/none', '/none'],
  ])('%s by %s in %s gives %s', (source, substitution, text, expected) => {
    expect(replaced(source, substitution, text)).toBe(expected)
  })

  test.each([
    ['(a)', '\\2', 'the substitution "\\2" refers to group 2, but the regex has one group'],
    ['a', '\\1', 'the substitution "\\1" refers to group 1, but the regex has no groups'],
    ['a', 'x\\', '"\\" must be followed by a digit or another "\\" in the substitution "x\\"'],
    ['a', '\\x', '"\\" must be followed by a digit or another "\\" in the substitution "\\x"'],
  ])('%s cannot have the substitution %s', (source, substitution, message) => {
    expect(compileSubstitution(substitution, compiled(source))).toEqual({ ok: false, message })
  })
})

describe('time', () => {
  const long = 'a'.repeat(8192)

  test.each([
    ['(a+)+$', `${long}!`],
    ['\\s*(.*?)\\s*;', ' '.repeat(8192)],
    ['(a|aa)+', `${long}!`],
    ['/api/v[0-9]+/users/[^/]+', `/api/v1/users/${long}/`],
    ['(?:[a-z]{1,200}/)+', `${long}/`],
    ['/(?:a?b?c?d?e?f?/)*', `/${'/'.repeat(8192)}!`],
  ])('%s takes no more than linear time', (source, text) => {
    const regex = compiled(source)
    const started = performance.now()
    expect(regex.matches(text)).toBe(false)
    expect(performance.now() - started).toBeLessThan(500)
  })
})
