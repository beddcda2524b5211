import { expect, test } from 'vitest'
import type { HeaderMatcher, Matcher } from '../config/matcher.ts'
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

/** A linear congruential generator; the upper bits are good enough here. */
class Chance {
  #state: number

  constructor(seed: number) {
    this.#state = seed
  }

  below(limit: number): number {
    this.#state = (Math.imul(this.#state, 1_103_515_245) + 12_345) & 0x7fffffff
    return (this.#state >>> 8) % limit
  }

  oneIn(count: number): boolean {
    return this.below(count) === 0
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T
  }
}

const pieces = [
  ...[
    '/',
    '/',
    '/',
    'a',
    'b',
    'ab',
    'A',
    'B',
    '%',
    '%2F',
    '%2f',
    '%zz',
    '%C3%A9',
    ':',
    '*',
    ':id',
    '**',
    '::',
    '\u00e9',
    ';',
    '#',
  ],
  ...['.', '..', '\u0001', '(', '\ud800', '-', 'svc'],
]

function text(chance: Chance, most: number): string {
  return Array.from({ length: chance.below(most + 1) }, () => chance.pick(pieces)).join('')
}

const expressions = [
  '/a+',
  '/[ab]+',
  '/a/.*',
  '.*',
  '[^/]*',
  '/ab?/[^/]+',
  '.*/\\d',
  '(?i)/ab.*',
  '/(a|ab)/?',
  '/svc.*',
]
const templates = ['/:x', '/a/:x', '/:x/b', '/a/:x/b/:y', '/a/*rest', '/*rest', '/A/:x/b', '/ab']

function path(chance: Chance): Matcher {
  const caseSensitive = !chance.oneIn(4)
  switch (chance.below(8)) {
    case 0:
    case 1:
      return { exact: `/${text(chance, 4)}`, caseSensitive }
    case 2:
      return { regex: chance.pick(expressions) }
    case 3:
      return { pathTemplate: chance.pick(templates), caseSensitive }
    case 4:
      return chance.pick<Matcher>([
        { connectMatcher: {} },
        { prefix: '' },
        { prefix: '/' },
        { exact: '*' },
        { prefix: 'a' },
      ])
    default:
      return { prefix: `/${text(chance, 3)}`, caseSensitive }
  }
}

const headerMatchers: readonly HeaderMatcher[] = [
  ...['1', '2', '3'].map((value) => ({ name: 'X-A', value })),
  ...['1', '2'].map((value) => ({ name: 'x-b', value })),
  { name: 'x-a' },
  { name: 'x-a', invertMatch: true },
  { name: 'x-a', value: '1', invertMatch: true },
  { name: 'x-b', value: '[12]', regex: true },
]

function matcher(chance: Chance): Matcher {
  return {
    ...path(chance),
    ...(chance.oneIn(3) ? { methods: chance.pick([['GET'], ['POST'], ['GET', 'PUT']]) } : {}),
    ...(chance.oneIn(2)
      ? { headers: [chance.pick(headerMatchers), ...(chance.oneIn(4) ? [chance.pick(headerMatchers)] : [])] }
      : {}),
    ...(chance.oneIn(6) ? { queryParameters: [{ name: 'q', ...(chance.oneIn(2) ? { value: '1' } : {}) }] } : {}),
  }
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
