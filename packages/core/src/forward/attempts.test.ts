import { describe, expect, test } from 'vitest'
import { inProcess, simple, upstream } from '../../../../test/support/in-process.ts'
import { faults, send, sequence } from '../../../testing/src/index.ts'

describe('attempts', () => {
  test('a timeout is one', async () => {
    const { gateway, clock, completed } = inProcess(simple(), { '*': faults.stall() })
    const reply = send(gateway, '/')
    await clock.advance(15_000)
    await reply
    expect(completed[0]?.attempts).toMatchObject([
      { upstream: 'default.users', address: 'users.test:8080', outcome: { code: 'upstreamTimeout' } },
    ])
  })

  test('so is one that the client did not wait for', async () => {
    const leaving = new AbortController()
    const { gateway, clock, completed } = inProcess(simple(), { '*': faults.stall() })
    const reply = send(gateway, '/', { signal: leaving.signal })
    await clock.settle()
    leaving.abort()
    await reply
    expect(completed[0]?.attempts).toMatchObject([{ address: 'users.test:8080', outcome: { code: 'clientGone' } }])
  })

  test('a response is one, however its body ends', async () => {
    const { gateway, completed } = inProcess(simple(), { '*': faults.resetAfter(3) })
    await send(gateway, '/')
    expect(completed[0]).toMatchObject({ attempts: [{ outcome: 200 }], error: { code: 'upstreamBodyBroken' } })
  })

  test('leave the counters of their host balanced', async () => {
    const leaving = new AbortController()
    const config = { ...simple(), upstreams: [upstream('users', '10.0.0.1', '10.0.0.2')] }
    const { gateway, clock } = inProcess(config, {
      '*': sequence('ok', faults.refuse(), faults.stall(), faults.resetAfter(1)),
    })
    await send(gateway, '/')
    await send(gateway, '/')
    const gone = send(gateway, '/', { signal: leaving.signal })
    await clock.settle()
    leaving.abort()
    await gone
    await send(gateway, '/')
    const hosts = gateway
      .listener()
      .domains.find('a')
      ?.table.entries.flatMap(({ action }) =>
        action.kind === 'forward' && action.target.kind === 'single'
          ? (action.target.branch.cluster?.cluster?.hosts ?? [])
          : [],
      )
    expect(hosts?.map(({ active }) => active)).toEqual([0, 0])
    expect(hosts?.reduce((sum, { total }) => sum + total, 0)).toBe(4)
    expect(hosts?.reduce((sum, { failed }) => sum + failed, 0)).toBe(1)
  })
})
