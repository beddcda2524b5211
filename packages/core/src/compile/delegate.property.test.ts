import { describe, expect, test } from 'vitest'
import { answer, delegateTo, flatten } from '../../../../test/support/flatten.ts'
import { seededRandom } from '../../../testing/src/seeded-random.ts'
import type { GatewayConfig } from '../config/gateway-config.ts'
import type { Matcher } from '../config/matcher.ts'
import type { DelegateAction, RouteConfig } from '../config/route.ts'
import type { RouteOptions } from '../config/route-options.ts'
import type { VirtualHost } from '../config/virtual-service.ts'

interface Sample extends GatewayConfig {
  readonly virtualHost: VirtualHost
}

/** A configuration with good and bad references, cycles, selectors, every kind of inheritance and shared options. */
function sample(seed: number): Sample {
  const random = seededRandom(seed)
  const below = (limit: number): number => Math.floor(random() * limit)
  const pick = <T>(...choices: readonly [T, ...T[]]): T => choices[below(choices.length)] ?? choices[0]
  const maybe = <T extends object>(value: T): T | Record<never, never> => (random() < 0.3 ? value : {})
  const tableName = (): string => `t${below(6)}`

  const matcher = (): Matcher => ({
    ...pick<Matcher>({ prefix: '/' }, { prefix: '/a' }, { prefix: '/a/b' }, { exact: '/a/x' }, { regex: '/a/.*' }, {}),
    ...maybe({ headers: [{ name: pick('h1', 'h2') }] }),
    ...maybe({ queryParameters: [{ name: pick('q1', 'q2') }] }),
    ...maybe({ methods: [pick('GET', 'POST')] }),
  })
  const options = (): RouteOptions => ({
    ...maybe({ timeout: pick('0s', '1s') as '0s' | '1s' }),
    ...maybe({ prefixRewrite: pick('', '/r') }),
    ...maybe({ regexRewrite: { pattern: { regex: 'x' } } }),
    ...maybe({ hostRewrite: 'h' }),
    ...maybe({ autoHostRewrite: random() < 0.5 }),
    ...maybe({ shadowing: { upstream: { name: 'u' } } }),
    ...maybe({
      stagedTransformations: {
        inheritTransformation: random() < 0.5,
        regular: { requestTransforms: [{ matcher: matcher() }] },
      },
    }),
  })
  const more = (): RouteConfig => ({
    ...maybe({ options: options() }),
    ...maybe({ optionsConfigRefs: { delegateOptions: [{ name: `o${below(4)}` }, { name: `o${below(4)}` }] } }),
    ...maybe({ inheritableMatchers: random() < 0.7 }),
    ...maybe({ inheritablePathMatchers: random() < 0.7 }),
  })
  const target = (): DelegateAction => ({
    ...pick<DelegateAction>(
      { ref: { name: tableName() } },
      { selector: { labels: { team: pick('a', 'b') } } },
      { name: tableName() },
    ),
    ...maybe({ relativePaths: true }),
  })
  const route = (name: string): RouteConfig =>
    random() < 0.35
      ? delegateTo(target(), matcher(), more())
      : answer(name, [matcher(), matcher()].slice(below(3)), more())
  const routes = (name: string): readonly RouteConfig[] =>
    Array.from({ length: 1 + below(3) }, (_, index) => route(`${name}-${index}`))

  return {
    virtualHost: {
      routes: routes('root'),
      options: { stagedTransformations: { regular: { requestTransforms: [{}] } } },
    },
    routeTables: Array.from({ length: 5 }, (_, index) => ({
      metadata: { name: `t${index}`, labels: { team: pick('a', 'b') } },
      routes: routes(`t${index}`),
      ...maybe({ weight: below(3) - 1 }),
    })),
    routeOptions: Array.from({ length: 3 }, (_, index) => ({ metadata: { name: `o${index}` }, options: options() })),
  }
}

const seeds = Array.from({ length: 150 }, (_, seed) => seed)

describe('any configuration', () => {
  test('is left as it is, and gives the same routes and findings every time', () => {
    for (const seed of seeds) {
      const { virtualHost, ...others } = sample(seed)
      const before = structuredClone({ virtualHost, others })
      // The input is frozen, so that a change would throw here.
      const first = flatten(virtualHost, others)
      expect({ virtualHost, others }, `seed ${seed}`).toEqual(before)
      expect(flatten(virtualHost, others), `seed ${seed}`).toEqual(first)
      expect(flatten(before.virtualHost, before.others), `seed ${seed}`).toEqual(first)
    }
  })

  test('gives routes that no longer refer to anything above them', () => {
    let delegated = 0
    for (const seed of seeds) {
      const { virtualHost, ...others } = sample(seed)
      for (const { config, origin, path, owners, optionSources } of flatten(virtualHost, others).routes) {
        for (const field of ['delegateAction', 'optionsConfigRefs', 'inheritableMatchers', 'inheritablePathMatchers'])
          expect(config, `seed ${seed}`).not.toHaveProperty(field)
        expect(origin.split(' -> '), `seed ${seed}`).toHaveLength(owners.length)
        expect(origin.endsWith(path), `seed ${seed}`).toBe(true)
        expect(Object.keys(optionSources).toSorted(), `seed ${seed}`).toEqual(
          Object.keys(config.options ?? {}).toSorted(),
        )
        if (owners.length > 1) delegated++
      }
    }
    expect(delegated).toBeGreaterThan(100)
  })

  test('tells the virtual service of everything it tells a table', () => {
    let told = 0
    for (const seed of seeds) {
      const { virtualHost, ...others } = sample(seed)
      const { issues } = flatten(virtualHost, others)
      const known = new Set(
        issues.filter(({ resource }) => resource?.kind === 'VirtualService').map(({ path, code }) => path + code),
      )
      for (const { path, code } of issues) expect(known, `seed ${seed}`).toContain(path + code)
      told += issues.length - known.size
    }
    expect(told).toBeGreaterThan(seeds.length)
  })
})
