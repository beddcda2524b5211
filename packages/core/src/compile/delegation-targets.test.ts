import { describe, expect, test } from 'vitest'
import { answer, delegateTo, flatten, table, toldOf } from '../../../../test/support/flatten.ts'
import type { RouteConfig } from '../config/route.ts'

describe('a table by reference', () => {
  const routeTables = [table('users', [answer('default')]), table('team.users', [answer('team')])]

  test('is in the namespace that it names, or in that of the owner', () => {
    expect(flatten({ routes: [delegateTo('users')] }, { routeTables }).names).toEqual(['default'])
    const elsewhere = delegateTo({ ref: { name: 'users', namespace: 'team' } })
    expect(flatten({ routes: [elsewhere] }, { routeTables }).names).toEqual(['team'])
  })

  test('the owner of a route in a table is the table', () => {
    const entry = table('team.entry', [delegateTo('users')])
    const flat = flatten(
      { routes: [delegateTo({ ref: { name: 'entry', namespace: 'team' } })] },
      { routeTables: [...routeTables, entry] },
    )
    expect(flat.names).toEqual(['team'])
  })

  test('that is missing is a warning and no route', () => {
    const flat = flatten({ routes: [delegateTo('user', { prefix: '/u' }), answer('other')] }, { routeTables })
    expect(flat.names).toEqual(['other'])
    expect(flat.issues).toMatchObject([
      {
        severity: 'warning',
        code: 'reference-not-found',
        resource: { kind: 'VirtualService', namespace: 'default', name: 'api' },
        path: 'virtualServices[default.api].virtualHost.routes[0].delegateAction.ref',
        message: 'route table "default.user" not found (did you mean "default.users"?)',
        found: 'default.user',
      },
    ])
  })

  test('may be meant in another namespace', () => {
    const flat = flatten({ routes: [delegateTo('login')] }, { routeTables: [table('authentication.login', [])] })
    expect(flat.issues[0]?.message).toContain('did you mean "authentication.login"?')
  })

  test('nothing is suggested that is not close', () => {
    const flat = flatten({ routes: [delegateTo('completely-different')] }, { routeTables })
    expect(flat.issues[0]?.message).toBe('route table "default.completely-different" not found')
  })

  test('that is missing in a table is also known to all above, once for each', () => {
    const inner = table('inner', [delegateTo('missing')])
    const outer = table('outer', [delegateTo('inner'), delegateTo('inner')])
    const flat = flatten({ routes: [delegateTo('outer')] }, { routeTables: [outer, inner] })
    expect(toldOf('reference-not-found', flat)).toEqual([
      'warning RouteTable default.inner',
      'warning RouteTable default.outer',
      'warning VirtualService default.api',
    ])
    expect(new Set(flat.issues.map(({ path }) => path))).toEqual(
      new Set(['routeTables[default.inner].routes[0].delegateAction.ref']),
    )
  })

  test('the deprecated name and namespace win over ref and selector', () => {
    const old = delegateTo({ name: 'users', namespace: 'team', ref: { name: 'missing' }, selector: {} })
    expect(flatten({ routes: [old] }, { routeTables })).toMatchObject({ names: ['team'], issues: [] })
    expect(flatten({ routes: [delegateTo({ name: 'users' })] }, { routeTables }).names).toEqual(['default'])
    const missing = flatten({ routes: [delegateTo({ name: 'gone' })] }, { routeTables })
    expect(missing.issues[0]?.path).toBe('virtualServices[default.api].virtualHost.routes[0].delegateAction.name')
  })

  test('no target at all is a warning', () => {
    const flat = flatten({ routes: [delegateTo({}), answer('other')] }, { routeTables })
    expect(flat.names).toEqual(['other'])
    expect(toldOf('delegate-target-unspecified', flat)).toEqual(['warning VirtualService default.api'])
  })
})

describe('tables by selector', () => {
  const routeTables = [
    table('plain', [answer('plain')]),
    table('dev', [answer('dev')], { labels: { team: 'dev' }, weight: 1 }),
    table('ops', [answer('ops')], { labels: { team: 'ops', old: 'yes' }, weight: 2 }),
    table('other.dev', [answer('other dev')], { labels: { team: 'dev' }, weight: 3 }),
  ]

  test('an empty selector finds every table of the namespace', () => {
    expect(flatten({ routes: [delegateTo({ selector: {} })] }, { routeTables }).names).toEqual(['plain', 'dev', 'ops'])
  })

  test.each([
    ['labels', { labels: { team: 'dev' } }, ['dev']],
    ['labels anywhere', { namespaces: ['*'], labels: { team: 'dev' } }, ['dev', 'other dev']],
    ['a namespace', { namespaces: ['other'] }, ['other dev']],
    ['In', { expressions: [{ key: 'team', operator: 'In', values: ['dev', 'ops'] }] }, ['dev', 'ops']],
    ['NotIn', { expressions: [{ key: 'team', operator: 'NotIn', values: ['dev'] }] }, ['plain', 'ops']],
    ['Exists', { expressions: [{ key: 'old', operator: 'Exists' }] }, ['ops']],
  ] as const)('are found by %s', (_, selector, names) => {
    expect(flatten({ routes: [delegateTo({ selector })] }, { routeTables }).names).toEqual(names)
  })

  test.each([
    { labels: { team: 'nobody' } },
    { labels: { team: 'dev' }, expressions: [{ key: 'old', operator: 'Exists' } as const] },
    { expressions: [{ key: 'team', operator: 'Equals' } as const] },
  ])('none is a warning: %j', (selector) => {
    const flat = flatten({ routes: [delegateTo({ selector }), answer('last')] }, { routeTables })
    expect(flat.names).toEqual(['last'])
    expect(flat.issues).toMatchObject([
      {
        severity: 'warning',
        code: 'no-route-table-selected',
        path: 'virtualServices[default.api].virtualHost.routes[0].delegateAction.selector',
      },
    ])
  })
})

describe('weights', () => {
  const everyTable = { routes: [delegateTo({ selector: { namespaces: ['*'] } }, { prefix: '/a' })] }

  test('the lowest comes first, also below zero; none is zero', () => {
    const routeTables = [
      table('a', [answer('20', { prefix: '/a' })], { weight: 20 }),
      table('b', [answer('10', { prefix: '/a/b' })], { weight: 10 }),
      table('c', [answer('none', { prefix: '/a' })]),
      table('d', [answer('-5', { prefix: '/a' })], { weight: -5 }),
    ]
    expect(flatten(everyTable, { routeTables }).names).toEqual(['-5', 'none', '10', '20'])
  })

  test('the routes of one table are never sorted', () => {
    const routes: RouteConfig[] = [answer('short', { prefix: '/a' }), answer('long', { prefix: '/a/long' })]
    expect(flatten(everyTable, { routeTables: [table('t', routes)] }).names).toEqual(['short', 'long'])
    const weighted = [table('t', routes, { weight: 1 }), table('u', [answer('u', { prefix: '/a/u' })], { weight: 2 })]
    expect(flatten(everyTable, { routeTables: weighted }).names).toEqual(['short', 'long', 'u'])
  })

  test('the routes of tables with one weight are sorted together, with what they delegate to', () => {
    const routeTables = [
      table('x', [
        answer('foo', { prefix: '/a/foo' }),
        delegateTo({ ref: { name: 'y', namespace: 'n' } }, { prefix: '/a' }),
      ]),
      table('z', [answer('bars', { prefix: '/a/foo/bars' }), answer('exact', { exact: '/a/z' })]),
      table('n.y', [answer('bar', { prefix: '/a/foo/bar' })], { weight: 7 }),
    ]
    const flat = flatten({ routes: [delegateTo({ selector: {} }, { prefix: '/a' })] }, { routeTables })
    expect(flat.names).toEqual(['exact', 'bars', 'bar', 'foo'])
  })

  test('sorting keeps equal routes in the order of the tables', () => {
    const routeTables = [
      table('t1', [answer('1a', { prefix: '/a' }), answer('1b', { prefix: '/a', headers: [{ name: 'x' }] })]),
      table('t2', [answer('2a', { prefix: '/a' })]),
    ]
    expect(flatten(everyTable, { routeTables }).names).toEqual(['1a', '1b', '2a'])
  })
})

describe('examples of Gloo', () => {
  test('delegation: one service, three tables', () => {
    const flat = flatten(
      { routes: [delegateTo('a-routes', { prefix: '/a' }), delegateTo('b-routes', { prefix: '/b' })] },
      {
        routeTables: [
          table('a-routes', [answer('foo', { prefix: '/a/1' }), answer('bar', { prefix: '/a/2' })]),
          table('b-routes', [answer('baz', { regex: '/b/3' }), delegateTo('c-routes', { prefix: '/b/c' })]),
          table('c-routes', [answer('qux', { exact: '/b/c/4' })]),
        ],
      },
    )
    expect(flat.issues).toEqual([])
    expect(flat.routes.map(({ config }) => [config.name, config.matchers])).toEqual([
      ['foo', [{ prefix: '/a/1' }]],
      ['bar', [{ prefix: '/a/2' }]],
      ['baz', [{ regex: '/b/3' }]],
      ['qux', [{ exact: '/b/c/4' }]],
    ])
  })

  test('route ordering: one weight lets the general expression come first, two weights decide', () => {
    const beta = answer('beta', { regex: '/(?i)api/homepage-beta-flag.*' })
    const all = answer('all', { regex: '/(?i)api/homepage.*' })
    const selecting = { routes: [delegateTo({ selector: {} }, { prefix: '/' })] }
    const tied = [table('beta', [beta]), table('all', [all])]
    expect(flatten(selecting, { routeTables: tied }).names).toEqual(['all', 'beta'])
    const weighted = [table('all', [all], { weight: 2 }), table('beta', [beta], { weight: 1 })]
    expect(flatten(selecting, { routeTables: weighted }).names).toEqual(['beta', 'all'])
  })

  test('converter_test.go: weights in tables of tables, some of them equal', () => {
    const selecting = (namespace: string, prefix: string) =>
      delegateTo({ selector: { namespaces: [namespace] } }, { prefix })
    const leaf = (path: string) => [answer(path, { prefix: path })]
    const flat = flatten(
      { routes: [selecting('ns-1', '/foo')] },
      {
        routeTables: [
          table('ns-1.rt-1', [selecting('ns-2', '/foo/a')], { weight: 20 }),
          table('ns-1.rt-2', leaf('/foo/b'), { weight: 20 }),
          table('ns-1.rt-3', [selecting('ns-3', '/foo/c')], { weight: -10 }),
          table('ns-2.rt-1-a', leaf('/foo/a/1')),
          table('ns-2.rt-1-b', leaf('/foo/a/1/2')),
          table('ns-3.rt-3-a', leaf('/foo/c/1'), { weight: -20 }),
          table('ns-3.rt-3-b', leaf('/foo/c/1/short-circuited'), { weight: 0 }),
          table('ns-3.rt-3-c', leaf('/foo/c/2'), { weight: 0 }),
        ],
      },
    )
    expect(flat.names).toEqual(['/foo/c/1', '/foo/c/2', '/foo/c/1/short-circuited', '/foo/b', '/foo/a/1/2', '/foo/a/1'])
  })
})
