import { describe, expect, test } from 'vitest'
import { forwarding, quick, sendAndWait } from '../../../../test/support/forwarding.ts'
import type { InProcess } from '../../../../test/support/in-process.ts'
import { type Answer, faults, send, sequence } from '../../../testing/src/index.ts'
import type { RouteOptions } from '../config/route-options.ts'

type Headers = Readonly<Record<string, string>>

async function attempts(options: RouteOptions, headers: Headers, answer: Answer = 503): Promise<number> {
  const setup = forwarding(options, answer)
  await sendAndWait(setup, '/', { headers })
  return setup.transport.calls.length
}

/** How long a request that is never answered takes. */
async function lasted({ gateway, clock, completed }: InProcess, headers: Headers): Promise<number> {
  void send(gateway, '/', { headers })
  while (completed.length === 0) await clock.advance(50)
  return clock.now()
}

describe('retries that an internal client asks for', () => {
  test.each([
    [{ 'x-envoy-retry-on': '5xx' }, 2],
    [{ 'x-envoy-retry-on': '5xx', 'x-envoy-max-retries': '3' }, 4],
    [{ 'x-envoy-retry-on': '5xx', 'x-envoy-max-retries': '0' }, 1],
    [{ 'x-envoy-retry-on': '5xx', 'x-envoy-max-retries': 'many' }, 2],
    [{ 'x-envoy-retry-on': 'retriable-4xx' }, 1],
    [{ 'x-envoy-retry-on': 'retriable-status-codes', 'x-envoy-retriable-status-codes': '500, 503' }, 2],
    [{ 'x-envoy-max-retries': '3' }, 1],
  ])('%j makes %i attempts', async (headers, made) => {
    expect(await attempts({}, headers)).toBe(made)
  })

  test('by headers of the response', async () => {
    const answer = { status: 200, headers: { 'x-again': '1' } }
    const headers = { 'x-envoy-retry-on': 'retriable-headers', 'x-envoy-retriable-header-names': 'x-none, X-Again' }
    expect(await attempts({}, headers, answer)).toBe(2)
  })

  test('by gRPC status', async () => {
    const answer = { status: 200, headers: { 'grpc-status': '14' } }
    expect(await attempts({}, { 'x-envoy-retry-grpc-on': 'unavailable' }, answer)).toBe(2)
    expect(await attempts({}, { 'x-envoy-retry-grpc-on': 'cancelled' }, answer)).toBe(1)
  })

  test('are added to those of the route', async () => {
    const retries = { retryOn: 'retriable-4xx', numRetries: 2, ...quick }
    expect(await attempts({ retries }, { 'x-envoy-retry-on': '5xx' })).toBe(3)
    expect(await attempts({ retries }, { 'x-envoy-retry-on': '5xx' }, 409)).toBe(3)
  })

  test('are not asked for by clients from outside', async () => {
    const headers = { 'x-envoy-retry-on': '5xx', 'x-forwarded-for': '203.0.113.1' }
    expect(await attempts({}, headers)).toBe(1)
  })

  test('hedging', async () => {
    const headers = {
      'x-envoy-retry-on': '5xx',
      'x-envoy-upstream-rq-per-try-timeout-ms': '50',
      'x-envoy-hedge-on-per-try-timeout': 'true',
    }
    const setup = forwarding({}, sequence({ body: 'slow', delay: 80 }, faults.stall()), { random: () => 0 })
    expect(await sendAndWait(setup, '/', { headers })).toMatchObject({ status: 200, text: 'slow' })
    expect(setup.transport.calls).toHaveLength(2)
  })
})

describe('timeouts that an internal client asks for', () => {
  test.each([
    ['for everything', { timeout: '10s' }, { 'x-envoy-upstream-rq-timeout-ms': '500' }, 500, 'upstreamTimeout', '500'],
    ['for a try', { timeout: '10s' }, { 'x-envoy-upstream-rq-per-try-timeout-ms': '300' }, 300, 'perTryTimeout', '300'],
    [
      'for a try, which is no shorter than that for everything',
      { timeout: '400ms' },
      { 'x-envoy-upstream-rq-per-try-timeout-ms': '400' },
      400,
      'upstreamTimeout',
      '400',
    ],
    [
      'that are no numbers',
      { timeout: '1s' },
      { 'x-envoy-upstream-rq-timeout-ms': '2s' },
      1000,
      'upstreamTimeout',
      '1000',
    ],
  ] as const)('%s', async (_, options, headers, milliseconds, code, announced) => {
    const setup = forwarding(options, faults.stall())
    expect(await lasted(setup, headers)).toBe(milliseconds)
    expect(setup.completed[0]?.error?.code).toBe(code)
    expect(setup.transport.calls[0]?.headers.get('x-envoy-expected-rq-timeout-ms')).toBe(announced)
  })

  test('0 is none', async () => {
    const setup = forwarding({ timeout: '1s' }, { body: 'late', delay: 5000 })
    const reply = send(setup.gateway, '/', { headers: { 'x-envoy-upstream-rq-timeout-ms': '0' } })
    await setup.clock.advance(5000)
    expect(await reply).toMatchObject({ status: 200, text: 'late' })
    expect(setup.transport.calls[0]?.headers.has('x-envoy-expected-rq-timeout-ms')).toBe(false)
  })

  test('leave no timer behind', async () => {
    const setup = forwarding({ timeout: '0s', idleTimeout: '0s' }, 'Ada')
    await send(setup.gateway, '/', { headers: { 'x-envoy-upstream-rq-timeout-ms': '1000' } })
    // That of the gateway's idle time waits for whoever is first.
    expect(setup.clock.pending).toBe(1)
  })
})

test('what steers the gateway does not go to the upstream; other headers of Envoy do', async () => {
  const setup = forwarding({}, 'Ada')
  const headers = {
    'x-envoy-retry-on': '5xx',
    'x-envoy-retry-grpc-on': 'internal',
    'x-envoy-max-retries': '1',
    'x-envoy-retriable-status-codes': '409',
    'x-envoy-retriable-header-names': 'x-a',
    'x-envoy-upstream-rq-timeout-ms': '100',
    'x-envoy-upstream-rq-per-try-timeout-ms': '10',
    'x-envoy-hedge-on-per-try-timeout': 'false',
    'x-envoy-downstream-service-cluster': 'shop',
  }
  await sendAndWait(setup, '/', { headers })
  const sent = [...(setup.transport.calls[0]?.headers ?? [])].map(([name]) => name).filter((name) => /envoy/.test(name))
  expect(sent.sort()).toEqual([
    'x-envoy-downstream-service-cluster',
    'x-envoy-expected-rq-timeout-ms',
    'x-envoy-internal',
  ])
})
