import { describe, expect, test } from 'vitest'
import { inProcess, service } from '../../../../test/support/in-process.ts'
import { matcher as anyMatcher, Chance } from '../../../../test/support/random-matchers.ts'
import { request } from '../../../testing/src/index.ts'
import type { Matcher } from '../config/matcher.ts'
import type { Gateway } from '../gateway.ts'
import { checkConfig } from '../schema/check.ts'
import type { LintFinding, LintWitness } from './rule.ts'

const answer = (...matchers: readonly Matcher[]) => ({ matchers, directResponseAction: { status: 200 } })

function gatewayOf(...routes: readonly (readonly Matcher[])[]): Gateway {
  return inProcess({
    virtualServices: [
      service(
        'api',
        routes.map((matchers) => answer(...matchers)),
        ['*.test'],
      ),
    ],
  }).gateway
}

function hiddenIn(gateway: Gateway): readonly LintFinding[] {
  return gateway.lint().filter(({ code }) => code === 'route-never-reached' || code === 'duplicate-matcher')
}

const explained = (gateway: Gateway, { method, host, target, headers }: LintWitness) =>
  gateway.explain(request(target, { method, host, headers: [...headers] })).route?.origin

const at = (index: number) => `virtualServices[default.api].virtualHost.routes[${index}]`

describe('a hidden route', () => {
  test('is shown by a request of its own that an earlier route takes', () => {
    const gateway = gatewayOf(
      [{ prefix: '/users' }],
      [
        {
          pathTemplate: '/users/:id/*rest',
          methods: ['PUT', 'POST'],
          headers: [
            { name: 'x-a', value: '1' },
            { name: 'x-b', value: 'v[0-9]{2}', regex: true },
            { name: 'x-c' },
            { name: 'x-d', invertMatch: true },
            { name: 'x-e', value: '1', invertMatch: true },
          ],
          queryParameters: [{ name: 'p', value: '2' }, { name: 'q' }, { name: 'r', value: 'a|b', regex: true }],
        },
      ],
    )
    const [finding] = hiddenIn(gateway)
    expect(finding).toMatchObject({
      code: 'route-never-reached',
      severity: 'warning',
      resource: { kind: 'VirtualService', namespace: 'default', name: 'api' },
      path: at(1),
      message: `no request gets here: ${at(0)} takes every one before (path begins with "/users")`,
    })
    expect(finding?.witness).toEqual({
      gateway: 'gateway-proxy',
      method: 'PUT',
      host: 'any.test',
      target: '/users/id/rest?p=2&q=&r=a',
      headers: [
        ['x-a', '1'],
        ['x-b', 'v11'],
        ['x-c', 'any'],
        ['x-e', 'not 1'],
      ],
    })
    expect(explained(gateway, finding?.witness as LintWitness)).toBe(at(0))
  })

  test.each<[string, Matcher, string]>([
    ['a regex', { regex: '/a/[0-9]+(x|y)?' }, '/a/1'],
    ['an exact path', { exact: '/a/b' }, '/a/b'],
    ['a prefix', { prefix: '/a/b/' }, '/a/b/'],
    ['a template', { pathTemplate: '/a/:b' }, '/a/b'],
  ])('by a path that %s matches', (_, later, target) => {
    expect(hiddenIn(gatewayOf([{ prefix: '/a' }], [later]))).toMatchObject([{ witness: { target } }])
  })

  test('is told of without a request where none can be made', () => {
    const regex = '/(?i)longer'
    expect(hiddenIn(gatewayOf([{ regex }], [{ regex }])).map(({ witness }) => witness)).toEqual([undefined])
  })
})

describe('a matcher that stands twice', () => {
  test('in two routes', () => {
    expect(hiddenIn(gatewayOf([{ exact: '/a', methods: ['GET'] }], [{ exact: '/a', methods: ['GET'] }]))).toMatchObject(
      [
        {
          code: 'duplicate-matcher',
          path: at(1),
          message: `${at(0)} has the same matcher (path is "/a" and method GET) and comes first`,
          witness: { target: '/a' },
        },
      ],
    )
  })

  test('in one route, or below another of it', () => {
    expect(hiddenIn(gatewayOf([{ prefix: '/a' }, { prefix: '/a/b' }]))).toMatchObject([
      {
        code: 'duplicate-matcher',
        path: at(0),
        message: 'a matcher before it takes everything that this one is for (path begins with "/a/b")',
      },
    ])
  })
})

test('no witness contradicts its finding, in 300 random tables', () => {
  const chance = new Chance(31)
  const pool: Matcher[] = []
  while (pool.length < 400) {
    const candidate = anyMatcher(chance)
    const { issues } = checkConfig({ routeTables: [{ metadata: { name: 'one' }, routes: [answer(candidate)] }] })
    if (issues.length === 0) pool.push(candidate)
  }
  let shown = 0
  for (let round = 0; round < 300; round++) {
    const gateway = gatewayOf(...Array.from({ length: 12 }, () => [chance.pick(pool)]))
    for (const { path, witness } of hiddenIn(gateway)) {
      if (witness === undefined) continue
      const taken = explained(gateway, witness)
      const index = (origin: string | undefined): number => Number(/(\d+)\]$/.exec(origin ?? '')?.[1])
      expect(index(taken)).toBeLessThan(index(path))
      shown++
    }
  }
  expect(shown).toBeGreaterThan(100)
}, 30_000)
