import { Gateway, type GatewayInput, type GatewayOptions, isStreamBody, type StreamBody } from '@headgate/core'
import { beforeEach, describe, expect, test } from 'vitest'
import { SlowSink } from '../../../test/support/upstream-receiver.ts'
import './vitest.ts'
import type { Answer } from './answer.ts'
import { FakeTransport } from './fake-transport.ts'
import { faults } from './faults.ts'
import { ManualClock } from './manual-clock.ts'
import { request } from './request.ts'
import { seededRandom } from './seeded-random.ts'
import { send } from './send.ts'
import { sequence } from './sequence.ts'

const upstream = (name: string, ...addresses: readonly string[]) => ({
  metadata: { name },
  static: { hosts: addresses.map((addr) => ({ addr, port: 8080 })) },
})
const ref = (name: string) => ({ upstream: { name, namespace: 'default' } })

const config: GatewayInput = {
  upstreams: [
    upstream('users', '10.0.0.1', '10.0.0.2'),
    upstream('stable', '10.0.1.1'),
    upstream('canary', '10.0.2.1'),
  ],
  virtualServices: [
    {
      metadata: { name: 'api' },
      virtualHost: {
        domains: ['*'],
        routes: [
          {
            name: 'users',
            matchers: [{ prefix: '/users', methods: ['GET', 'POST'] }],
            routeAction: { single: ref('users') },
            options: { timeout: '2s' },
          },
          {
            matchers: [{ prefix: '/split' }],
            routeAction: {
              multi: {
                destinations: [
                  { destination: ref('stable'), weight: 90 },
                  { destination: ref('canary'), weight: 10 },
                ],
              },
            },
          },
        ],
      },
    },
  ],
}

let clock: ManualClock
let transport: FakeTransport

beforeEach(() => {
  clock = new ManualClock()
})

function build(answers: Readonly<Record<string, Answer>>, options: GatewayOptions = {}): Gateway {
  transport = new FakeTransport(answers, { clock })
  return new Gateway(config, { transport, clock, random: seededRandom(1), ...options })
}

describe('a gateway under test', () => {
  test('asks one endpoint after the other', async () => {
    const gateway = build({ '*': sequence(503, 'Ada') })
    expect(await send(gateway, '/users/1')).toMatchObject({ status: 503 })
    expect(await send(gateway, '/users/1')).toMatchObject({ status: 200, text: 'Ada' })
    expect(transport.calls.map(({ endpoint }) => endpoint).sort()).toEqual(['10.0.0.1:8080', '10.0.0.2:8080'])
  })

  test.each([
    ['refuse', faults.refuse(), 503],
    ['garbage', faults.garbage(), 502],
    ['resetBeforeHeaders', faults.resetBeforeHeaders(), 503],
  ])('answers for an upstream that fails: %s', async (_, fault, status) => {
    expect(await send(build({ '*': fault }), '/users/1')).toMatchObject({ status })
    expect(transport.open).toBe(0)
  })

  test('gives up after two seconds', async () => {
    const gateway = build({ '*': faults.stall() })
    const reply = send(gateway, '/users/1')
    await clock.advance(1999)
    expect(transport.open).toBe(1)
    await clock.advance(1)
    expect(await reply).toMatchObject({ status: 504, text: 'upstream request timeout' })
    expect(transport.calls[0]).toMatchObject({ cancelled: true })
    expect(transport.open).toBe(0)
  })

  test('a response that breaks off is seen to break off', async () => {
    const reply = await send(build({ '*': faults.resetAfter(5) }), '/users/1')
    expect(reply).toMatchObject({ status: 200, text: 'xxxxx' })
    expect(reply.broken).toMatchObject({ code: 'upstreamBodyBroken' })
    expect(transport.open).toBe(0)
  })

  test('bodies, interim responses and trailers go through', async () => {
    const gateway = build({
      '*': ({ text }) =>
        faults.informational(103, { link: '</a>' }, { status: 201, body: [text, '!'], trailers: { 'x-sum': '1' } }),
    })
    const reply = await send(gateway, 'POST /users', { body: 'Ada' })
    expect(reply).toMatchObject({ status: 201, text: 'Ada!' })
    expect(reply.informational.map(({ status }) => status)).toEqual([103])
    expect(reply.trailers?.get('x-sum')).toBe('1')
  })

  test('the upstream is told when the client leaves', async () => {
    const leaving = new AbortController()
    const gateway = build({ '*': faults.stall() })
    const reply = send(gateway, '/users/1', { signal: leaving.signal })
    await clock.settle()
    leaving.abort('bored')
    expect(await reply).toMatchObject({ status: 0, broken: 'bored' })
    await clock.settle()
    expect(transport.calls[0]?.cancelled).toBe(true)
    expect(transport.open).toBe(0)
  })

  test('a slow reader slows the upstream down', async () => {
    let sent = 0
    async function* source(): AsyncGenerator<Uint8Array> {
      for (; sent < 1000; sent++) yield new Uint8Array(1000)
    }
    const gateway = build({ '*': () => ({ body: source() }) })
    const { body } = await gateway.handle(request('/users/1'))
    const sink = new SlowSink(10_000)
    expect(isStreamBody(body)).toBe(true)
    const stream = body as StreamBody
    stream.pipe(sink)
    await clock.settle()
    expect(sent).toBeLessThan(20)
    stream.cancel('enough')
    await clock.settle()
    expect(transport.open).toBe(0)
  })

  test('a seed repeats a split', async () => {
    const draw = async (seed: number): Promise<readonly string[]> => {
      const gateway = build({ '*': 200 }, { random: seededRandom(seed) })
      for (let count = 0; count < 50; count++) await send(gateway, '/split')
      return transport.calls.map(({ upstream }) => upstream)
    }
    const first = await draw(7)
    expect(new Set(first)).toEqual(new Set(['default.stable', 'default.canary']))
    expect(await draw(7)).toEqual(first)
    expect(await draw(8)).not.toEqual(first)
  })

  test('matchers of vitest know where requests go', async () => {
    const gateway = build({ '*': 'Ada' })
    expect(gateway).toRoute('GET http://a/users/1', 'users')
    expect(gateway).toRoute('/split', 'canary')
    expect(gateway).not.toRoute('DELETE /users/1')
    await expect(gateway).toRespond('/users/1', { status: 200, text: 'Ada' })
    await expect(gateway).toRespond('DELETE /users/1', 404)
    expect(() => expect(gateway).toRoute('DELETE /users/1', 'users')).toThrow(/to go to "users":\n\nDELETE localhost/)
  })
})
