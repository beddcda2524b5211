import type { HeaderMatcher, Matcher } from '@headgate/core'

/** Chance that repeats: a linear congruential generator, whose upper bits are good enough here. */
export class Chance {
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

/** A text of such pieces. */
export function text(chance: Chance, most: number): string {
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

export const headerMatchers: readonly HeaderMatcher[] = [
  ...['1', '2', '3'].map((value) => ({ name: 'X-A', value })),
  ...['1', '2'].map((value) => ({ name: 'x-b', value })),
  { name: 'x-a' },
  { name: 'x-a', invertMatch: true },
  { name: 'x-a', value: '1', invertMatch: true },
  { name: 'x-b', value: '[12]', regex: true },
]

/** Any matcher; not all of them may stand in a configuration. */
export function matcher(chance: Chance): Matcher {
  return {
    ...path(chance),
    ...(chance.oneIn(3) ? { methods: chance.pick([['GET'], ['POST'], ['GET', 'PUT']]) } : {}),
    ...(chance.oneIn(2)
      ? { headers: [chance.pick(headerMatchers), ...(chance.oneIn(4) ? [chance.pick(headerMatchers)] : [])] }
      : {}),
    ...(chance.oneIn(6) ? { queryParameters: [{ name: 'q', ...(chance.oneIn(2) ? { value: '1' } : {}) }] } : {}),
  }
}
