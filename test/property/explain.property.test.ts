import { checkConfig, Gateway, GatewayRequest, HeaderMap, localClient, type RequestContext } from '@headgate/core'
import { expect, test } from 'vitest'
import { Chance, matcher, text } from '../support/random-matchers.ts'
import { RecordingDownstream } from '../support/recording-downstream.ts'

const tables = 500
const requestsOfEach = 200
const hosts = ['a.test', 'A.TEST', 'b.test', 'a.test:80', 'other', 'x.a.test']
const domains = [['a.test'], ['*.test', 'other'], ['*']]

type MatcherConfig = ReturnType<typeof matcher>

/** Matchers that may stand in a configuration. */
function matchers(chance: Chance, count: number): readonly MatcherConfig[] {
  const made: MatcherConfig[] = []
  while (made.length < count) {
    const candidate = matcher(chance)
    const routes = [{ matchers: [candidate], directResponseAction: { status: 200 } }]
    const { issues } = checkConfig({ routeTables: [{ metadata: { name: 'one' }, routes }] })
    if (issues.length === 0) made.push(candidate)
  }
  return made
}

function build(chance: Chance, pool: readonly MatcherConfig[], onComplete: (context: RequestContext) => void): Gateway {
  const virtualServices = domains.map((names, at) => ({
    metadata: { name: `service-${at}` },
    virtualHost: {
      domains: names,
      routes: Array.from({ length: chance.below(50) }, (_, index) => ({
        name: `route-${index}`,
        matchers: Array.from({ length: 1 + chance.below(2) }, () => chance.pick(pool)),
        directResponseAction: { status: 200 + chance.below(300) },
      })),
    },
  }))
  return new Gateway({ virtualServices }, { random: () => 0.5, onComplete })
}

function request(chance: Chance, pool: readonly MatcherConfig[]): GatewayRequest {
  const { prefix, exact, pathTemplate } = chance.pick(pool)
  const known = prefix ?? exact ?? pathTemplate ?? '/a'
  let target = chance.oneIn(4) ? `/${text(chance, 5)}` : known + (chance.oneIn(3) ? '' : text(chance, 2))
  if (chance.oneIn(5)) target = target.toUpperCase()
  if (chance.oneIn(4)) target += chance.pick(['?q', '?q=1', '?q=2&q=1', '?x=/a'])
  const lines: [string, string][] = [['host', chance.pick(hosts)]]
  for (const name of ['x-a', 'X-B', 'x-a']) if (chance.oneIn(3)) lines.push([name, chance.pick(['1', '2', '3', ''])])
  const method = chance.pick(['GET', 'GET', 'POST', 'PUT', 'CONNECT'])
  return new GatewayRequest(
    method,
    method === 'CONNECT' ? 'a.test:80' : target,
    new HeaderMap(lines),
    null,
    localClient,
  )
}

test(`explain names the same route as a real request: ${tables * requestsOfEach} pairs of a table and a request`, () => {
  const chance = new Chance(20_261)
  const pool = matchers(chance, 800)
  let real: RequestContext | undefined
  let matched = 0
  let refused = 0
  for (let round = 0; round < tables; round++) {
    const gateway = build(chance, pool, (context) => {
      real = context
    })
    for (let count = 0; count < requestsOfEach; count++) {
      const made = request(chance, pool)
      const explained = gateway.explain(made)
      const downstream = new RecordingDownstream('/', { rawHeaders: made.headers.raw })
      gateway.serve(Object.assign(downstream, { method: made.method, target: made.target }))
      const told = explained.refused?.code ?? explained.route?.origin ?? 'noRoute'
      const found = real?.error?.code ?? real?.route?.origin
      if (told !== found || (explained.virtualService ?? '') !== real?.virtualService) {
        const { method, target, headers } = made
        expect({ told, method, target, headers: headers.raw, text: explained.toString() }).toEqual({ told: found })
      }
      if (explained.route !== undefined) matched++
      if (explained.refused !== undefined) refused++
    }
  }
  expect(matched).toBeGreaterThan(30_000)
  expect(refused).toBeGreaterThan(1000)
}, 120_000)
