import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Matcher } from '../config/matcher.ts'
import { HeaderMap } from '../http/headers.ts'
import { GatewayRequest, localClient } from '../http/message.ts'
import { type CompiledMatcher, compileMatcher } from '../match/matcher.ts'
import { RouteTable } from './table.ts'

interface Entry {
  readonly name: string
  readonly matcher: CompiledMatcher
}

function entriesOf(matchers: readonly Matcher[]): Entry[] {
  return matchers.map((matcher) => {
    const result = compileMatcher(matcher)
    if (!result.ok) throw new Error(JSON.stringify(result.problems))
    return { name: JSON.stringify(matcher), matcher: result.matcher }
  })
}

function request(target: string, method = 'GET', ...headers: [string, string][]): GatewayRequest {
  return new GatewayRequest(method, target, new HeaderMap(headers), null, localClient)
}

const kinds: [string, number][] = [
  ['linear', Number.POSITIVE_INFINITY],
  ['indexed', 0],
]

describe.each(kinds)('a %s table', (_name, indexFrom) => {
  const table = (...matchers: Matcher[]): RouteTable<Entry> => new RouteTable(entriesOf(matchers), { indexFrom })
  const found = (routes: RouteTable<Entry>, made: GatewayRequest): number =>
    routes.entries.indexOf(routes.find(made) as Entry)

  test('takes the first that matches, not the most specific', () => {
    const routes = table({ prefix: '/a' }, { exact: '/a/b' }, { prefix: '/' }, { prefix: '/a/b/c' })
    expect(found(routes, request('/a/b'))).toBe(0)
    expect(found(routes, request('/a/b/c'))).toBe(0)
    expect(found(routes, request('/b'))).toBe(2)
    expect(found(table({ exact: '/a/b' }, { prefix: '/a' }), request('/a/b'))).toBe(0)
  })

  test('goes on where a header or method does not match', () => {
    const routes = table(
      { prefix: '/a/b', methods: ['POST'] },
      { prefix: '/a', headers: [{ name: 'x-a', value: '1' }] },
      { prefix: '/a/b/c' },
      { prefix: '/' },
    )
    expect(found(routes, request('/a/b/c'))).toBe(2)
    expect(found(routes, request('/a/b/c', 'POST'))).toBe(0)
    expect(found(routes, request('/a/b/c', 'GET', ['x-a', '1']))).toBe(1)
    expect(found(routes, request('/a/b'))).toBe(3)
  })

  test('tells letter case apart only where the route does', () => {
    const routes = table({ prefix: '/Api', caseSensitive: false }, { exact: '/API' }, { exact: '/other' })
    expect(found(routes, request('/API'))).toBe(0)
    expect(found(routes, request('/OTHER'))).toBe(-1)
    expect(found(routes, request('/other'))).toBe(2)
  })

  test('takes literals with the special characters of patterns and escapes', () => {
    const literals = ['/a*b', '/:id', '/a%2Fb', '/a%zz', '/x#y', '/(.*)', '/a::b', '/:x?', '/\u00e9']
    const routes = table(...literals.map((prefix) => ({ prefix })))
    for (const [index, literal] of literals.entries()) {
      if (literal.includes('?')) continue
      expect(found(routes, request(`${literal}/more`))).toBe(index)
    }
    expect(found(routes, request('/a/b'))).toBe(-1)
    expect(found(routes, request('/\u0001x'))).toBe(-1)
  })

  test('finds routes whose beginning is unknown or is no path', () => {
    const routes = table(
      { exact: '*' },
      { connectMatcher: {} },
      { regex: '[^/].*' },
      { prefix: '', methods: ['PUT'] },
      { regex: '.*/\\d{3}$' },
      { prefix: '/' },
    )
    expect(found(routes, request('*', 'OPTIONS'))).toBe(0)
    expect(found(routes, request('a.test:443', 'CONNECT'))).toBe(1)
    expect(found(routes, request('/x', 'CONNECT'))).toBe(1)
    expect(found(routes, request('/x', 'PUT'))).toBe(3)
    expect(found(routes, request('/x/123'))).toBe(4)
    expect(found(routes, request('/x'))).toBe(5)
  })

  test('has no opinion of its own on what a path may be', () => {
    const routes = table(
      { prefix: '/a' },
      { exact: '/b' },
      { regex: '/c+' },
      { pathTemplate: '/d/:id' },
      { prefix: '/' },
    )
    const paths = [
      ...[
        '',
        '/',
        '//',
        '/%',
        '/%zz',
        '/%00',
        '/a%ff%fe',
        '/\u0000',
        '/\u0001',
        '/\ud800',
        '/\udc00x',
        '/\u{1F600}',
        '/\xe9',
      ],
      ...[
        'http://a.test/',
        'a',
        '/a#b',
        '/;',
        `/${'a/'.repeat(50_000)}`,
        `/d/${'x'.repeat(100_000)}`,
        '/%25'.repeat(10_000),
      ],
    ]
    for (const path of paths) {
      const expected = path.startsWith('/a') ? 0 : path.startsWith('/d/') ? 3 : path.startsWith('/') ? 4 : -1
      expect(found(routes, request(path))).toBe(expected)
    }
  })

  test('candidates are all entries whose path begins like the request’s, in order', () => {
    const routes = table(
      { prefix: '/' },
      { exact: '/a/b' },
      { exact: '/a' },
      { prefix: '/A', caseSensitive: false, methods: ['PUT'] },
      { regex: '/a/[0-9]+' },
      { pathTemplate: '/b/:id' },
      { connectMatcher: {} },
    )
    const indexes = routes.candidates(request('/a/b?x')).map((entry) => routes.entries.indexOf(entry))
    expect(indexes).toEqual([0, 1, 3, 4, 6])
  })
})

describe('a large table', () => {
  const size = 10_000
  const numbers = Array.from({ length: size }, (_, index) => index)

  test.each<[string, (index: number) => Matcher, (index: number) => GatewayRequest]>([
    ['exact paths', (index) => ({ exact: `/svc/${index}` }), (index) => request(`/svc/${index}`)],
    ['prefixes', (index) => ({ prefix: `/svc/${index}/` }), (index) => request(`/svc/${index}/x`)],
    [
      'one prefix, told apart by a header',
      (index) => ({ prefix: '/svc', headers: [{ name: 'x-tenant', value: `t${index}` }] }),
      (index) => request('/svc/x', 'GET', ['x-tenant', `t${index}`]),
    ],
    [
      'one prefix, told apart by a query parameter',
      (index) => ({ prefix: '/svc', queryParameters: [{ name: 'n', value: `${index}` }] }),
      (index) => request(`/svc/x?n=${index}`),
    ],
    [
      'two headers and a method',
      (index) => ({
        prefix: '/svc',
        methods: [index % 2 === 0 ? 'GET' : 'PUT'],
        headers: [
          { name: 'x-a', value: `${index % 100}` },
          { name: 'x-b', value: `${Math.floor(index / 100)}` },
        ],
      }),
      (index) =>
        request(
          '/svc',
          index % 2 === 0 ? 'GET' : 'PUT',
          ['x-a', `${index % 100}`],
          ['x-b', `${Math.floor(index / 100)}`],
        ),
    ],
  ])('of %s finds each of them', (_name, matcher, made) => {
    const table = new RouteTable(entriesOf(numbers.map(matcher)))
    for (const index of [0, 1, 4999, size - 1]) expect(table.find(made(index))).toBe(table.entries[index])
  })

  test('of prefixes under common ones does not multiply them', () => {
    const common: Matcher[] = numbers
      .slice(0, size / 2)
      .map((index) => ({ prefix: '/', headers: [{ name: `h${index}` }] }))
    const own: Matcher[] = numbers.slice(0, size / 2).map((index) => ({ prefix: `/svc/${index}/` }))
    const entries = entriesOf([...common, ...own])
    const started = performance.now()
    const table = new RouteTable(entries)
    expect(performance.now() - started).toBeLessThan(5000)
    expect(table.find(request('/svc/7/x'))).toBe(entries[size / 2 + 7])
    expect(table.find(request('/svc/7/x', 'GET', ['h4000', '']))).toBe(entries[4000])
  })
})

describe('where code must not be generated', () => {
  afterEach(() => {
    vi.unstubAllGlobals()
  })

  test('routes are tried in turn', () => {
    vi.stubGlobal(
      'Function',
      class {
        constructor() {
          throw new EvalError('Code generation from strings disallowed for this context')
        }
      },
    )
    const entries = entriesOf(Array.from({ length: 100 }, (_, index) => ({ prefix: `/svc${index}/` })))
    expect(new RouteTable(entries).find(request('/svc42/x'))).toBe(entries[42])
  })
})
