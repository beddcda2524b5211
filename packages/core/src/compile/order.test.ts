import { describe, expect, test } from 'vitest'
import { answer, freeze } from '../../../../test/support/flatten.ts'
import type { Matcher } from '../config/matcher.ts'
import { sortRoutes } from './order.ts'

/** The order that matchers end up in, each on a route of its own. */
function sorted(...matchers: readonly Matcher[]): readonly Matcher[] {
  return sortRoutes(matchers.map((matcher) => answer('', matcher))).flatMap((route) => route.matchers ?? [])
}

describe('sortRoutes', () => {
  test('more methods come first, whatever the path is', () => {
    const none = { exact: '/a' }
    const one = { prefix: '/', methods: ['GET'] }
    const two = { prefix: '/', methods: ['PUT', 'POST'] }
    expect(sorted(none, one, two)).toEqual([two, one, none])
  })

  test('then CONNECT, exact paths, templates, regular expressions, prefixes', () => {
    const connect = { connectMatcher: {} }
    const exact = { exact: '/a' }
    const template = { pathTemplate: '/z/:id' }
    const regex = { regex: '/z' }
    const prefix = { prefix: '/zzzz' }
    expect(sorted(prefix, regex, template, exact, connect)).toEqual([connect, exact, template, regex, prefix])
  })

  test('then paths backwards through the alphabet: longer before shorter, but length itself does not count', () => {
    const order = sorted({ prefix: '/foo' }, { prefix: '/aaaa' }, { prefix: '/foo/bar' }, { prefix: '/z' })
    expect(order).toEqual([{ prefix: '/z' }, { prefix: '/foo/bar' }, { prefix: '/foo' }, { prefix: '/aaaa' }])
  })

  test('characters are compared by code, so that upper case comes last', () => {
    expect(sorted({ prefix: '/Z' }, { prefix: '/a' }, { prefix: '/_' })).toEqual([
      { prefix: '/a' },
      { prefix: '/_' },
      { prefix: '/Z' },
    ])
  })

  test('the regular expressions of the route ordering guide', () => {
    const beta = { regex: '/(?i)api/homepage-beta-flag.*' }
    const all = { regex: '/(?i)api/homepage.*' }
    expect(sorted(beta, all)).toEqual([all, beta])
  })

  test('headers and query parameters do not count, and equal routes keep their order', () => {
    const routes = [
      answer('plain', { prefix: '/a' }),
      answer('header', { prefix: '/a', headers: [{ name: 'x' }] }),
      answer('query', { prefix: '/a', queryParameters: [{ name: 'x' }] }),
    ]
    expect(sortRoutes(routes)).toEqual(routes)
    expect(sortRoutes(routes.toReversed())).toEqual(routes.toReversed())
  })

  test('a route counts by the first of its matchers in this order', () => {
    const several = answer('several', [{ prefix: '/a' }, { exact: '/b' }, { regex: '/c' }])
    const regex = answer('regex', { regex: '/z' })
    expect(sortRoutes([regex, several]).map(({ name }) => name)).toEqual(['several', 'regex'])
  })

  test('no matcher and no path are the prefix /', () => {
    const names = sortRoutes([
      answer('none'),
      answer('conditions', { headers: [{ name: 'x' }] }),
      answer('a', { prefix: '/a' }),
    ])
    expect(names.map(({ name }) => name)).toEqual(['a', 'none', 'conditions'])
  })

  test('makes a new list', () => {
    const routes = freeze([answer('b', { prefix: '/a' }), answer('a', { prefix: '/b' })])
    expect(sortRoutes(routes).map(({ name }) => name)).toEqual(['a', 'b'])
    expect(routes.map(({ name }) => name)).toEqual(['b', 'a'])
  })
})
