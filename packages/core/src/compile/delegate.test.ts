import { describe, expect, test } from 'vitest'
import { answer, delegateTo, flatten, table, toldOf } from '../../../../test/support/flatten.ts'
import type { RouteTableConfig } from '../config/route-table.ts'
import { checkConfig } from '../schema/check.ts'

describe('flattening', () => {
  test('a virtual service without delegation keeps its routes as they are', () => {
    const routes = [answer('b', { prefix: '/b' }), answer('none'), answer('a', [{ exact: '/a' }, { prefix: '/a/' }])]
    const flat = flatten({ routes })
    expect(flat.routes.map(({ config }) => config)).toEqual(routes)
    expect(flat.issues).toEqual([])
  })

  test('a virtual service without a virtual host has no routes', () => {
    expect(flatten({}).routes).toEqual([])
  })

  test('tables are opened where they are delegated to, to any depth', () => {
    const flat = flatten(
      { routes: [answer('first', { exact: '/' }), delegateTo('a', { prefix: '/a' }), answer('last', { prefix: '/' })] },
      {
        routeTables: [
          table('a', [
            answer('a1', { prefix: '/a/1' }),
            delegateTo('b', { prefix: '/a/2' }),
            answer('a3', { prefix: '/a/3' }),
          ]),
          table('b', [answer('b1', { prefix: '/a/2/x' })]),
        ],
      },
    )
    expect(flat.names).toEqual(['first', 'a1', 'b1', 'a3', 'last'])
    expect(flat.issues).toEqual([])
  })

  test('what belongs to delegation is gone from the result', () => {
    const more = {
      inheritableMatchers: true,
      inheritablePathMatchers: false,
      optionsConfigRefs: { delegateOptions: [{ name: 'o' }] },
    }
    const { routes } = flatten(
      { routes: [answer('a', { prefix: '/' }, more)] },
      { routeOptions: [{ metadata: { name: 'o' } }] },
    )
    expect(routes[0]?.config).toEqual(answer('a', { prefix: '/' }))
  })

  test('each route tells where it came from', () => {
    const { routes } = flatten(
      { routes: [answer('x'), delegateTo({ ref: { name: 'users', namespace: 'team' } }, { prefix: '/u' })] },
      {
        routeTables: [
          table('team.users', [delegateTo('nested', { prefix: '/u' })]),
          table('team.nested', [answer('n', { prefix: '/u/n' })]),
        ],
      },
    )
    expect(routes[0]).toMatchObject({
      origin: 'virtualServices[default.api].virtualHost.routes[0]',
      namespace: 'default',
    })
    expect(routes[1]).toMatchObject({
      origin:
        'virtualServices[default.api].virtualHost.routes[1] -> routeTables[team.users].routes[0] -> routeTables[team.nested].routes[0]',
      path: 'routeTables[team.nested].routes[0]',
      namespace: 'team',
      owners: [
        { kind: 'RouteTable', namespace: 'team', name: 'nested' },
        { kind: 'RouteTable', namespace: 'team', name: 'users' },
        { kind: 'VirtualService', namespace: 'default', name: 'api' },
      ],
    })
  })

  test('a table may be reached twice on different ways', () => {
    const flat = flatten(
      { routes: [delegateTo('left', { prefix: '/s/l' }), delegateTo('right', { prefix: '/s' })] },
      {
        routeTables: [
          table('left', [delegateTo('shared', { prefix: '/s/l' })]),
          table('right', [delegateTo('shared', { prefix: '/s' })]),
          table('shared', [answer('shared', { prefix: '/s/l/x' })]),
        ],
      },
    )
    expect(flat.names).toEqual(['shared', 'shared'])
    expect(flat.issues).toEqual([])
  })
})

describe('cycles', () => {
  const routeTables = [
    table('a', [answer('a', { prefix: '/a' }), delegateTo('b')]),
    table('b', [delegateTo('a'), answer('b', { prefix: '/b' })]),
  ]

  test('are cut where they close; everything else stays', () => {
    const flat = flatten({ routes: [delegateTo('a'), answer('rest')] }, { routeTables })
    expect(flat.names).toEqual(['a', 'b', 'rest'])
  })

  test('are errors of the table that would be visited again, and of all above', () => {
    const flat = flatten({ routes: [delegateTo('a')] }, { routeTables })
    expect(toldOf('delegation-cycle', flat)).toEqual([
      'error RouteTable default.a',
      'error RouteTable default.b',
      'error VirtualService default.api',
    ])
    expect(flat.issues[0]).toMatchObject({
      path: 'routeTables[default.b].routes[0].delegateAction',
      message: 'delegation cycle: [default.a] -> [default.b] -> [default.a]',
    })
  })

  test('of one table', () => {
    const flat = flatten({ routes: [delegateTo('a')] }, { routeTables: [table('a', [delegateTo('a'), answer('x')])] })
    expect(flat.names).toEqual(['x'])
    expect(flat.issues[0]?.message).toBe('delegation cycle: [default.a] -> [default.a]')
  })

  test('are also found through selectors, whose other tables stay', () => {
    const flat = flatten(
      { routes: [delegateTo('a')] },
      { routeTables: [table('a', [delegateTo({ selector: {} })]), table('b', [answer('b')])] },
    )
    expect(flat.names).toEqual(['b'])
    expect(toldOf('delegation-cycle', flat)).toEqual(['error RouteTable default.a', 'error VirtualService default.api'])
  })
})

describe('size', () => {
  test('a hundred tables inside each other are followed, more are an error', () => {
    const chain = (length: number): readonly RouteTableConfig[] =>
      Array.from({ length }, (_, index) =>
        table(`t${index}`, index === length - 1 ? [answer('end')] : [delegateTo(`t${index + 1}`)]),
      )
    expect(flatten({ routes: [delegateTo('t0')] }, { routeTables: chain(100) })).toMatchObject({
      names: ['end'],
      issues: [],
    })
    const tooDeep = flatten({ routes: [delegateTo('t0'), answer('other')] }, { routeTables: chain(101) })
    expect(tooDeep.names).toEqual(['other'])
    expect(toldOf('delegation-too-large', tooDeep)).toEqual(['error VirtualService default.api'])
  })

  test('tables that refer twice to the next do not take forever', () => {
    const twice = Array.from({ length: 40 }, (_, index) =>
      table(`t${index}`, [delegateTo(`t${index + 1}`), delegateTo(`t${index + 1}`)]),
    )
    const flat = flatten({ routes: [delegateTo('t0')] }, { routeTables: [...twice, table('t40', [])] })
    expect(toldOf('delegation-too-large', flat)).toEqual(['error VirtualService default.api'])
  })
})

describe('the matcher of a route that delegates', () => {
  const routeTables = [table('t', [answer('t', { prefix: '/foo' })])]

  test.each([{}, { matchers: [] }, { matchers: [{}] }])('is / without a path: %j', (route) => {
    const flat = flatten({ routes: [{ ...delegateTo('t'), ...route }] }, { routeTables })
    expect(flat).toMatchObject({ names: ['t'], issues: [] })
  })

  test.each([
    ['regex', '/foo'],
    ['exact', '/foo'],
    ['pathTemplate', '/foo/:id'],
    ['connectMatcher', {}],
    ['prefix', ''],
  ])('must be a prefix, not %s', (kind, value) => {
    const flat = flatten({ routes: [delegateTo('t', { [kind]: value }), answer('other')] }, { routeTables })
    expect(flat.names).toEqual(['other'])
    expect(flat.issues).toMatchObject([
      {
        severity: 'error',
        code: 'inconsistent-values',
        path: `virtualServices[default.api].virtualHost.routes[0].matchers[0].${kind}`,
        message: 'routes with delegate actions must use a prefix matcher',
      },
    ])
  })

  test('must be the only one', () => {
    const route = { ...delegateTo('t'), matchers: [{ prefix: '/foo' }, { prefix: '/bar' }] }
    const flat = flatten({ routes: [route] }, { routeTables })
    expect(flat.names).toEqual([])
    expect(flat.issues).toMatchObject([
      { severity: 'error', path: 'virtualServices[default.api].virtualHost.routes[0].matchers', found: '2 matchers' },
    ])
  })

  test.each([
    ['kind', { ...delegateTo('t'), matchers: [{ regex: '/foo' }] }],
    ['number', { ...delegateTo('t'), matchers: [{ prefix: '/foo' }, { prefix: '/bar' }] }],
  ])('of a wrong %s reads like the finding of the schema', (_, route) => {
    const virtualHost = { routes: [route] }
    const { issues } = checkConfig({ virtualServices: [{ metadata: { name: 'api' }, virtualHost }] })
    const [schema] = issues
    expect(flatten(virtualHost).issues).toMatchObject([
      {
        severity: schema?.severity,
        code: schema?.code,
        path: schema?.path,
        message: schema?.message,
        resource: schema?.resource,
      },
    ])
  })

  test('is looked at before the table is', () => {
    const flat = flatten({ routes: [delegateTo('missing', { exact: '/foo' })] })
    expect(flat.issues.map(({ code }) => code)).toEqual(['inconsistent-values'])
  })

  test('in a table it is an error of the table and of the virtual service', () => {
    const flat = flatten(
      { routes: [delegateTo('outer')] },
      { routeTables: [table('outer', [delegateTo('t', { regex: '/foo' }), answer('other')]), ...routeTables] },
    )
    expect(flat.names).toEqual(['other'])
    expect(toldOf('inconsistent-values', flat)).toEqual([
      'error RouteTable default.outer',
      'error VirtualService default.api',
    ])
  })

  test('loses its conditions without a path, and says so', () => {
    const matcher = { headers: [{ name: 'x' }], methods: ['GET'] }
    const flat = flatten({ routes: [delegateTo('t', matcher, { inheritableMatchers: true })] }, { routeTables })
    expect(flat.routes[0]?.config.matchers).toEqual([{ prefix: '/foo' }])
    expect(flat.issues).toMatchObject([
      { severity: 'warning', code: 'delegate-conditions-ignored', found: 'headers, methods', fix: 'set prefix: /' },
    ])
  })
})
