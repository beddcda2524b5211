import { describe, expect, test } from 'vitest'
import { answer, delegateTo, type Flattened, flatten, table, toldOf } from '../../../../test/support/flatten.ts'
import type { Matcher } from '../config/matcher.ts'
import type { RouteConfig } from '../config/route.ts'

/** A route with this matcher below a route with that one, which delegates. */
function below(
  parent: Matcher | undefined,
  child: Matcher | readonly Matcher[] | undefined,
  parentMore: RouteConfig = {},
  childMore: RouteConfig = {},
): Flattened {
  const routes = [answer('child', child, childMore), answer('sibling', { ...parent })]
  return flatten({ routes: [delegateTo('t', parent, parentMore)] }, { routeTables: [table('t', routes)] })
}

function matchersOf({ routes }: Flattened): readonly Matcher[] | undefined {
  return routes.find(({ config }) => config.name === 'child')?.config.matchers
}

describe('a delegated route must fit its parent', () => {
  test.each<[string, Matcher, Matcher | readonly Matcher[] | undefined]>([
    ['the same prefix', { prefix: '/a' }, { prefix: '/a' }],
    ['a longer prefix', { prefix: '/a' }, { prefix: '/a/b' }],
    ['no segment boundary', { prefix: '/a' }, { prefix: '/abc' }],
    ['an exact path', { prefix: '/a' }, { exact: '/a/b' }],
    ['an expression that is written with the prefix', { prefix: '/a' }, { regex: '/a/.*' }],
    ['any expression below /', { prefix: '/' }, { regex: '^/get$' }],
    ['a template', { prefix: '/a' }, { pathTemplate: '/a/:id' }],
    ['a template that starts with the prefix', { prefix: '/a/' }, { pathTemplate: '/a/*rest' }],
    ['no matchers below /', { prefix: '/' }, undefined],
    ['no path below /', { prefix: '/' }, { headers: [{ name: 'x' }] }],
    ['the same case', { prefix: '/a', caseSensitive: false }, { prefix: '/a', caseSensitive: false }],
    [
      'more headers',
      { prefix: '/a', headers: [{ name: 'x' }] },
      { prefix: '/a', headers: [{ name: 'y' }, { name: 'x' }] },
    ],
    [
      'defaults written out',
      { prefix: '/a', headers: [{ name: 'x' }] },
      { prefix: '/a', headers: [{ name: 'X', value: '', regex: false, invertMatch: false }] },
    ],
    [
      'more parameters',
      { prefix: '/a', queryParameters: [{ name: 'x' }] },
      { prefix: '/a', queryParameters: [{ name: 'x' }, { name: 'y' }] },
    ],
    ['more methods', { prefix: '/a', methods: ['GET'] }, { prefix: '/a', methods: ['POST', 'GET'] }],
  ])('%s', (_, parent, child) => {
    const flat = below(parent, child)
    expect(flat.names).toContain('child')
    expect(toldOf('delegated-path-outside-parent', flat)).toEqual([])
  })

  const path = 'delegated-path-outside-parent'
  const header = 'delegated-header-missing'
  const parameter = 'delegated-query-parameter-missing'
  test.each<[string, string, Matcher, Matcher | readonly Matcher[] | undefined]>([
    ['another prefix', path, { prefix: '/a' }, { prefix: '/b' }],
    ['a shorter prefix', path, { prefix: '/a/b' }, { prefix: '/a' }],
    ['an exact path elsewhere', path, { prefix: '/a' }, { exact: '/b' }],
    ['an expression written otherwise', path, { prefix: '/a' }, { regex: '^/a/.*' }],
    ['a template whose parameter looks like the prefix', path, { prefix: '/a/:i' }, { pathTemplate: '/a/:id' }],
    ['a template whose rest looks like the prefix', path, { prefix: '/a/*r' }, { pathTemplate: '/a/*rest' }],
    ['CONNECT', path, { prefix: '/' }, { connectMatcher: {} }],
    ['no matchers below a prefix', path, { prefix: '/a' }, undefined],
    ['one matcher of several', path, { prefix: '/a' }, [{ prefix: '/a/b' }, { prefix: '/b' }]],
    [
      'an explicit default for caseSensitive',
      'delegated-case-differs',
      { prefix: '/a' },
      { prefix: '/a', caseSensitive: true },
    ],
    ['another case', 'delegated-case-differs', { prefix: '/a', caseSensitive: false }, { prefix: '/a' }],
    ['no header', header, { prefix: '/a', headers: [{ name: 'x' }] }, { prefix: '/a' }],
    [
      'another value',
      header,
      { prefix: '/a', headers: [{ name: 'x', value: '1' }] },
      { prefix: '/a', headers: [{ name: 'x', value: '2' }] },
    ],
    [
      'the header turned round',
      header,
      { prefix: '/a', headers: [{ name: 'x' }] },
      { prefix: '/a', headers: [{ name: 'x', invertMatch: true }] },
    ],
    ['no parameter', parameter, { prefix: '/a', queryParameters: [{ name: 'x' }] }, { prefix: '/a' }],
    [
      'a parameter of another case',
      parameter,
      { prefix: '/a', queryParameters: [{ name: 'x' }] },
      { prefix: '/a', queryParameters: [{ name: 'X' }] },
    ],
    [
      'a parameter as expression',
      parameter,
      { prefix: '/a', queryParameters: [{ name: 'x', value: '.' }] },
      { prefix: '/a', queryParameters: [{ name: 'x', value: '.', regex: true }] },
    ],
    [
      'fewer methods',
      'delegated-method-missing',
      { prefix: '/a', methods: ['GET', 'POST'] },
      { prefix: '/a', methods: ['GET'] },
    ],
    ['any method', 'delegated-method-missing', { prefix: '/a', methods: ['GET'] }, { prefix: '/a' }],
  ])('%s does not', (_, code, parent, child) => {
    const flat = below(parent, child)
    expect(flat.names).toEqual(['sibling'])
    expect(toldOf(code, flat)).toEqual(['warning RouteTable default.t', 'warning VirtualService default.api'])
  })

  test('the finding names the matcher, what it says and what it should', () => {
    const { issues } = below({ prefix: '/a' }, [{ prefix: '/a/b' }, { regex: '/b' }])
    expect(issues[0]).toMatchObject({
      path: 'routeTables[default.t].routes[0].matchers[1]',
      found: 'regex: /b',
      expected: 'a path that begins with "/a"',
    })
    expect(below({ prefix: '/a' }, undefined).issues[0]?.path).toBe('routeTables[default.t].routes[0]')
  })

  test('every table above is told', () => {
    const flat = flatten(
      { routes: [delegateTo('outer', { prefix: '/a' })] },
      {
        routeTables: [
          table('outer', [delegateTo('inner', { prefix: '/a/b' })]),
          table('inner', [answer('x', { prefix: '/a' })]),
        ],
      },
    )
    expect(flat.names).toEqual([])
    expect(toldOf(path, flat)).toEqual([
      'warning RouteTable default.inner',
      'warning RouteTable default.outer',
      'warning VirtualService default.api',
    ])
  })
})

describe('inheritableMatchers', () => {
  const parent: Matcher = {
    prefix: '/a',
    headers: [{ name: 'p' }],
    queryParameters: [{ name: 'pq' }],
    methods: ['GET'],
  }

  test('adds the conditions of the parent in front of those of every matcher', () => {
    const child: Matcher[] = [
      { prefix: '/a/1', headers: [{ name: 'c' }], methods: ['POST'] },
      { prefix: '/a/2', queryParameters: [{ name: 'cq' }] },
    ]
    const flat = below(parent, child, { inheritableMatchers: true })
    expect(flat.issues).toEqual([])
    expect(matchersOf(flat)).toEqual([
      {
        prefix: '/a/1',
        headers: [{ name: 'p' }, { name: 'c' }],
        queryParameters: [{ name: 'pq' }],
        methods: ['GET', 'POST'],
      },
      { prefix: '/a/2', headers: [{ name: 'p' }], queryParameters: [{ name: 'pq' }, { name: 'cq' }], methods: ['GET'] },
    ])
  })

  test('a route decides for itself before its parent does', () => {
    expect(
      below(parent, { prefix: '/a' }, { inheritableMatchers: true }, { inheritableMatchers: false }).names,
    ).toEqual(['sibling'])
    expect(
      below(parent, { prefix: '/a' }, { inheritableMatchers: false }, { inheritableMatchers: true }).names,
    ).toEqual(['child', 'sibling'])
    expect(below(parent, { prefix: '/a' }).names).toEqual(['sibling'])
  })

  test('does not concern the route of the virtual service itself', () => {
    const { routes } = flatten({ routes: [answer('a', parent, { inheritableMatchers: true })] })
    expect(routes[0]?.config.matchers).toEqual([parent])
  })

  test('goes down through all tables, each with what has come together so far', () => {
    const root = delegateTo('one', { prefix: '/a', headers: [{ name: 'h1' }] }, { inheritableMatchers: true })
    const routeTables = [
      table('one', [delegateTo('two', { prefix: '/a/b', headers: [{ name: 'h2' }] })]),
      table('two', [
        answer('inherits', { prefix: '/a/b/c' }),
        answer('does not', { prefix: '/a/b/c', headers: [{ name: 'h2' }] }, { inheritableMatchers: false }),
      ]),
    ]
    const flat = flatten({ routes: [root] }, { routeTables })
    expect(flat.routes.map(({ config }) => config.matchers)).toEqual([
      [{ prefix: '/a/b/c', headers: [{ name: 'h1' }, { name: 'h2' }] }],
    ])
    expect(toldOf('delegated-header-missing', flat)).toHaveLength(3)
  })
})

describe('inheritablePathMatchers', () => {
  test('replaces the path and its case by those of the parent', () => {
    const child: Matcher[] = [{ exact: '/elsewhere', caseSensitive: true, methods: ['GET'] }, { regex: '/x' }]
    const flat = below({ prefix: '/a', caseSensitive: false }, child, { inheritablePathMatchers: true })
    expect(flat.issues).toEqual([])
    expect(matchersOf(flat)).toEqual([
      { prefix: '/a', caseSensitive: false, methods: ['GET'] },
      { prefix: '/a', caseSensitive: false },
    ])
    expect(matchersOf(below({ prefix: '/a' }, child, { inheritablePathMatchers: true }))).toEqual([
      { prefix: '/a', methods: ['GET'] },
      { prefix: '/a' },
    ])
  })

  test('gives a path to a route without matchers', () => {
    expect(matchersOf(below({ prefix: '/a' }, undefined, { inheritablePathMatchers: true }))).toEqual([
      { prefix: '/a' },
    ])
  })

  test('a route decides for itself before its parent does', () => {
    const own = { prefix: '/a/b' }
    expect(matchersOf(below({ prefix: '/a' }, own, {}, { inheritablePathMatchers: true }))).toEqual([{ prefix: '/a' }])
    expect(
      matchersOf(below({ prefix: '/a' }, own, { inheritablePathMatchers: true }, { inheritablePathMatchers: false })),
    ).toEqual([own])
  })

  test('reaches a second level only through the first', () => {
    const flat = flatten(
      { routes: [delegateTo('one', { prefix: '/a' }, { inheritablePathMatchers: true })] },
      {
        routeTables: [
          table('one', [delegateTo('two', { prefix: '/ignored' })]),
          table('two', [answer('x', { exact: '/y' })]),
        ],
      },
    )
    expect(flat.routes[0]?.config.matchers).toEqual([{ prefix: '/a' }])
  })
})
