import { describe, expect, test } from 'vitest'
import { filter, tracing } from '../../../test/support/filters.ts'
import { inProcess, route, service, simple } from '../../../test/support/in-process.ts'
import { faults, send } from '../../testing/src/index.ts'
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
