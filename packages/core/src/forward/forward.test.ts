import { describe, expect, test } from 'vitest'
import { inProcess, route, simple } from '../../../../test/support/in-process.ts'
import { RecordingDownstream } from '../../../../test/support/recording-downstream.ts'
import { type Answer, faults, type Reply, send, sequence } from '../../../testing/src/index.ts'
import type { Duration } from '../config/common.ts'
import type { GatewayConfig } from '../config/gateway-config.ts'

const timed = (timeout: Duration) => simple([route('/', 'users', { options: { timeout } })])

/** A request body that can be ended by hand. */
function heldBack(): { readonly body: AsyncIterable<Uint8Array>; end(): void } {
  let end = (): void => undefined
  const over = new Promise<void>((resolve) => {
    end = resolve
  })
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield new TextEncoder().encode('part')
    await over
  }
  return { body: chunks(), end: () => end() }
}

describe('the route timeout', () => {
  test.each<[string, GatewayConfig, number]>([
    ['15 seconds where none is set', simple(), 15_000],
    ['as the route says', timed('2s'), 2000],
    ['below a second', timed('250ms'), 250],
  ])('is %s', async (_, config, milliseconds) => {
    const { gateway, clock, transport, completed } = inProcess(config, { '*': faults.stall() })
    const reply = send(gateway, '/')
    await clock.advance(milliseconds - 1)
    expect(completed).toEqual([])
    await clock.advance(1)
    expect(await reply).toMatchObject({ status: 504, text: 'upstream request timeout' })
    expect(completed[0]).toMatchObject({ responseFlags: ['UT'], responseCodeDetails: 'response_timeout' })
    expect(transport.calls[0]).toMatchObject({ cancelled: true })
    expect(transport.open).toBe(0)
  })

  test('0 means none', async () => {
    const { gateway, clock, completed } = inProcess(timed('0s'), { '*': { delay: 299_000, body: 'late' } })
    const reply = send(gateway, '/')
    await clock.advance(298_999)
    expect(completed).toEqual([])
    await clock.advance(1)
    expect(await reply).toMatchObject({ status: 200, text: 'late' })
  })

  test('is announced to the upstream, unless there is none', async () => {
    const { gateway, transport } = inProcess(
      simple([
        route('/none', 'users', { options: { timeout: '0s' } }),
        route('/two', 'users', { options: { timeout: '2s' } }),
      ]),
    )
    for (const path of ['/none', '/two', '/']) await send(gateway, path)
    const told = transport.calls.map(({ headers }) => headers.get('x-envoy-expected-rq-timeout-ms'))
    expect(told).toEqual([undefined, '2000', '15000'])
  })

  test('counts from the moment the request has been received', async () => {
    const { gateway, clock, completed } = inProcess(timed('2s'), { '*': faults.stall() })
    const { body, end } = heldBack()
    const reply = send(gateway, 'POST /', { body })
    await clock.advance(10_000)
    expect(completed).toEqual([])
    end()
    await clock.advance(1999)
    expect(completed).toEqual([])
    await clock.advance(1)
    expect(await reply).toMatchObject({ status: 504 })
  })

  test('counts at once for a body in memory', async () => {
    const { gateway, clock } = inProcess(timed('2s'), { '*': faults.neverRead() })
    const reply = send(gateway, 'POST /', { body: 'all of it' })
    await clock.advance(2000)
    expect(await reply).toMatchObject({ status: 504 })
  })

  test('covers the body of the response, which breaks off', async () => {
    const { gateway, clock, transport, completed } = inProcess(timed('2s'), {
      '*': faults.slowDrip({ bytes: 10, every: 500 }),
    })
    const reply = send(gateway, '/')
    await clock.advance(2000)
    const { status, text, broken } = await reply
    expect({ status, text }).toEqual({ status: 200, text: 'xxx' })
    expect(broken).toMatchObject({ code: 'upstreamTimeout' })
    expect(completed[0]).toMatchObject({ status: 200, bytesSent: 3, responseFlags: ['UT'] })
    expect(transport.open).toBe(0)
  })

  test('ends with the exchange', async () => {
    const { gateway, clock, completed } = inProcess(timed('2s'))
    expect(await send(gateway, '/')).toMatchObject({ status: 200 })
    await clock.advance(600_000)
    expect(completed).toHaveLength(1)
    expect(completed[0]?.responseFlags).toEqual([])
  })
})

describe('other timeouts', () => {
  const hcm = (settings: object): GatewayConfig => ({
    ...simple([route('/', 'users', { options: { timeout: '0s' } })]),
    gateways: [{ metadata: { name: 'edge' }, httpGateway: { options: { httpConnectionManagerSettings: settings } } }],
  })

  test.each([
    ['five minutes where none is set', {}, 300_000],
    ['as the listener says', { streamIdleTimeout: '1s' }, 1000],
  ])('an exchange without a byte ends after a while: %s', async (_, settings, milliseconds) => {
    const { gateway, clock, completed } = inProcess(hcm(settings), { '*': faults.stall() })
    const reply = send(gateway, '/')
    await clock.advance(milliseconds - 1)
    expect(completed).toEqual([])
    await clock.advance(1)
    expect(await reply).toMatchObject({ status: 504, text: 'stream timeout' })
    expect(completed[0]).toMatchObject({ responseFlags: ['SI'], responseCodeDetails: 'stream_idle_timeout' })
  })

  test('every byte of the response starts the wait anew', async () => {
    const { gateway, clock, completed } = inProcess(hcm({ streamIdleTimeout: '1s' }), {
      '*': faults.slowDrip({ bytes: 5, every: 900 }),
    })
    const reply = send(gateway, '/')
    await clock.advance(4500)
    expect(await reply).toMatchObject({ status: 200, text: 'xxxxx' })
    expect(completed[0]?.error).toBeUndefined()
  })

  test('a response that stops breaks off', async () => {
    const { gateway, clock, transport } = inProcess(hcm({ streamIdleTimeout: '1s' }), { '*': faults.stallAfter(4) })
    const reply = send(gateway, '/')
    await clock.advance(1000)
    expect(await reply).toMatchObject({ status: 200, text: 'xxxx', broken: { code: 'streamIdleTimeout' } })
    expect(transport.open).toBe(0)
  })

  test.each([
    ['the client stops sending', { streamIdleTimeout: '1s' }, 'stream timeout', 'requestIdleTimeout'],
    ['the request takes too long as a whole', { requestTimeout: '1s' }, 'request timeout', 'requestTimeout'],
  ])('408 when %s', async (_, settings, text, code) => {
    const { gateway, clock, completed, transport } = inProcess(hcm(settings), { '*': faults.stall() })
    const downstream = new RecordingDownstream('POST /', { body: heldBack().body, complete: false })
    gateway.serve(downstream)
    await clock.advance(1000)
    expect(downstream.calls).toEqual(['start 408', `write ${text.length}`, 'end'])
    expect(downstream.closes).toBe(true)
    expect(completed[0]?.error?.code).toBe(code)
    expect(transport.open).toBe(0)
  })

  test('the timeout of the whole request is over when it has been received', async () => {
    const { gateway, clock, completed } = inProcess(hcm({ requestTimeout: '1s' }), { '*': { delay: 5000 } })
    const { body, end } = heldBack()
    const downstream = new RecordingDownstream('POST /', { body, complete: false })
    gateway.serve(downstream)
    await clock.advance(999)
    downstream.complete = true
    end()
    await clock.advance(5000)
    expect(completed[0]).toMatchObject({ status: 200, error: undefined })
  })
})

describe('a connection that the upstream closed while it was idle', () => {
  const stale = faults.reusedSocketReset()

  test.each(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'])('%s is sent once more, on a new one', async (method) => {
    const { gateway, transport, completed } = inProcess(simple(), { '*': sequence(stale, 'hello') })
    expect(await send(gateway, `${method} /`)).toMatchObject({ status: 200 })
    expect(transport.calls).toHaveLength(2)
    expect(completed[0]?.attempts).toMatchObject([
      { upstream: 'default.users', address: 'users.test:8080', outcome: { code: 'connectionTermination' } },
      { outcome: 200 },
    ])
  })

  test('a body in memory is sent again', async () => {
    const { gateway, transport } = inProcess(simple(), { '*': sequence(stale, ({ text }) => text) })
    expect(await send(gateway, 'PUT /', { body: 'again' })).toMatchObject({ status: 200, text: 'again' })
    expect(transport.calls).toHaveLength(2)
  })

  async function once(answers: Answer, target: string, init = {}): Promise<Reply> {
    const { gateway, transport } = inProcess(simple(), { '*': answers })
    const reply = await send(gateway, target, init)
    expect(transport.calls).toHaveLength(1)
    return reply
  }

  test.each([
    ['POST, which may have had an effect', 'POST /', {}],
    ['PATCH, too', 'PATCH /', {}],
    ['a body that cannot be read twice', 'PUT /', { body: heldBack().body }],
  ])('not for %s', async (_, target, init) => {
    expect(await once(sequence(stale, 'hello'), target, init)).toMatchObject({ status: 503 })
  })

  test.each([
    ['a connection that was new', faults.resetBeforeHeaders()],
    ['a refused connection', faults.refuse()],
    [
      'a response that has begun',
      faults.failure('connectionTermination', {
        phase: 'response',
        side: 'upstream',
        reusedSocket: true,
        responseStarted: true,
      }),
    ],
    [
      'another failure of a used connection',
      faults.failure('protocolError', { phase: 'wait', side: 'upstream', reusedSocket: true }),
    ],
  ])('not for %s', async (_, answer) => {
    const { status } = await once(sequence(answer, 'hello'), '/')
    expect(status).toBeGreaterThanOrEqual(502)
  })

  test('and not twice', async () => {
    const { gateway, transport, completed } = inProcess(simple(), { '*': stale })
    expect(await send(gateway, '/')).toMatchObject({ status: 503 })
    expect(transport.calls).toHaveLength(2)
    expect(completed[0]?.attempts).toHaveLength(2)
  })

  test('asks for a fresh connection the second time, and for none the first', async () => {
    const asked: unknown[] = []
    const { gateway, transport } = inProcess(simple(), { '*': sequence(stale, 'hello') })
    const send2 = transport.send.bind(transport)
    transport.send = (request, endpoint, receiver) => {
      asked.push(request.freshConnection)
      return send2(request, endpoint, receiver)
    }
    await send(gateway, '/')
    expect(asked).toEqual([undefined, true])
  })
})
