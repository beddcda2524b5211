import { describe, expect, test } from 'vitest'
import { freeze } from '../../../../test/support/flatten.ts'
import type { RouteOptions } from '../config/route-options.ts'
import { fillOptions, writtenOptions } from './merge-options.ts'

/** Options that a child has below a parent. */
function merged(child: RouteOptions, parent: RouteOptions): RouteOptions {
  const source = { here: '', below: '' }
  return fillOptions(writtenOptions(freeze(child), source), writtenOptions(freeze(parent), source)).options
}

describe('fillOptions', () => {
  test('the child wins and the parent fills the gaps, one top-level field at a time', () => {
    const child: RouteOptions = { timeout: '1s', retries: { retryOn: '5xx' } }
    const parent: RouteOptions = { idleTimeout: '3s', retries: { retryOn: 'reset', numRetries: 5 } }
    expect(merged(child, parent)).toEqual({ timeout: '1s', retries: { retryOn: '5xx' }, idleTimeout: '3s' })
  })

  test.each<RouteOptions>([
    { appendXForwardedHost: false },
    { autoHostRewrite: false },
    { prefixRewrite: '' },
    { timeout: '0s' },
    { stagedTransformations: {} },
    { cors: {} },
    { extensions: {} },
  ])('%j is a value that the parent does not replace', (child) => {
    const parent: RouteOptions = {
      appendXForwardedHost: true,
      hostRewrite: 'parent',
      prefixRewrite: '/parent',
      timeout: '9s',
      stagedTransformations: { escapeCharacters: true },
      cors: { allowOrigin: ['*'] },
      extensions: { parent: {} },
    }
    expect(merged(child, parent)).toMatchObject(child)
    const [field = ''] = Object.keys(child)
    expect(Object.entries(merged(child, parent)).find(([name]) => name === field)?.[1]).toEqual(Object.values(child)[0])
  })

  test('an empty list is no value', () => {
    const upgrades = [{ websocket: {} }]
    expect(merged({ upgrades: [] }, { upgrades })).toEqual({ upgrades })
    expect(merged({ upgrades }, { upgrades: [] })).toEqual({ upgrades })
    expect(merged({ upgrades: [] }, {})).toEqual({})
  })

  test.each<[RouteOptions, RouteOptions]>([
    [{ hostRewrite: 'child' }, { autoHostRewrite: true }],
    [{ autoHostRewrite: false }, { hostRewrite: 'parent' }],
    [{ hostRewriteHeader: 'x' }, { hostRewritePathRegex: { pattern: { regex: 'x' } } }],
    [{ hostRewritePathRegex: { pattern: { regex: 'x' } } }, { hostRewrite: 'parent' }],
    [{ regexRewrite: { pattern: { regex: 'x' } } }, { prefixRewrite: '/parent' }],
    [{ pathTemplateRewrite: '/x' }, { prefixRewrite: '/parent' }],
    [{ ratelimit: {} }, { rateLimitConfigs: {} }],
    [{ rateLimitEarlyConfigs: {} }, { ratelimitEarly: {} }],
    [{ ratelimitRegular: {} }, { rateLimitRegularConfigs: {} }],
    [{ jwtStaged: {} }, { jwt: {} }],
    [{ jwtProvidersStaged: {} }, { jwtStaged: {} }],
  ])('%j takes the place of %j', (child, parent) => {
    expect(merged(child, { ...parent, timeout: '1s' })).toEqual({ ...child, timeout: '1s' })
  })

  test('what looks alike but is not one of several does not', () => {
    expect(merged({ ratelimit: {} }, { ratelimitEarly: {} })).toEqual({ ratelimit: {}, ratelimitEarly: {} })
    expect(merged({ transformations: {} }, { stagedTransformations: {} })).toEqual({
      transformations: {},
      stagedTransformations: {},
    })
  })
})
