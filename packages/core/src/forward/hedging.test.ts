import { describe, expect, test } from 'vitest'
import { retrying } from '../../../../test/support/forwarding.ts'
import type { InProcess } from '../../../../test/support/in-process.ts'
import { type Answer, faults, send, sequence } from '../../../testing/src/index.ts'
import type { RetryPolicy } from '../config/resilience.ts'
import { GatewayError } from '../errors.ts'

const hedge: RetryPolicy = {
  retryOn: '5xx',
  numRetries: 1,
  perTryTimeout: '100ms',
  hedge: { hedgeOnPerTryTimeout: true },
}

function hedging(answer: Answer, policy: RetryPolicy = {}): InProcess {
  return retrying({ ...hedge, ...policy }, answer, { hosts: ['a', 'b', 'c'] })
}

async function sendFor({ gateway, clock }: InProcess, milliseconds: number, init = {}) {
  const reply = send(gateway, '/', init)
  await clock.advance(milliseconds)
  return reply
}

function outcomes({ completed }: InProcess): readonly unknown[] {
  return completed[0]?.attempts.map(({ outcome }) => (GatewayError.is(outcome) ? outcome.code : outcome)) ?? []
}

describe('a try that is not answered in time', () => {
  test('goes on beside another one, and the first answer counts', async () => {
    const setup = hedging(sequence({ body: 'slow', delay: 150 }, { body: 'slower', delay: 500 }))
    expect(await sendFor(setup, 200)).toMatchObject({ status: 200, text: 'slow' })
    expect(setup.transport.calls).toHaveLength(2)
    expect(outcomes(setup)).toEqual([200, 'hedgeLost'])
    expect(setup.completed[0]?.upstreamAddress).toBe(setup.transport.calls[0]?.endpoint)
    expect(setup.transport.open).toBe(0)
  })

  test('loses to the later one, where that is answered first', async () => {
    const setup = hedging(sequence(faults.stall(), { body: 'quick', delay: 10 }))
    expect(await sendFor(setup, 200)).toMatchObject({ status: 200, text: 'quick' })
    expect(outcomes(setup)).toEqual([200, 'hedgeLost'])
    expect(setup.completed[0]?.upstreamAddress).toBe(setup.transport.calls[1]?.endpoint)
    expect(setup.transport.calls[0]?.cancelled).toBe(true)
    expect(setup.transport.open).toBe(0)
  })

  test('gets company on another host', async () => {
    const setup = hedging(faults.stall())
    await Promise.race([sendFor(setup, 0), setup.clock.advance(150)])
    expect(new Set(setup.transport.calls.map(({ endpoint }) => endpoint)).size).toBe(2)
  })

  test('is one try as long as it is answered in time', async () => {
    const setup = hedging({ body: 'Ada', delay: 99 })
    expect(await sendFor(setup, 200)).toMatchObject({ status: 200 })
    expect(setup.transport.calls).toHaveLength(1)
  })

  test('goes on alone when there are no retries left', async () => {
    const setup = hedging({ body: 'late', delay: 1000 })
    expect(await sendFor(setup, 2000)).toMatchObject({ status: 200, text: 'late' })
    expect(setup.transport.calls).toHaveLength(2)
  })

  test('needs no condition', async () => {
    const setup = hedging(sequence(faults.stall(), 'Ada'), { retryOn: '' })
    expect(await sendFor(setup, 200)).toMatchObject({ status: 200, text: 'Ada' })
  })
})

describe('a bad answer', () => {
  test('is not taken while another try is under way', async () => {
    const setup = hedging(sequence({ body: 'good', delay: 150 }, 503))
    expect(await sendFor(setup, 300)).toMatchObject({ status: 200, text: 'good' })
    expect(outcomes(setup)).toEqual([503, 200])
  })

  test('of the try that was given company is not taken either', async () => {
    const setup = hedging(sequence({ status: 503, delay: 120 }, { body: 'good', delay: 100 }))
    expect(await sendFor(setup, 300)).toMatchObject({ status: 200, text: 'good' })
  })

  test('is taken when there is no other', async () => {
    const setup = hedging(sequence({ status: 503, delay: 150 }, { status: 502, delay: 100 }))
    expect(await sendFor(setup, 300)).toMatchObject({ status: 502 })
    expect(outcomes(setup)).toEqual([503, 502])
  })

  test('nor is a failure, while another try is under way', async () => {
    const setup = hedging(sequence({ body: 'good', delay: 150 }, faults.refuse()))
    expect(await sendFor(setup, 300)).toMatchObject({ status: 200, text: 'good' })
  })

  test('the last failure is the answer when all fail', async () => {
    const setup = hedging(sequence(faults.failure('remoteReset', { phase: 'wait', side: 'upstream' }), faults.refuse()))
    expect(await sendFor(setup, 300)).toMatchObject({ status: 503 })
    expect(setup.completed[0]?.error?.code).toBe('connectionFailure')
  })
})

test('all tries end with the timeout of the route', async () => {
  const setup = retrying(hedge, faults.stall(), { hosts: ['a', 'b'], options: { timeout: '1s' } })
  expect(await sendFor(setup, 1000)).toMatchObject({ status: 504, text: 'upstream request timeout' })
  expect(outcomes(setup)).toEqual(['upstreamTimeout', 'upstreamTimeout'])
  expect(setup.transport.open).toBe(0)
})

test('all tries end with the client', async () => {
  const leaving = new AbortController()
  const setup = hedging(faults.stall())
  const reply = send(setup.gateway, '/', { signal: leaving.signal })
  await setup.clock.advance(150)
  expect(setup.transport.open).toBe(2)
  leaving.abort()
  await reply
  expect(outcomes(setup)).toEqual(['clientGone', 'clientGone'])
  expect(setup.transport.open).toBe(0)
})

test('without hedging a try is given up in its time', async () => {
  const setup = hedging(sequence({ body: 'slow', delay: 150 }, { body: 'second', delay: 90 }), { hedge: {} })
  expect(await sendFor(setup, 300)).toMatchObject({ text: 'second' })
  expect(outcomes(setup)).toEqual(['perTryTimeout', 200])
})
