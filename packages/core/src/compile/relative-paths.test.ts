import { describe, expect, test } from 'vitest'
import { answer, delegateTo, type Flattened, flatten, table, toldOf } from '../../../../test/support/flatten.ts'
import type { Matcher } from '../config/matcher.ts'
import type { RouteConfig } from '../config/route.ts'

describe('relativePaths', () => {
  function relative(parent: Matcher, child?: Matcher | readonly Matcher[], more: RouteConfig = {}): Flattened {
    const root = delegateTo({ ref: { name: 't' }, relativePaths: true }, parent, more)
    return flatten({ routes: [root] }, { routeTables: [table('t', [answer('child', child)])] })
  }

  test.each<[string, Matcher, Matcher | undefined, Matcher]>([
    ['a prefix', { prefix: '/api' }, { prefix: '/users' }, { prefix: '/api/users' }],
    ['an exact path', { prefix: '/api' }, { exact: '/users' }, { exact: '/api/users' }],
    ['a template', { prefix: '/api' }, { pathTemplate: '/users/:id' }, { pathTemplate: '/api/users/:id' }],
    ['slashes on both sides', { prefix: '/api/' }, { prefix: '/users' }, { prefix: '/api/users' }],
    ['slashes on no side', { prefix: '/api' }, { prefix: 'users' }, { prefix: '/api/users' }],
    ['a parent of /', { prefix: '/' }, { exact: '/users' }, { exact: '/users' }],
    ['the root', { prefix: '/api' }, { prefix: '/' }, { prefix: '/api' }],
    ['the root exactly', { prefix: '/api' }, { exact: '/' }, { exact: '/api' }],
    ['nothing', { prefix: '/api' }, undefined, { prefix: '/api' }],
    ['no path', { prefix: '/api' }, { methods: ['GET'] }, { prefix: '/api', methods: ['GET'] }],
    ['the path of the parent again', { prefix: '/api' }, { prefix: '/api/x' }, { prefix: '/api/api/x' }],
    ['an expression', { prefix: '/v1.0' }, { regex: '/users/\\d+' }, { regex: '/v1\\.0/users/\\d+' }],
    ['an anchored expression', { prefix: '/api' }, { regex: '^/users$' }, { regex: '/api/users$' }],
    ['flags and an anchor', { prefix: '/api/' }, { regex: '(?i)^/users' }, { regex: '/api(?i)/users' }],
    ['alternatives', { prefix: '/api' }, { regex: '/a|/b' }, { regex: '/api(?:/a|/b)' }],
  ])('joins %s', (_, parent, child, joined) => {
    const flat = relative(parent, child)
    expect(flat.issues).toEqual([])
    expect(flat.routes[0]?.config.matchers).toEqual([joined])
  })

  test('an expression below a prefix of any case starts in any case', () => {
    const flat = relative({ prefix: '/api', caseSensitive: false }, { regex: '/x', caseSensitive: false })
    expect(flat.routes[0]?.config.matchers).toEqual([{ regex: '(?i:/api)/x', caseSensitive: false }])
  })

  test('CONNECT has no path to join', () => {
    expect(toldOf('delegated-path-outside-parent', relative({ prefix: '/' }, { connectMatcher: {} }))).toHaveLength(2)
  })

  test('conditions must fit all the same', () => {
    const parent = { prefix: '/api', headers: [{ name: 'x' }] }
    expect(relative(parent, { prefix: '/users' }).names).toEqual([])
    expect(relative(parent, { prefix: '/users' }, { inheritableMatchers: true }).routes[0]?.config.matchers).toEqual([
      { prefix: '/api/users', headers: [{ name: 'x' }] },
    ])
  })

  test('an inherited path is not joined', () => {
    const flat = relative({ prefix: '/api' }, { prefix: '/users' }, { inheritablePathMatchers: true })
    expect(flat.routes[0]?.config.matchers).toEqual([{ prefix: '/api' }])
  })

  test('concerns one level: a table below says for itself whether its own tables are relative', () => {
    const root = delegateTo({ ref: { name: 'one' }, relativePaths: true }, { prefix: '/api' })
    const routeTables = [
      table('one', [
        delegateTo('absolute', { prefix: '/a' }),
        delegateTo({ ref: { name: 'relative' }, relativePaths: true }, { prefix: '/r' }),
      ]),
      table('absolute', [answer('a', { exact: '/api/a/x' }), answer('dropped', { exact: '/x' })]),
      table('relative', [answer('r', { exact: '/x' })]),
    ]
    const flat = flatten({ routes: [root] }, { routeTables })
    expect(flat.routes.map(({ config }) => config.matchers)).toEqual([[{ exact: '/api/a/x' }], [{ exact: '/api/r/x' }]])
  })

  test('lets virtual services share a table below different prefixes', () => {
    const routeTables = [table('shared', [answer('x', { prefix: '/x' })])]
    const action = { ref: { name: 'shared' }, relativePaths: true }
    const flat = flatten(
      { routes: [delegateTo(action, { prefix: '/v1' }), delegateTo(action, { prefix: '/v2' })] },
      { routeTables },
    )
    expect(flat.routes.map(({ config }) => config.matchers)).toEqual([[{ prefix: '/v1/x' }], [{ prefix: '/v2/x' }]])
  })
})
