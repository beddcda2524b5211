import { describe, expect, test, vi } from 'vitest'
import { filter, tracing } from '../../../test/support/filters.ts'
import { inProcess, route, service, simple, upstream } from '../../../test/support/in-process.ts'
import { RecordingDownstream } from '../../../test/support/recording-downstream.ts'
import { faults, request, send } from '../../testing/src/index.ts'
import type { GatewayConfig } from './config/gateway-config.ts'

const direct: GatewayConfig = {
  virtualServices: [service('api', [{ directResponseAction: { status: 200, body: 'direct' } }])],
}

describe('onComplete', () => {
  test.each<[string, string, number]>([
    ['a response of an upstream', '/', 200],
    ['a failure of an upstream', '/refuse', 503],
    ['a direct response', '/direct', 204],
    ['no route', 'http://other.test/', 404],
    ['a request that was refused at the door', 'BAD /', 400],
  ])('runs once, with the outcome, for %s', async (_, target, status) => {
    const config = {
      ...simple([
        route('/refuse', 'down'),
        { matchers: [{ prefix: '/direct' }], directResponseAction: { status: 204 } },
      ]),
      upstreams: [upstream('users'), upstream('down')],
    }
    const { virtualServices: [api] = [] } = config
    const hosted = { ...api, virtualHost: { ...api?.virtualHost, domains: ['localhost'] } }
    const { gateway, completed } = inProcess(
      { ...config, virtualServices: [hosted as never] },
      {
        'default.down': faults.refuse(),
        '*': 'hello',
      },
    )
    await send(gateway, target)
    expect(completed.map((context) => context.status)).toEqual([status])
  })

  test('runs after the last byte, and before that nothing is complete', async () => {
    const { gateway, clock, completed } = inProcess(simple(), { '*': faults.slowDrip({ bytes: 3, every: 1000 }) })
    const reply = send(gateway, '/')
    await clock.advance(2999)
    expect(completed).toEqual([])
    await clock.advance(1)
    expect(completed[0]).toMatchObject({ bytesSent: 3, status: 200 })
    expect(await reply).toMatchObject({ text: 'xxx' })
  })

  test.each(['before the response', 'during its body', 'during a filter'])(
    'runs once when the client leaves %s',
    async (when) => {
      const leaving = new AbortController()
      const answer = when === 'during its body' ? faults.stallAfter(5) : faults.stall()
      const filters =
        when === 'during a filter' ? [filter('wait', { onRequest: () => new Promise(() => undefined) })] : []
      const { gateway, clock, completed, transport } = inProcess(simple(), { '*': answer }, { filters })
      const reply = send(gateway, '/', { signal: leaving.signal })
      await clock.settle()
      expect(completed).toEqual([])
      leaving.abort('bored')
      expect(await reply).toMatchObject({ broken: 'bored' })
      await clock.settle()
      expect(completed).toHaveLength(1)
      expect(completed[0]).toMatchObject({
        status: when === 'during its body' ? 200 : 0,
        responseFlags: ['DC'],
        responseCodeDetails: 'downstream_remote_disconnect',
        error: { code: 'clientGone', side: 'client', cause: 'bored' },
      })
      expect(transport.open).toBe(0)
      expect(clock.pending).toBeLessThanOrEqual(2)
      await clock.advance(600_000)
      expect(completed).toHaveLength(1)
    },
  )

  test("that throws harms nobody, and is reported: neither a filter's nor the log's", async () => {
    const log: string[] = []
    const events: unknown[] = []
    const boom = (): never => {
      throw new Error('boom')
    }
    const { gateway } = inProcess(direct, undefined, {
      filters: [filter('bad', { onComplete: boom }), tracing(log, 'good')],
      onComplete: boom,
      report: (event) => void events.push(event),
    })
    expect(await send(gateway, '/')).toMatchObject({ status: 200, text: 'direct' })
    expect(log).toContain('done good')
    expect(events.slice(1)).toEqual([
      { type: 'hook-failed', hook: 'bad.onComplete', error: new Error('boom') },
      { type: 'hook-failed', hook: 'onComplete', error: new Error('boom') },
    ])
  })

  test('of a filter runs as well if its route was left again', async () => {
    const log: string[] = []
    const config: GatewayConfig = {
      virtualServices: [
        service('api', [
          { matchers: [{ prefix: '/', headers: [{ name: 'x-new' }] }], directResponseAction: { status: 200 } },
          { directResponseAction: { status: 200 }, options: { extensions: { once: {} } } },
        ]),
      ],
    }
    const { gateway } = inProcess(config, undefined, {
      filters: [
        tracing(log, 'once', { where: 'configured' }),
        tracing(
          log,
          'change',
          {},
          {
            onRequest(context) {
              context.request.headers.set('x-new', '1')
              context.clearRouteCache()
            },
          },
        ),
      ],
    })
    await send(gateway, '/')
    expect(log).toEqual(['in once', 'in change', 'out change', 'done once', 'done change'])
  })
})

describe('an adapter', () => {
  const bodyThatBreaks = faults.resetAfter(5)

  test('is told once that the exchange is over, even if it answers by saying that the client has left', async () => {
    const { gateway, clock, completed } = inProcess(simple(), { '*': bodyThatBreaks })
    const downstream: RecordingDownstream = new RecordingDownstream('/', {
      during: (call) => {
        if (call.startsWith('destroy')) downstream.listener.onGone('closed')
      },
    })
    gateway.serve(downstream)
    await clock.settle()
    expect(downstream.calls).toEqual(['start 200', 'write 5', 'destroy upstreamBodyBroken'])
    expect(completed).toHaveLength(1)
    expect(completed[0]).toMatchObject({ responseFlags: ['UC'] })
  })

  test('that says so while the last byte is written completes once and without an error', () => {
    const { gateway, completed } = inProcess(direct)
    const downstream: RecordingDownstream = new RecordingDownstream('/', {
      during: (call) => {
        if (call === 'end') downstream.listener.onGone('closed')
      },
    })
    gateway.serve(downstream)
    expect(completed).toHaveLength(1)
    expect(completed[0]).toMatchObject({ error: undefined, responseFlags: [] })
  })

  test('that cannot send a head gets a local reply instead', () => {
    const { gateway, completed } = inProcess(direct)
    let refused = false
    const downstream = new RecordingDownstream('/', {
      during: (call) => {
        if (call.startsWith('start') && !refused) {
          refused = true
          throw new TypeError('invalid header')
        }
      },
    })
    gateway.serve(downstream)
    expect(downstream.calls).toEqual(['start 200', 'start 500', 'end'])
    expect(completed[0]).toMatchObject({ status: 500, error: { code: 'invalidOutgoing' } })
  })

  test('whose request body breaks while it is answered breaks the answer, too', async () => {
    const { gateway, clock, completed, transport } = inProcess(simple(), { '*': faults.stallAfter(5) })
    const downstream = new RecordingDownstream('POST /', { headers: { 'content-length': '0' } })
    gateway.serve(downstream)
    await clock.settle()
    downstream.listener.onBroken(new Error('bad chunk'))
    expect(downstream.calls).toEqual(['start 200', 'write 5', 'destroy clientBodyBroken'])
    expect(completed[0]).toMatchObject({ responseFlags: ['DC'], error: { code: 'clientBodyBroken' } })
    expect(transport.open).toBe(0)
  })

  test('is asked to close the connection when the rest of the request would be taken for another', () => {
    const { gateway } = inProcess(direct)
    const body = (async function* () {})()
    const unfinished = new RecordingDownstream('POST /', { body, complete: false })
    gateway.serve(unfinished)
    expect(unfinished.closes).toBe(true)
    const finished = new RecordingDownstream('POST /', { body, complete: true })
    gateway.serve(finished)
    expect(finished.closes).toBe(false)
  })
})

test('the signal of an exchange aborts when it fails, and not when it ends well', async () => {
  const signals: AbortSignal[] = []
  const keep = filter('keep', { onRequest: ({ signal }) => void signals.push(signal) })
  const late = vi.fn()
  const { gateway } = inProcess(
    { ...simple([route('/down', 'down')]), upstreams: [upstream('users'), upstream('down')] },
    { 'default.down': faults.refuse(), '*': 'hello' },
    { filters: [keep], onComplete: ({ signal, error }) => late(signal.aborted, error?.code) },
  )
  await send(gateway, '/')
  await send(gateway, request('/down'))
  expect(signals.map(({ aborted }) => aborted)).toEqual([false, true])
  expect(signals[1]?.reason).toMatchObject({ code: 'connectionFailure' })
  expect(late.mock.calls).toEqual([
    [false, undefined],
    [true, 'connectionFailure'],
  ])
})
