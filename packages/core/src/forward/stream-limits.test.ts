import { describe, expect, test } from 'vitest'
import { chunks, forwarding } from '../../../../test/support/forwarding.ts'
import { type InProcess, inProcess, route, simple, upstream } from '../../../../test/support/in-process.ts'
import { type Answer, faults, send, sequence } from '../../../testing/src/index.ts'
import type { MaxStreamDuration } from '../config/route.ts'
import type { RouteOptions } from '../config/route-options.ts'

const slow: Answer = faults.slowDrip({ bytes: 1000, every: 100 })
const grpc = { 'content-type': 'application/grpc' }

/** How long a stream that never ends was let go on; undefined when it still does after a minute. */
async function lasted({ gateway, clock, completed }: InProcess, init = {}): Promise<number | undefined> {
  void send(gateway, 'POST /', { body: 'x', ...init })
  await clock.advance(0)
  for (let elapsed = 0; elapsed <= 60_000; elapsed += 100) {
    if (completed.length > 0) return elapsed
    await clock.advance(100)
  }
  return undefined
}

function limited(options: RouteOptions, answer: Answer = slow): InProcess {
  return forwarding({ timeout: '0s', ...options }, answer)
}

const listener = (settings: object) => ({
  gateways: [{ httpGateway: { options: { httpConnectionManagerSettings: settings } } }],
})

describe('idleTimeout of a route', () => {
  test.each([
    ['10s', faults.stall(), 10_000],
    ['0s', faults.stall(), undefined],
    ['150ms', faults.slowDrip({ bytes: 20, every: 100 }), 2000],
  ] as const)('%s takes the place of the gateway’s', async (idleTimeout, answer, milliseconds) => {
    const config = listener({ streamIdleTimeout: '5s' })
    const setup = forwarding({ timeout: '0s', idleTimeout }, answer, { config })
    expect(await lasted(setup)).toBe(milliseconds)
  })

  test('is 504 with SI before the response, and breaks it off afterwards', async () => {
    const before = limited({ idleTimeout: '1s' }, faults.stall())
    const reply = send(before.gateway, '/')
    await before.clock.advance(1000)
    expect(await reply).toMatchObject({ status: 504, text: 'stream timeout' })
    expect(before.completed[0]).toMatchObject({ responseFlags: ['SI'], responseCodeDetails: 'stream_idle_timeout' })

    const after = limited({ idleTimeout: '1s' }, faults.stallAfter(3))
    const broken = send(after.gateway, '/')
    await after.clock.advance(1000)
    expect(await broken).toMatchObject({ status: 200, text: 'xxx', broken: { code: 'streamIdleTimeout' } })
  })

  test('of one route is forgotten when a filter chooses another', async () => {
    const routes = [
      route('/one', 'users', { options: { idleTimeout: '1s', maxStreamDuration: { maxStreamDuration: '2s' } } }),
      route('/two', 'users', { options: { timeout: '0s' } }),
    ]
    const move = {
      name: 'move',
      stage: 'accepted' as const,
      configure: () => ({}),
      create: () => ({
        onRequest(context: { request: { target: string }; clearRouteCache(): void }) {
          context.request.target = '/two'
          context.clearRouteCache()
        },
      }),
    }
    const config = { ...simple(routes), ...listener({ streamIdleTimeout: '5s' }) }
    const setup = inProcess(config, { '*': faults.stall() }, { filters: [move] })
    const reply = send(setup.gateway, '/one')
    await setup.clock.advance(4999)
    expect(setup.completed).toEqual([])
    await setup.clock.advance(1)
    expect(await reply).toMatchObject({ status: 504 })
  })
})

describe('maxStreamDuration', () => {
  test('of a route ends the whole stream, however busy it is', async () => {
    expect(await lasted(limited({ maxStreamDuration: { maxStreamDuration: '3s' } }))).toBe(3000)
  })

  test('of the gateway is for routes that have none', async () => {
    const config = listener({ maxStreamDuration: '4s' })
    const on = (options: RouteOptions) => lasted(forwarding({ timeout: '0s', ...options }, slow, { config }))
    expect(await on({})).toBe(4000)
    expect(await on({ maxStreamDuration: { maxStreamDuration: '6s' } })).toBe(6000)
    expect(await on({ maxStreamDuration: { maxStreamDuration: '0s' } })).toBeUndefined()
    expect(await on({ maxStreamDuration: {} })).toBe(4000)
  })

  test('is 504 with DT before the response', async () => {
    const setup = limited({ maxStreamDuration: { maxStreamDuration: '1s' } }, faults.stall())
    const reply = send(setup.gateway, '/')
    await setup.clock.advance(1000)
    expect(await reply).toMatchObject({ status: 504, text: 'downstream duration timeout' })
    expect(setup.completed[0]).toMatchObject({
      responseFlags: ['DT'],
      responseCodeDetails: 'max_duration_timeout',
      error: { code: 'durationTimeout' },
    })
    expect(setup.transport.open).toBe(0)
  })

  test('covers all tries and their pauses', async () => {
    const setup = limited(
      { maxStreamDuration: { maxStreamDuration: '1s' }, retries: { retryOn: '5xx', perTryTimeout: '700ms' } },
      faults.stall(),
    )
    expect(await lasted(setup)).toBe(1000)
    expect(setup.completed[0]?.error?.code).toBe('durationTimeout')
  })

  test('leaves no timer behind', async () => {
    const setup = limited({ maxStreamDuration: { maxStreamDuration: '1s' }, idleTimeout: '0s' }, 'quick')
    const before = setup.clock.pending
    await send(setup.gateway, '/')
    // That of the gateway's idle time waits for whoever is first.
    expect(setup.clock.pending - before).toBe(1)
  })
})

describe('grpc-timeout', () => {
  const durations = (maxStreamDuration: MaxStreamDuration, value: string) =>
    lasted(limited({ maxStreamDuration }, faults.stall()), { headers: { ...grpc, 'grpc-timeout': value } })

  test.each([
    ['is not looked at without grpcTimeoutHeaderMax', { maxStreamDuration: '5s' }, '1S', 5000],
    ['is obeyed', { grpcTimeoutHeaderMax: '10s' }, '2S', 2000],
    ['in place of maxStreamDuration', { maxStreamDuration: '1s', grpcTimeoutHeaderMax: '10s' }, '2S', 2000],
    ['up to a limit', { grpcTimeoutHeaderMax: '3s' }, '10S', 3000],
    ['without one where that is 0', { grpcTimeoutHeaderMax: '0s' }, '10S', 10_000],
    ['less an offset', { grpcTimeoutHeaderMax: '10s', grpcTimeoutHeaderOffset: '500ms' }, '2S', 1500],
    ['which may be all of it', { grpcTimeoutHeaderMax: '10s', grpcTimeoutHeaderOffset: '5s' }, '2S', 0],
    ['unless it is none', { maxStreamDuration: '5s', grpcTimeoutHeaderMax: '10s' }, 'soon', 5000],
  ] as const)('%s', async (_, maxStreamDuration, value, milliseconds) => {
    expect(await durations(maxStreamDuration, value)).toBe(milliseconds)
  })

  test('is DEADLINE_EXCEEDED to the client, and an error of its own', async () => {
    const setup = limited({ maxStreamDuration: { grpcTimeoutHeaderMax: '0s' } }, faults.stall())
    const reply = send(setup.gateway, 'POST /', { body: 'x', headers: { ...grpc, 'grpc-timeout': '1S' } })
    await setup.clock.advance(1000)
    const { status, headers } = await reply
    expect([status, headers.get('grpc-status')]).toEqual([200, '4'])
    expect(setup.completed[0]).toMatchObject({ responseFlags: ['DT'], error: { code: 'grpcTimeout' } })
  })

  test.each([
    [{ grpcTimeoutHeaderMax: '3s', grpcTimeoutHeaderOffset: '1s' }, { ...grpc, 'grpc-timeout': '10S' }, '2000m'],
    [{ maxStreamDuration: '5s' }, grpc, '5000m'],
    [{ maxStreamDuration: '5s' }, { 'grpc-timeout': '1S' }, '1S'],
    [undefined, { ...grpc, 'grpc-timeout': '1S' }, '1S'],
  ] as const)('goes to the upstream as %j makes it of %j', async (maxStreamDuration, headers, expected) => {
    const setup = limited(maxStreamDuration === undefined ? {} : { maxStreamDuration }, 'Ada')
    await send(setup.gateway, 'POST /', { body: 'x', headers })
    expect(setup.transport.calls[0]?.headers.get('grpc-timeout')).toBe(expected)
  })
})

describe('maxStreamDuration of an upstream', () => {
  function slowUpstream(answer: Answer, options: RouteOptions = {}): InProcess {
    const connectionConfig = { commonHttpProtocolOptions: { maxStreamDuration: '1s' } } as const
    const config = { upstreams: [{ ...upstream('users', 'a'), connectionConfig }] }
    return forwarding({ timeout: '0s', ...options }, answer, { config })
  }

  test('ends a request to it with an error of its own', async () => {
    const setup = slowUpstream(faults.stall())
    const reply = send(setup.gateway, '/')
    await setup.clock.advance(1000)
    expect(await reply).toMatchObject({ status: 504, text: 'upstream max stream duration reached' })
    expect(setup.completed[0]).toMatchObject({
      responseFlags: ['UMSDR'],
      responseCodeDetails: 'upstream_max_stream_duration_reached',
    })
    expect(setup.transport.open).toBe(0)
  })

  test('breaks off a response that takes too long', async () => {
    const setup = slowUpstream(slow)
    const reply = send(setup.gateway, '/')
    await setup.clock.advance(1000)
    expect(await reply).toMatchObject({ status: 200, broken: { code: 'upstreamDurationTimeout' } })
    expect(setup.transport.open).toBe(0)
  })

  test('holds for each try', async () => {
    const retries = { retryOn: 'reset', retryBackOff: { baseInterval: '1ms' } } as const
    const setup = slowUpstream(sequence(faults.stall(), { body: 'Ada', delay: 900 }), { retries })
    const reply = send(setup.gateway, '/')
    await setup.clock.advance(2000)
    expect(await reply).toMatchObject({ status: 200, text: 'Ada' })
  })

  test('is not touched by a stream that ends in time', async () => {
    const setup = slowUpstream({ body: 'Ada', delay: 999 })
    const reply = send(setup.gateway, 'POST /', { body: chunks('a', 'b') })
    await setup.clock.advance(5000)
    expect(await reply).toMatchObject({ status: 200, text: 'Ada' })
    expect(setup.completed).toHaveLength(1)
  })
})
