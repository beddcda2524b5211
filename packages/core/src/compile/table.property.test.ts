import { expect, test } from 'vitest'
import { Chance, headerMatchers, matcher, text } from '../../../../test/support/random-matchers.ts'
import type { Matcher } from '../config/matcher.ts'
import { HeaderMap } from '../http/headers.ts'
import { GatewayRequest, localClient } from '../http/message.ts'
import { type CompiledMatcher, compileMatcher } from '../match/matcher.ts'
import { RouteTable } from './table.ts'

interface Entry {
  readonly source: Matcher
  readonly matcher: CompiledMatcher
}

/** The oracle: every entry in turn, every condition of it. */
function firstMatch(entries: readonly Entry[], request: GatewayRequest): Entry | undefined {
  return entries.find(({ matcher }) => matcher.conditions.every((condition) => condition.test(request)))
}

function request(chance: Chance, entries: readonly Entry[]): GatewayRequest {
  const { path: known } = chance.pick(entries).matcher
  let target = chance.oneIn(3) ? `/${text(chance, 5)}` : known.literal + (chance.oneIn(3) ? '' : text(chance, 2))
  if (chance.oneIn(4)) target = chance.oneIn(2) ? target.toUpperCase() : target.toLowerCase()
  if (chance.oneIn(20)) target = chance.pick(['*', 'a.test:443', '', 'a'])
  if (chance.oneIn(4)) target += chance.pick(['?q', '?q=1', '?q=2&q=1', '?x=/a'])
  const lines: [string, string][] = []
  for (const name of ['x-a', 'X-B', 'x-a']) if (chance.oneIn(3)) lines.push([name, chance.pick(['1', '2', '3', ''])])
  return new GatewayRequest(
    chance.pick(['GET', 'GET', 'POST', 'PUT', 'CONNECT']),
    target,
    new HeaderMap(lines),
    null,
    localClient,
  )
}

function compile(source: Matcher): Entry {
  const result = compileMatcher(source)
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  return { source, matcher: result.matcher }
}

/** Compares with the oracle and says what the table and the request were, should they differ. */
function check(table: RouteTable<Entry>, made: GatewayRequest): boolean {
  const expected = firstMatch(table.entries, made)
  const found = table.find(made)
  if (found !== expected) {
    const { method, target, headers } = made
    expect({ found: found?.source, method, target, headers: headers.raw }).toEqual({ found: expected?.source })
  }
  return expected !== undefined
}

test('an index finds what trying all entries in turn finds: 500 tables, 200 requests each', () => {
  const chance = new Chance(7)
  const pool = Array.from({ length: 1500 }, () => compile(matcher(chance)))
  let matched = 0
  for (let round = 0; round < 500; round++) {
    // A copy of each: the same matcher may stand in a table more than once.
    const entries = Array.from({ length: 1 + chance.below(80) }, () => ({ ...chance.pick(pool) }))
    const table = new RouteTable(entries, { indexFrom: 0 })
    for (let count = 0; count < 200; count++) if (check(table, request(chance, entries))) matched++
  }
  expect(matched).toBeGreaterThan(30_000)
}, 30_000)

test('an index of 10,000 entries finds what trying them all in turn finds', () => {
  const chance = new Chance(11)
  const pool = Array.from({ length: 500 }, () => compile(matcher(chance)))
  const entries = Array.from({ length: 10_000 }, (_, index) => {
    if (index > 9000 && chance.oneIn(3)) return { ...chance.pick(pool) }
    const service = `/svc${chance.below(2000)}/${text(chance, 2)}`
    return compile(chance.oneIn(3) ? { exact: service } : { prefix: service, headers: [chance.pick(headerMatchers)] })
  })
  const table = new RouteTable(entries)
  let matched = 0
  for (let count = 0; count < 400; count++) if (check(table, request(chance, entries))) matched++
  expect(matched).toBeGreaterThan(120)
}, 30_000)
