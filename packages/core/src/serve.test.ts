import { describe, expect, test, vi } from 'vitest'
import { filter, tracing } from '../../../test/support/filters.ts'
import { inProcess, service, simple, upstream } from '../../../test/support/in-process.ts'
import { RecordingDownstream } from '../../../test/support/recording-downstream.ts'
import { send } from '../../testing/src/index.ts'
import type { GatewayConfig } from './config/gateway-config.ts'
import type { RequestContext } from './context.ts'
import { respond } from './http/message.ts'

const direct: GatewayConfig = {
  virtualServices: [service('api', [{ directResponseAction: { status: 200, body: 'direct' } }])],
}

describe('filters that are not async', () => {
  test('cost no promise and no turn: the answer is there when serve returns', () => {
    const log: string[] = []
    const { gateway, completed } = inProcess(direct, undefined, {
      filters: [tracing(log, 'a'), tracing(log, 'b')],
    })
    const downstream = new RecordingDownstream('/')
    const made = vi.spyOn(Promise.prototype, 'then')
    gateway.serve(downstream)
    expect(made).not.toHaveBeenCalled()
    made.mockRestore()
    expect(downstream.calls).toEqual(['start 200', 'write 6', 'end'])
    expect(log).toEqual(['in a', 'in b', 'out b', 'out a', 'done a', 'done b'])
    expect(completed).toHaveLength(1)
  })

  test('have reached the transport when serve returns', () => {
    const { gateway, transport } = inProcess(simple(), undefined, { filters: [filter('a', { onRequest() {} })] })
    gateway.serve(new RecordingDownstream('/'))
    expect(transport.calls).toHaveLength(1)
  })
})

describe('async filters', () => {
  test('are waited for, in order, with others among them', async () => {
    const log: string[] = []
    const slow = { onRequest: async () => void (await Promise.resolve()), onResponse: async () => undefined }
    const { gateway } = inProcess(direct, undefined, {
      filters: [tracing(log, 'a', {}, slow), tracing(log, 'b'), tracing(log, 'c', {}, slow)],
    })
    expect(await send(gateway, '/')).toMatchObject({ status: 200, text: 'direct' })
    expect(log.slice(0, 6)).toEqual(['in a', 'in b', 'in c', 'out c', 'out b', 'out a'])
  })

  test('keep nothing waiting but their own request', async () => {
    let go = (): void => undefined
    const gate = new Promise<void>((resolve) => {
      go = resolve
    })
    const wait = filter('wait', { onRequest: ({ request }) => (request.path === '/slow' ? gate : undefined) })
    const { gateway, completed } = inProcess(direct, undefined, { filters: [wait] })
    const slow = send(gateway, '/slow')
    await send(gateway, '/fast')
    expect(completed.map(({ request }) => request.path)).toEqual(['/fast'])
    go()
    expect(await slow).toMatchObject({ text: 'direct' })
  })
})

describe('a filter that answers', () => {
  test.each([
    ['at once', () => respond(403, { body: 'no' })],
    ['later', async () => respond(403, { body: 'no' })],
  ])('ends the way in; its answer passes every filter on the way out: %s', async (_, onRequest) => {
    const log: string[] = []
    const { gateway, transport } = inProcess(simple(), undefined, {
      filters: [tracing(log, 'a'), tracing(log, 'b', {}, { onRequest }), tracing(log, 'c')],
    })
    expect(await send(gateway, '/')).toMatchObject({ status: 403, text: 'no' })
    expect(transport.calls).toEqual([])
    expect(log).toEqual(['in a', 'in b', 'out c', 'out b', 'out a', 'done a', 'done b', 'done c'])
  })
})

describe('a filter that fails on the way in', () => {
  test.each([
    [
      'throws',
      () => {
        throw new Error('secret')
      },
    ],
    ['rejects', () => Promise.reject(new Error('secret'))],
  ])('gives 500 and says nothing of the reason: one that %s', async (_, onRequest) => {
    const { gateway, transport, completed, events } = inProcess(simple(), undefined, {
      filters: [filter('bad', { onRequest })],
    })
    expect(await send(gateway, '/')).toMatchObject({ status: 500, text: '' })
    expect(transport.calls).toEqual([])
    expect(completed).toHaveLength(1)
    expect(completed[0]).toMatchObject({
      status: 500,
      responseCodeDetails: 'filter_error',
      error: { code: 'filterFailure', phase: 'filter', side: 'gateway', cause: new Error('secret') },
    })
    expect(events.slice(1)).toEqual([{ type: 'hook-failed', hook: 'bad.onRequest', error: new Error('secret') }])
    expect(await send(gateway, '/')).toMatchObject({ status: 500 })
  })
})

describe('clearRouteCache', () => {
  const config: GatewayConfig = {
    upstreams: [upstream('old'), upstream('new'), upstream('other')],
    virtualServices: [
      service(
        'api',
        [
          { matchers: [{ prefix: '/', headers: [{ name: 'x-new' }] }], ...to('new'), options: named('late') },
          { matchers: [{ prefix: '/' }], ...to('old'), options: named('early') },
        ],
        ['api.test'],
      ),
      service('other', [{ ...to('other') }], ['other.test']),
    ],
  }
  function to(name: string) {
    return { routeAction: { single: { upstream: { name } } } }
  }
  function named(name: string) {
    return { extensions: { [name]: {} } }
  }
  const changing = (change: (context: RequestContext) => void, asynchronous = false) =>
    filter('change', {
      onRequest(context) {
        change(context)
        context.clearRouteCache()
        return asynchronous ? Promise.resolve() : undefined
      },
    })

  test.each([false, true])('chooses the route again, by what the filter changed (async: %j)', async (asynchronous) => {
    const { gateway, transport, completed } = inProcess(config, undefined, {
      filters: [changing(({ request }) => void request.headers.set('x-new', '1'), asynchronous)],
    })
    await send(gateway, 'http://api.test/')
    expect(transport.calls.map((call) => call.upstream)).toEqual(['default.new'])
    expect(completed[0]?.route?.origin).toBe('virtualServices[default.api].virtualHost.routes[0]')
  })

  test('without it the route stays', async () => {
    const { gateway, transport } = inProcess(config, undefined, {
      filters: [filter('change', { onRequest: ({ request }) => void request.headers.set('x-new', '1') })],
    })
    await send(gateway, 'http://api.test/')
    expect(transport.calls[0]?.upstream).toBe('default.old')
  })

  test('may lead to another virtual service, or to none', async () => {
    const { gateway, transport, completed } = inProcess(config, undefined, {
      filters: [
        changing(({ request }) => {
          request.authority = request.path === '/none' ? 'none.test' : 'other.test'
        }),
      ],
    })
    await send(gateway, 'http://api.test/')
    expect(transport.calls[0]?.upstream).toBe('default.other')
    expect(completed[0]?.virtualService).toBe('default.other')
    expect(await send(gateway, 'http://api.test/none')).toMatchObject({ status: 404 })
    expect(completed[1]).toMatchObject({ virtualService: '', route: undefined, responseFlags: ['NR'] })
  })

  test("filters that have run do not run again; those to come are the new route's", async () => {
    const log: string[] = []
    const { gateway } = inProcess(config, undefined, {
      filters: [
        tracing(log, 'first', { stage: 'fault' }),
        changing(({ request }) => void request.headers.set('x-new', '1')),
        tracing(log, 'early', { stage: 'route', where: 'configured' }),
        tracing(log, 'late', { stage: 'route', where: 'configured' }),
      ],
    })
    await send(gateway, 'http://api.test/')
    expect(log.filter((line) => line.startsWith('in'))).toEqual(['in first', 'in late'])
  })

  test('filters that undo each other end with 500 instead of never', async () => {
    const filters = Array.from({ length: 12 }, (_, index) =>
      filter(`f${index}`, { onRequest: (context) => context.clearRouteCache() }),
    )
    const { gateway, completed } = inProcess(config, undefined, { filters })
    expect(await send(gateway, 'http://api.test/')).toMatchObject({ status: 500 })
    expect(completed[0]?.error).toMatchObject({
      code: 'internal',
      message: 'the route was chosen again more than 8 times',
    })
  })
})

describe('what a filter sees of an exchange', () => {
  test('before and after the upstream has answered', async () => {
    const seen: object[] = []
    const look = (context: RequestContext) => {
      const {
        gateway,
        virtualService,
        route: chosen,
        upstream: name,
        upstreamAddress,
        attempts,
        status,
        params,
      } = context
      const { clientAddress, revision, responseCodeDetails, responseFlags, error, bytesSent, startedAt } = context
      seen.push({
        gateway,
        virtualService,
        name: chosen?.name,
        upstream: name,
        upstreamAddress,
        attempts,
        status,
        params,
      })
      expect({ clientAddress, revision, responseFlags, error, startedAt }).toEqual({
        clientAddress: '127.0.0.1',
        revision: 1,
        responseFlags: [],
        error: undefined,
        startedAt: 0,
      })
      seen.push({ responseCodeDetails, bytesSent })
    }
    const config = simple([
      {
        name: 'one',
        matchers: [{ pathTemplate: '/users/:id' }],
        routeAction: { single: { upstream: { name: 'users' } } },
      },
    ])
    const { gateway } = inProcess(config, undefined, {
      filters: [filter('look', { onRequest: look, onResponse: look, onComplete: look })],
    })
    await send(gateway, '/users/a%20b')
    const fixed = {
      gateway: 'gateway-proxy',
      virtualService: 'default.api',
      name: 'one',
      params: { id: 'a%20b' },
    }
    const attempt = { upstream: 'default.users', address: 'users.test:8080', outcome: 200 }
    const answered = { ...fixed, upstream: 'default.users', upstreamAddress: 'users.test:8080', attempts: [attempt] }
    expect(seen).toEqual([
      { ...fixed, upstream: '', upstreamAddress: '', attempts: [], status: 0 },
      { responseCodeDetails: '', bytesSent: 0 },
      { ...answered, status: 0 },
      { responseCodeDetails: 'via_upstream', bytesSent: 0 },
      { ...answered, status: 200 },
      { responseCodeDetails: 'via_upstream', bytesSent: 5 },
    ])
  })
})
