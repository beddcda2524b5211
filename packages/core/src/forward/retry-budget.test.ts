import { describe, expect, test } from 'vitest'
import { forwarding, quick } from '../../../../test/support/forwarding.ts'
import { type InProcess, upstream } from '../../../../test/support/in-process.ts'
import { faults, send, sequence } from '../../../testing/src/index.ts'
import type { RetryPolicy } from '../config/resilience.ts'
import type { CircuitBreakers } from '../config/upstream-health.ts'

const always503 = { status: 503, delay: 10 }

function storm(policy: RetryPolicy, circuitBreakers: CircuitBreakers = {}): InProcess {
  const config = { upstreams: [{ ...upstream('users', 'a'), circuitBreakers }] }
  return forwarding({ retries: { retryOn: '5xx', ...quick, ...policy } }, always503, { config })
}

/** Sends so many requests at once, all of which fail, and tells how many retries were made. */
async function retriesOf(setup: InProcess, requests: number): Promise<number> {
  const replies = Array.from({ length: requests }, () => send(setup.gateway, '/'))
  await setup.clock.advance(1000)
  for (const { status } of await Promise.all(replies)) expect(status).toBe(503)
  return setup.transport.calls.length - requests
}

describe("the upstream's limit of retries at a time", () => {
  test('is three where it says nothing', async () => {
    const setup = storm({})
    expect(await retriesOf(setup, 10)).toBe(3)
    const flags = setup.completed.map(({ responseFlags }) => responseFlags.join())
    expect(flags.sort()).toEqual([...Array(7).fill('UO'), ...Array(3).fill('URX')])
  })

  test('is what it says', async () => {
    expect(await retriesOf(storm({}, { maxRetries: 5 }), 10)).toBe(5)
    expect(await retriesOf(storm({}, { maxRetries: 0 }), 10)).toBe(0)
  })

  test('counts retries while they last', async () => {
    const setup = storm({}, { maxRetries: 1 })
    expect(await retriesOf(setup, 1)).toBe(1)
    expect(await retriesOf(setup, 1)).toBe(setup.transport.calls.length - 1)
  })

  test('is free again after retries that went well, failed, or were given up by their clients', async () => {
    const config = { upstreams: [{ ...upstream('users', 'a'), circuitBreakers: { maxRetries: 1 } }] }
    const answer = sequence(503, 'well', 503, faults.refuse(), 503, faults.stall(), 503, 'again')
    const setup = forwarding({ retries: { retryOn: '5xx', ...quick } }, answer, { config })
    const leaving = new AbortController()
    const statuses: number[] = []
    for (const init of [{}, {}, { signal: leaving.signal }, {}]) {
      const reply = send(setup.gateway, '/', init)
      await setup.clock.advance(50)
      if ('signal' in init) leaving.abort()
      statuses.push((await reply).status)
    }
    expect(statuses).toEqual([200, 503, 0, 200])
  })
})

describe('a retry budget', () => {
  test('is a share of the requests in flight', async () => {
    // The more of the hundred have failed, the fewer are in flight: the last of 20 retries would be one too many.
    expect(await retriesOf(storm({ retryBudget: { budgetPercent: 20, minRetryConcurrency: 0 } }), 100)).toBe(16)
    expect(await retriesOf(storm({ retryBudget: { budgetPercent: 0, minRetryConcurrency: 0 } }), 100)).toBe(0)
  })

  test('is 20 percent, and three in any case, where it says nothing', async () => {
    expect(await retriesOf(storm({ retryBudget: {} }), 100)).toBe(16)
    expect(await retriesOf(storm({ retryBudget: {} }), 5)).toBe(3)
  })

  test('takes the place of the limit', async () => {
    const budget = { retryBudget: { budgetPercent: 50 } }
    expect(await retriesOf(storm(budget, { maxRetries: 1 }), 40)).toBeGreaterThan(1)
  })

  test('keeps the load of a failing upstream within a fifth more', async () => {
    const requests = 200
    const retries = await retriesOf(storm({ numRetries: 5, retryBudget: { minRetryConcurrency: 0 } }), requests)
    expect((requests + retries) / requests).toBeLessThanOrEqual(1.2)
  })
})
