import { describe, expect, test, vi } from 'vitest'
import { filter, tracing } from '../../../test/support/filters.ts'
import { inProcess, route, service, simple, upstream } from '../../../test/support/in-process.ts'
import { RecordingDownstream } from '../../../test/support/recording-downstream.ts'
import { faults, request, send } from '../../testing/src/index.ts'
import type { GatewayConfig } from './config/gateway-config.ts'
import type { StreamBody } from './http/body.ts'
import { respond } from './http/message.ts'

const direct: GatewayConfig = {
  virtualServices: [service('api', [{ directResponseAction: { status: 200, body: 'direct' } }])],
}

/** A body that never ends by itself and remembers that it was cancelled. */
function endlessBody(): StreamBody & { readonly cancelled: boolean } {
  return {
    cancelled: false,
    pipe(sink) {
      sink.write(new Uint8Array(3))
    },
    resume() {},
    cancel(this: { cancelled: boolean }) {
      this.cancelled = true
    },
    async *[Symbol.asyncIterator]() {
      yield new Uint8Array(3)
    },
  }
}

describe('filters on the way out', () => {
  test.each([
    ['at once', () => respond(418, { body: 'tea' })],
    ['later', async () => respond(418, { body: 'tea' })],
  ])('may put another response in place: %s', async (_, onResponse) => {
    const seen: number[] = []
    const look = filter('look', { onResponse: (_context, { status }) => void seen.push(status) }, { stage: 'fault' })
    const { gateway, transport } = inProcess(simple(), undefined, { filters: [look, filter('tea', { onResponse })] })
    expect(await send(gateway, '/')).toMatchObject({ status: 418, text: 'tea' })
    expect(seen).toEqual([418])
    expect(transport.open).toBe(0)
  })

  test('may change headers, status and body of the one that came', async () => {
    const change = filter('change', {
      onResponse(_context, response) {
        response.status = 201
        response.headers.set('x-by', 'filter')
        response.body = new TextEncoder().encode('other text')
      },
    })
    const { gateway } = inProcess(simple(), undefined, { filters: [change] })
    const reply = await send(gateway, '/')
    expect(reply).toMatchObject({ status: 201, text: 'other text' })
    expect(reply.headers.get('content-length')).toBe('10')
    expect(reply.headers.get('x-by')).toBe('filter')
  })

  test.each([
    ['404', simple([], { virtualServices: [service('api', [], ['api.test'])] }), 0],
    ['a local reply', simple(), 1],
    ['a direct response', direct, 1],
  ])('see local responses as well, if they belong to a route: %s', async (_, config, times) => {
    let seen = 0
    const look = filter('look', { onResponse: () => void seen++ })
    const { gateway } = inProcess(config, { '*': faults.refuse() }, { filters: [look] })
    await send(gateway, '/')
    expect(seen).toBe(times)
  })

  test.each([
    [
      'throws',
      () => {
        throw new Error('secret')
      },
    ],
    ['rejects', () => Promise.reject(new Error('secret'))],
  ])('one that %s gives 500, and its answer passes no filter again', async (_, onResponse) => {
    const log: string[] = []
    const { gateway, transport, completed, events } = inProcess(
      simple([route('/', 'users', { options: { headerManipulation: headerToAdd('x-route') } })]),
      { '*': { body: ['endless', 'body'] } },
      { filters: [tracing(log, 'first'), filter('bad', { onResponse, onComplete: () => void log.push('done bad') })] },
    )
    const reply = await send(gateway, '/')
    expect(reply).toMatchObject({ status: 500, text: '' })
    expect(reply.headers.has('x-route')).toBe(false)
    expect(log).toEqual(['in first', 'done first', 'done bad'])
    expect(completed).toHaveLength(1)
    expect(completed[0]?.error).toMatchObject({ code: 'filterFailure', cause: new Error('secret') })
    expect(events.slice(1)).toEqual([{ type: 'hook-failed', hook: 'bad.onResponse', error: new Error('secret') }])
    expect(transport.open).toBe(0)
  })

  test('a response that a failure has overtaken does not arrive', async () => {
    const waiting: (() => void)[] = []
    const wait = filter('wait', {
      onResponse: (_context, { status }) =>
        status === 200 ? new Promise<void>((resolve) => void waiting.push(resolve)) : undefined,
    })
    const { gateway, clock, completed, transport } = inProcess(
      simple(),
      { '*': { body: ['slow'] } },
      { filters: [wait] },
    )
    const reply = send(gateway, '/')
    await clock.advance(15_000)
    expect(waiting).toHaveLength(1)
    for (const go of waiting) go()
    expect(await reply).toMatchObject({ status: 504, text: 'upstream request timeout' })
    expect(completed).toHaveLength(1)
    expect(transport.open).toBe(0)
  })

  test('neither does one that waits for a filter that comes later in the chain of the failure', async () => {
    const waiting: (() => void)[] = []
    const wait = filter('wait', { onResponse: () => new Promise<void>((resolve) => void waiting.push(resolve)) })
    const { gateway, clock } = inProcess(simple(), { '*': { body: ['slow'] } }, { filters: [wait] })
    const reply = send(gateway, '/')
    await clock.advance(15_000)
    expect(waiting).toHaveLength(2)
    for (const go of waiting) go()
    expect(await reply).toMatchObject({ status: 504 })
  })

  test('a body that nobody will read is cancelled', async () => {
    const bodies = Array.from({ length: 3 }, endlessBody)
    let at = 0
    const answer = filter('answer', { onRequest: () => ({ ...respond(200), body: bodies[at++] as StreamBody }) })
    const bad = filter(
      'bad',
      {
        onResponse({ request: { path } }) {
          if (path === '/throw') throw new Error('no')
          return path === '/gone' ? new Promise(() => undefined) : undefined
        },
      },
      { stage: 'fault' },
    )
    const { gateway } = inProcess(direct, undefined, { filters: [answer, bad] })
    await send(gateway, '/throw')
    await send(gateway, 'HEAD /')
    const leaving = new AbortController()
    const gone = send(gateway, '/gone', { signal: leaving.signal })
    leaving.abort()
    await gone
    expect(bodies.map(({ cancelled }) => cancelled)).toEqual([true, true, true])
  })
})

function headerToAdd(key: string) {
  return { responseHeadersToAdd: [{ header: { key, value: 'yes' } }] }
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
