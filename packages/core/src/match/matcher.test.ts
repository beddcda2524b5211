import { describe, expect, test } from 'vitest'
import type { Matcher } from '../config/matcher.ts'
import { HeaderMap } from '../http/headers.ts'
import { GatewayRequest, localClient } from '../http/message.ts'
import { type CompiledMatcher, compileMatcher } from './matcher.ts'

type Lines = readonly (readonly [string, string])[]

function request(target: string, method = 'GET', headers: Lines = []): GatewayRequest {
  return new GatewayRequest(method, target, new HeaderMap(headers), null, localClient)
}

function compiled(matcher: Matcher): CompiledMatcher {
  const result = compileMatcher(matcher)
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  return result.matcher
}

function matches(matcher: Matcher, target: string, method?: string, headers?: Lines): boolean {
  return compiled(matcher).test(request(target, method, headers))
}

describe('path', () => {
  test.each<[Matcher, string, boolean]>([
    [{}, '/anything', true],
    [{ prefix: '/a' }, '/abc?x=/b', true],
    [{ prefix: '/a' }, '/A', false],
    [{ prefix: '/a/' }, '/a', false],
    [{ prefix: '' }, '/x', true],
    [{ prefix: '/a*b:c' }, '/a*b:cd', true],
    [{ prefix: '/a', caseSensitive: false }, '/ABC', true],
    [{ prefix: '/A', caseSensitive: false }, '/abc', true],
    [{ prefix: '/\u00c9', caseSensitive: false }, '/\u00e9', false],
    [{ prefix: '/[', caseSensitive: false }, '/{', false],
    [{ exact: '/a' }, '/a?x', true],
    [{ exact: '/a' }, '/a/', false],
    [{ exact: '/ApplEs' }, '/apples', false],
    [{ exact: '/FOOD', caseSensitive: false }, '/food', true],
    [{ exact: '/FOOD', caseSensitive: false }, '/food/', false],
    [{ exact: '/a%20b' }, '/a b', false],
    [{ regex: '/t[io]c' }, '/tic?tac=true', true],
    [{ regex: '/t[io]c' }, '/tac?tic=true', false],
    [{ regex: '/t[io]c' }, '/tic/', false],
    [{ regex: '/T', caseSensitive: false }, '/t', false],
    [{ pathTemplate: '/users/:id' }, '/users/7?x', true],
    [{ pathTemplate: '/users/:id' }, '/users/', false],
    [{ pathTemplate: '/Users/:id', caseSensitive: false }, '/users/7', true],
  ])('%j against %s: %s', (matcher, target, expected) => {
    expect(matches(matcher, target)).toBe(expected)
  })

  test('only connectMatcher matches CONNECT to an authority', () => {
    const others: Matcher[] = [{}, { prefix: '' }, { regex: '.*' }, { exact: 'a.test:443' }, { prefix: 'a' }]
    for (const matcher of others) expect(matches(matcher, 'a.test:443', 'CONNECT')).toBe(false)
    expect(matches({ connectMatcher: {} }, 'a.test:443', 'CONNECT')).toBe(true)
    expect(matches({ connectMatcher: {} }, '/chat', 'CONNECT')).toBe(true)
    expect(matches({ connectMatcher: {} }, '/chat', 'GET')).toBe(false)
    expect(matches({ prefix: '/chat' }, '/chat', 'CONNECT')).toBe(true)
  })

  test('OPTIONS * is matched by what matches the text', () => {
    expect(matches({ prefix: '/' }, '*', 'OPTIONS')).toBe(false)
    expect(matches({ exact: '*' }, '*', 'OPTIONS')).toBe(true)
    expect(matches({ regex: '.*' }, '*', 'OPTIONS')).toBe(true)
  })

  test('tells an index what it begins with', () => {
    const facts = (matcher: Matcher): unknown => {
      const { kind, literal, exactLiteral } = compiled(matcher).path
      return [kind, literal, exactLiteral]
    }
    expect(facts({ prefix: '/a' })).toEqual(['prefix', '/a', false])
    expect(facts({ exact: '/a' })).toEqual(['exact', '/a', true])
    expect(facts({ regex: '/svc12/[0-9]+' })).toEqual(['regex', '/svc12/', false])
    expect(facts({ pathTemplate: '/users/:id' })).toEqual(['template', '/users/', false])
    expect(facts({ connectMatcher: {} })).toEqual(['connect', '', false])
  })

  test('parameters are those of a template', () => {
    expect(compiled({ pathTemplate: '/users/:id' }).params('/users/%41')).toEqual({ id: '%41' })
    expect(compiled({ prefix: '/users' }).params('/users/7')).toBeUndefined()
  })
})

describe('methods', () => {
  test('one must be the request’s, in the same letters', () => {
    expect(matches({ methods: ['GET', 'PUT'] }, '/', 'PUT')).toBe(true)
    expect(matches({ methods: ['GET', 'PUT'] }, '/', 'POST')).toBe(false)
    expect(matches({ methods: ['GET'] }, '/', 'get')).toBe(false)
    expect(matches({ methods: ['GET'] }, '/', 'HEAD')).toBe(false)
    expect(matches({ methods: [] }, '/', 'HEAD')).toBe(true)
  })
})

describe('headers', () => {
  test.each<[string, Matcher['headers'], Lines, boolean]>([
    ['equal', [{ name: 'X-A', value: '1' }], [['x-a', '1']], true],
    ['equal but for letter case', [{ name: 'x-a', value: 'a' }], [['x-a', 'A']], false],
    ['not there', [{ name: 'x-a', value: '1' }], [], false],
    ['presence', [{ name: 'cookies' }], [['Cookies', '']], true],
    ['presence, empty value', [{ name: 'cookies', value: '' }], [['cookies', 'x']], true],
    ['presence of another', [{ name: 'cookies' }], [['pizza', '']], false],
    ['presence, although it says regex', [{ name: 'x-a', regex: true }], [['x-a', 'anything']], true],
    [
      'all must hold',
      [
        { name: 'x-a', value: '1' },
        { name: 'x-b', value: '2' },
      ],
      [['x-a', '1']],
      false,
    ],
    ['regex, whole value', [{ name: 'x-a', value: '[a-z]{1}', regex: true }], [['x-a', 'v']], true],
    ['regex, part of the value', [{ name: 'x-a', value: '[a-z]{1}', regex: true }], [['x-a', 'value3']], false],
    ['no regex', [{ name: 'x-a', value: '(+not a regex)' }], [['x-a', '(+not a regex)']], true],
    [
      'several lines are one value',
      [{ name: 'x-a', value: '1,2' }],
      [
        ['x-a', '1'],
        ['X-A', '2'],
      ],
      true,
    ],
    [
      'several lines are not one of them',
      [{ name: 'x-a', value: '1' }],
      [
        ['x-a', '1'],
        ['X-A', '2'],
      ],
      false,
    ],
    ['absence', [{ name: 'x-a', invertMatch: true }], [], true],
    ['absence of what is there', [{ name: 'x-a', invertMatch: true }], [['x-a', '']], false],
    ['another value', [{ name: 'x-a', value: '5', invertMatch: true }], [['x-a', 'x']], true],
    ['another value than that', [{ name: 'x-a', value: '5', invertMatch: true }], [['x-a', '5']], false],
    ['another value needs one', [{ name: 'x-a', value: '5', invertMatch: true }], [], false],
    ['no match', [{ name: 'x-a', value: '\\d', regex: true, invertMatch: true }], [['x-a', '55']], true],
    ['no match of that', [{ name: 'x-a', value: '\\d', regex: true, invertMatch: true }], [['x-a', '5']], false],
    ['no match needs a value', [{ name: 'x-a', value: '\\d', regex: true, invertMatch: true }], [], false],
    [':authority', [{ name: ':authority', value: 'a.test' }], [['Host', 'a.test']], true],
    [':path has the query', [{ name: ':path', value: '/?q' }], [], true],
    [':method', [{ name: ':method', value: 'GET' }], [], true],
    [':scheme', [{ name: ':scheme', value: 'http' }], [], true],
    ['__proto__', [{ name: '__proto__' }], [], false],
  ])('%s', (_name, headers, lines, expected) => {
    expect(matches({ headers: headers ?? [] }, '/?q', 'GET', lines)).toBe(expected)
  })
})

describe('query parameters', () => {
  const multiple: Matcher = { queryParameters: [{ name: 'id', value: '\\d+[02468]', regex: true }, { name: 'debug' }] }

  test.each<[Matcher, string, boolean]>([
    [multiple, '/?id=12&debug', true],
    [multiple, '/?debug=&id=10', true],
    [multiple, '/?id=13&debug', false],
    [multiple, '/?id=12', false],
    [{ queryParameters: [{ name: 'animal', value: 'whale' }] }, '/?animal=whale&otherparam=irrelevant', true],
    [{ queryParameters: [{ name: 'animal', value: 'whale' }] }, '/?animal=dolphin&animal=whale', false],
    [{ queryParameters: [{ name: 'animal', value: 'whale' }] }, '/?ANIMAL=whale', false],
    [{ queryParameters: [{ name: 'a', value: 'b c' }] }, '/?a=b%20c', false],
    [{ queryParameters: [{ name: 'a', value: 'b%20c' }] }, '/?a=b%20c', true],
    [{ queryParameters: [{ name: 'param', value: 'test' }] }, '/?param=testing', false],
    [{ queryParameters: [{ name: 'debug' }] }, '/?debug2', false],
    [{ queryParameters: [{ name: 'debug' }] }, '/', false],
  ])('%j against %s: %s', (matcher, target, expected) => {
    expect(matches(matcher, target)).toBe(expected)
  })
})

describe('everything together', () => {
  const all: Matcher = {
    prefix: '/a',
    methods: ['GET'],
    headers: [{ name: 'x-a', value: '1' }],
    queryParameters: [{ name: 'q' }],
  }

  test.each<[string, string, Lines, boolean]>([
    ['/a?q', 'GET', [['x-a', '1']], true],
    ['/b?q', 'GET', [['x-a', '1']], false],
    ['/a?q', 'PUT', [['x-a', '1']], false],
    ['/a?q', 'GET', [['x-a', '2']], false],
    ['/a', 'GET', [['x-a', '1']], false],
  ])('%s %s %j: %s', (target, method, lines, expected) => {
    const matcher = compiled(all)
    const made = request(target, method, lines)
    expect(matcher.test(made)).toBe(expected)
    expect(matcher.accepts(made.path, made)).toBe(expected)
    expect(matcher.conditions.every((condition) => condition.test(made))).toBe(expected)
  })

  test('says what it asks for', () => {
    expect(compiled(all).conditions.map(({ describe: words }) => words)).toEqual([
      'path begins with "/a"',
      'method GET',
      'header x-a is "1"',
      'query parameter q is there',
    ])
  })
})

describe('why a request does not match', () => {
  test.each<[Matcher, string]>([
    [{ prefix: '/orders' }, 'path "/users/1" does not begin with "/orders"'],
    [{ exact: '/users' }, 'path "/users/1" is not "/users"'],
    [{ regex: '/users' }, 'path "/users/1" does not match "/users"'],
    [{ pathTemplate: '/users/:id/x' }, 'path "/users/1" does not have the shape "/users/:id/x"'],
    [{ connectMatcher: {} }, 'method DELETE is not CONNECT'],
    [{ methods: ['GET'] }, 'method DELETE is not GET'],
    [{ methods: ['GET', 'PUT', 'POST'] }, 'method DELETE is not GET, PUT or POST'],
    [{ headers: [{ name: 'X-Tier', value: 'silver' }] }, 'header x-tier is "gold", expected "silver"'],
    [{ headers: [{ name: 'x-none', value: 'silver' }] }, 'header x-none is missing, expected "silver"'],
    [{ headers: [{ name: 'x-none' }] }, 'header x-none is missing'],
    [{ headers: [{ name: 'x-tier', invertMatch: true }] }, 'header x-tier is there'],
    [
      { headers: [{ name: 'x-tier', value: 'gold', invertMatch: true }] },
      'header x-tier is "gold", expected anything but "gold"',
    ],
    [
      { headers: [{ name: 'x-tier', value: 's.*', regex: true }] },
      'header x-tier is "gold", expected a match of "s.*"',
    ],
    [
      { headers: [{ name: 'x-tier', value: 'g.*', regex: true, invertMatch: true }] },
      'header x-tier is "gold", expected no match of "g.*"',
    ],
    [{ queryParameters: [{ name: 'v', value: '2' }] }, 'query parameter v is "1", expected "2"'],
    [{ queryParameters: [{ name: 'w' }] }, 'query parameter w is missing'],
    [
      { headers: [{ name: 'Authorization', value: 'Basic c2VjcmV0' }] },
      'header authorization has a value, expected another value',
    ],
  ])('%j: %s', (matcher, message) => {
    const made = request('/users/1?v=1', 'DELETE', [
      ['x-tier', 'gold'],
      ['authorization', 'Bearer secret'],
    ])
    const failed = compiled(matcher).conditions.find((condition) => !condition.test(made))
    expect(failed?.failure(made)).toBe(message)
  })

  test('long values are cut', () => {
    const matcher = compiled({ headers: [{ name: 'x-a', value: '1' }] })
    expect(matcher.conditions[1]?.failure(request('/', 'GET', [['x-a', 'v'.repeat(5000)]])).length).toBeLessThan(200)
  })
})

test('everything that is wrong is told at once', () => {
  const result = compileMatcher({
    regex: '(',
    headers: [
      { name: 'x-a', value: 'fine' },
      { name: 'x-b', value: '[', regex: true },
    ],
    queryParameters: [{ name: 'q', value: 'a**', regex: true }],
  })
  expect(result).toEqual({
    ok: false,
    problems: [
      { field: 'regex', message: expect.stringContaining('missing closing )') },
      { field: 'headers[1].value', message: expect.stringContaining('missing closing ]') },
      { field: 'queryParameters[0].value', message: expect.stringContaining('invalid nested repetition operator') },
    ],
  })
  expect(compileMatcher({ pathTemplate: '/:' })).toMatchObject({ problems: [{ field: 'pathTemplate' }] })
  expect(compileMatcher({ regex: '[a-z]{200}' }, { maxProgramSize: 100 })).toMatchObject({
    problems: [{ field: 'regex' }],
  })
})
