import { expect, test } from 'vitest'
import { quick } from '../../../../test/support/forwarding.ts'
import { inProcess, route, simple, upstream } from '../../../../test/support/in-process.ts'
import { FakeTransport, ManualClock, send, sequence } from '../../../testing/src/index.ts'
import type { Transport } from '../cluster/transport.ts'
import type { RouteOptions } from '../config/route-options.ts'

/** A gateway on a transport whose calls throw, from that one on, although it must not. */
function onBroken(options: RouteOptions, from: number) {
  const clock = new ManualClock()
  const fake = new FakeTransport({ '*': sequence(503, 'Ada') }, { clock })
  let calls = 0
  const transport: Transport = {
    send(...call) {
      if (++calls >= from) throw new Error('broken')
      return fake.send(...call)
    },
  }
  const config = simple([route('/', 'users', { options })], { upstreams: [upstream('users'), upstream('next')] })
  return { ...inProcess(config, {}, { transport, clock, random: () => 0 }), clock, fake }
}

test('a try that cannot be sent fails its exchange, and nothing else', async () => {
  const { gateway, clock, events, completed } = onBroken({ retries: { retryOn: '5xx', ...quick } }, 2)
  const reply = send(gateway, '/')
  await clock.advance(100)
  expect(await reply).toMatchObject({ status: 500 })
  expect(completed[0]?.error?.code).toBe('internal')
  expect(events).toContainEqual({ type: 'internal-error', error: expect.objectContaining({ message: 'broken' }) })
  expect(gateway.clusters()[0]?.circuitBreakers.used).toMatchObject({ requests: 0, retries: 0 })
})

test('a shadow that cannot be sent is reported, and its request goes on', async () => {
  const { gateway, events } = onBroken({ shadowing: { upstream: { name: 'next' }, percentage: 100 } }, 2)
  expect(await send(gateway, '/')).toMatchObject({ status: 503 })
  expect(events).toContainEqual({ type: 'internal-error', error: expect.objectContaining({ message: 'broken' }) })
  expect(gateway.clusters().map(({ circuitBreakers }) => circuitBreakers.used.requests)).toEqual([0, 0])
})
