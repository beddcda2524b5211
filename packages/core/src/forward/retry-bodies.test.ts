import { describe, expect, test } from 'vitest'
import { chunks, retrying, sendAndWait } from '../../../../test/support/forwarding.ts'
import { type Answer, faults, sequence } from '../../../testing/src/index.ts'
import { HeaderMap } from '../http/headers.ts'

describe('the body of the request', () => {
  const policy = { retryOn: '5xx' }

  test.each([
    ['in memory', () => 'Ada Lovelace'],
    ['as a stream', () => chunks('Ada', ' Love', 'lace')],
  ])('is sent again: %s', async (_, body) => {
    const setup = retrying(
      policy,
      sequence(503, ({ text }) => text),
    )
    expect(await sendAndWait(setup, 'POST /', { body: body() })).toMatchObject({ status: 200, text: 'Ada Lovelace' })
    expect(setup.transport.calls.map(({ text }) => text)).toEqual(['Ada Lovelace', 'Ada Lovelace'])
  })

  test('is sent again although the try before had not read all of it', async () => {
    const setup = retrying(
      policy,
      sequence(faults.earlyResponse(503), ({ text }) => text),
    )
    expect(await sendAndWait(setup, 'POST /', { body: chunks('a', 'b') })).toMatchObject({ text: 'ab' })
  })

  test('longer than the buffer limit is passed on and not sent again', async () => {
    const config = { gateways: [{ httpGateway: {}, options: { perConnectionBufferLimitBytes: 5 } }] }
    const setup = retrying(policy, 503, { config })
    expect(await sendAndWait(setup, 'POST /', { body: chunks('abc', 'def') })).toMatchObject({ status: 503 })
    expect(setup.transport.calls.map(({ text }) => text)).toEqual(['abcdef'])
    expect(setup.completed[0]?.responseFlags).toEqual([])
  })

  test('of one mebibyte is held where nothing is configured, and no longer one', async () => {
    const limit = 1024 * 1024
    for (const [length, attempts] of [
      [limit, 2],
      [limit + 1, 1],
    ] as const) {
      const setup = retrying(policy, 503)
      await sendAndWait(setup, 'POST /', { body: chunks('x'.repeat(length)) })
      expect(setup.transport.calls, String(length)).toHaveLength(attempts)
    }
  })

  test('that breaks off is the failure of its sender, and is not tried again', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield new Uint8Array(1)
      throw new Error('cut')
    }
    const setup = retrying({ retryOn: '5xx,reset' }, 'never')
    expect(await sendAndWait(setup, 'POST /', { body: broken() })).toMatchObject({ status: 400 })
    expect(setup.completed[0]?.error?.code).toBe('clientBodyBroken')
    expect(setup.transport.calls).toHaveLength(1)
  })

  test('is let go of when the exchange is over', async () => {
    let given = 0
    let returned = false
    const body: AsyncIterable<Uint8Array> = {
      [Symbol.asyncIterator]: () => ({
        next: () =>
          given++ === 0 ? Promise.resolve({ done: false, value: new Uint8Array(1) }) : new Promise(() => {}),
        return: () => {
          returned = true
          return Promise.resolve({ done: true, value: undefined })
        },
      }),
    }
    const early: Answer = {
      async play(exchange) {
        exchange.readBody().catch(() => undefined)
        await setup.clock.settle()
        exchange.respond(200, new HeaderMap(), null)
      },
    }
    const setup = retrying(policy, early)
    expect(await sendAndWait(setup, 'POST /', { body })).toMatchObject({ status: 200 })
    expect([given, returned]).toEqual([2, true])
  })
})

describe('a stale connection', () => {
  test('costs no retry of the policy', async () => {
    const setup = retrying({ retryOn: '5xx' }, sequence(faults.reusedSocketReset(), 503, 'Ada'))
    expect(await sendAndWait(setup)).toMatchObject({ status: 200 })
    expect(setup.transport.calls).toHaveLength(3)
  })

  test('is met by a body that can be sent again', async () => {
    const setup = retrying(
      { retryOn: 'retriable-4xx' },
      sequence(faults.reusedSocketReset(), ({ text }) => text),
    )
    const reply = await sendAndWait(setup, 'PUT /', { body: chunks('Ada') })
    expect(reply).toMatchObject({ status: 200, text: 'Ada' })
  })

  test('loses a POST, unless the policy says that it may be repeated', async () => {
    for (const [retryOn, status] of [
      ['connect-failure', 503],
      ['reset', 200],
    ] as const) {
      const setup = retrying({ retryOn }, sequence(faults.reusedSocketReset(), 'Ada'))
      expect(await sendAndWait(setup, 'POST /', { body: 'x' })).toMatchObject({ status })
    }
  })
})
