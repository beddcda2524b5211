import { describe, expect, test } from 'vitest'
import { ManualClock } from '../../../testing/src/index.ts'
import { HeaderMap } from '../http/headers.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { type BackOff, exponentialPause, requestedPause } from './backoff.ts'

const plain: BackOff = { base: 25, max: 250, resetHeaders: [], maxReset: 300_000 }

describe('the exponential pause', () => {
  test('doubles its interval with every retry, up to the longest', () => {
    expect([0, 1, 2, 3, 4, 5, 100].map((retry) => exponentialPause(plain, retry, 0.9999999))).toEqual([
      24, 49, 99, 199, 249, 249, 249,
    ])
  })

  test('is anything within it', () => {
    expect([0, 0.25, 0.5, 0.75].map((random) => exponentialPause(plain, 2, random))).toEqual([0, 25, 50, 75])
  })
})

describe('the pause that an upstream asks for', () => {
  const resetHeaders = [
    { name: 'Retry-After', format: 'SECONDS' },
    { name: 'X-RateLimit-Reset', format: 'UNIX_TIMESTAMP' },
  ] as const
  const backOff: BackOff = { ...plain, resetHeaders }
  const clock = new ManualClock(new Date(1_700_000_000_400))

  function pause(headers: Readonly<Record<string, string>>, random = 0, policy = backOff): number | undefined {
    const runtime = { clock, random: () => random } as unknown as Runtime
    return requestedPause(policy, new HeaderMap(Object.entries(headers)), runtime)
  }

  test.each([
    ['seconds', { 'retry-after': '2' }, 2000],
    ['with space around', { 'retry-after': ' 2 ' }, 2000],
    ['a moment', { 'x-ratelimit-reset': '1700000003' }, 3000],
    ['the first of the headers', { 'x-ratelimit-reset': '1700000003', 'retry-after': '1' }, 1000],
    ['too long for one, the next', { 'retry-after': '301', 'x-ratelimit-reset': '1700000004' }, 4000],
    ['as long as may be', { 'retry-after': '300' }, 300_000],
    ['longer', { 'retry-after': '301' }, undefined],
    ['a moment that is over', { 'x-ratelimit-reset': '1699999999' }, undefined],
    ['nothing', { 'retry-after': '0' }, undefined],
    ['a date', { 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' }, undefined],
    ['a fraction', { 'retry-after': '1.5' }, undefined],
    ['less than nothing', { 'retry-after': '-1' }, undefined],
    ['no header', {}, undefined],
  ])('%s', (_, headers, milliseconds) => {
    expect(pause(headers)).toBe(milliseconds)
  })

  test('gets up to half of it more, so that not all come back at once', () => {
    expect([0, 0.5, 0.9999999].map((random) => pause({ 'retry-after': '2' }, random))).toEqual([2000, 2500, 2999])
  })

  test('is not looked for where no headers are named', () => {
    expect(pause({ 'retry-after': '2' }, 0, plain)).toBeUndefined()
  })
})
