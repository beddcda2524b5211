import { describe, expect, test } from 'vitest'
import { retrying } from '../../../../test/support/forwarding.ts'
import { faults, send, sequence } from '../../../testing/src/index.ts'

describe('perTryTimeout', () => {
  const policy = { retryOn: '5xx', numRetries: 1, perTryTimeout: '200ms' } as const

  test('gives a try up, and the next one has its own time', async () => {
    const setup = retrying(policy, sequence(faults.stall(), { body: 'Ada', delay: 150 }))
    const reply = send(setup.gateway, '/')
    await setup.clock.advance(199)
    expect(setup.transport.calls).toHaveLength(1)
    await setup.clock.advance(160)
    expect(await reply).toMatchObject({ status: 200, text: 'Ada' })
    expect(setup.transport.calls[0]).toMatchObject({ cancelled: true, reason: { code: 'perTryTimeout' } })
  })

  test('is 504 when there are no retries left', async () => {
    const setup = retrying(policy, faults.stall())
    const reply = send(setup.gateway, '/')
    await setup.clock.advance(1000)
    expect(await reply).toMatchObject({ status: 504, text: 'upstream request timeout' })
    expect(setup.completed[0]).toMatchObject({
      responseFlags: ['UT', 'URX'],
      responseCodeDetails: 'upstream_per_try_timeout',
      error: { code: 'perTryTimeout', bytesSent: 1 },
    })
    expect(setup.transport.open).toBe(0)
  })

  test('holds without a retry policy, too', async () => {
    const setup = retrying({ perTryTimeout: '200ms' }, faults.stall())
    const reply = send(setup.gateway, '/')
    await setup.clock.advance(200)
    expect(await reply).toMatchObject({ status: 504 })
    expect(setup.completed[0]?.responseFlags).toEqual(['UT'])
  })

  test('does not count the time of connecting', async () => {
    const slow = { ...policy, perTryTimeout: '1s' } as const
    const setup = retrying(slow, sequence(faults.connectTimeout(), 'Ada'))
    const reply = send(setup.gateway, '/')
    await setup.clock.advance(4999)
    expect(setup.transport.calls).toHaveLength(1)
    await setup.clock.advance(100)
    expect(await reply).toMatchObject({ status: 200 })
    expect(setup.completed[0]?.attempts[0]?.outcome).toMatchObject({ code: 'connectionTimeout' })
  })

  test('is over once the headers are here, however slow the body is', async () => {
    const setup = retrying(policy, faults.slowDrip({ bytes: 3, every: 150 }))
    const reply = send(setup.gateway, '/')
    await setup.clock.advance(1000)
    expect(await reply).toMatchObject({ status: 200, text: 'xxx' })
  })

  test('starts when the request is complete', async () => {
    let complete: () => void = () => undefined
    async function* body(): AsyncGenerator<Uint8Array> {
      yield new Uint8Array(1)
      await new Promise<void>((resolve) => {
        complete = resolve
      })
    }
    const setup = retrying(policy, sequence(faults.stall(), 'Ada'))
    const reply = send(setup.gateway, 'POST /', { body: body() })
    await setup.clock.advance(5000)
    complete()
    await setup.clock.advance(199)
    expect(setup.transport.calls).toHaveLength(1)
    await setup.clock.advance(10)
    expect(await reply).toMatchObject({ status: 200, text: 'Ada' })
  })
})
