import { describe, expect, test } from 'vitest'
import { inProcess, route, service, simple, upstream } from '../../../../../test/support/in-process.ts'
import { request, send } from '../../../../testing/src/index.ts'
import type { RouteFaults } from '../../config/resilience.ts'
import type { RouteConfig } from '../../config/route.ts'
import type { GatewayOptions } from '../../gateway.ts'

const always = { percentage: 100 }

function faulty(faults: RouteFaults, options: GatewayOptions = {}, more: RouteConfig = {}) {
  return inProcess(simple([route('/', 'users', { options: { faults }, ...more })]), undefined, options)
}

/** Random numbers for faults; nothing else asks for one. */
function drawing(...numbers: number[]): GatewayOptions {
  return { random: () => numbers.shift() ?? 1, requestId: () => 'id' }
}

describe('an abort', () => {
  test.each([200, 418, 503, 599])('answers with its status: %i', async (httpStatus) => {
    const { gateway, transport, completed } = faulty({ abort: { ...always, httpStatus } })
    const reply = await send(gateway, '/')
    expect(reply).toMatchObject({ status: httpStatus, text: 'fault filter abort' })
    expect(reply.headers.get('content-type')).toBe('text/plain')
    expect(transport.calls).toEqual([])
    expect(completed[0]).toMatchObject({
      status: httpStatus,
      responseFlags: ['FI'],
      responseCodeDetails: 'fault_filter_abort',
    })
  })

  test.each([204, 304])('without a body where the status has none: %i', async (httpStatus) => {
    const reply = await send(faulty({ abort: { ...always, httpStatus } }).gateway, '/')
    expect(reply).toMatchObject({ status: httpStatus, text: '' })
    expect(reply.headers.has('content-length')).toBe(false)
  })

  test('reaches a gRPC client as gRPC', async () => {
    const { gateway } = faulty({ abort: { ...always, httpStatus: 503 } })
    const reply = await send(gateway, 'POST /', { headers: { 'content-type': 'application/grpc' } })
    expect(reply.status).toBe(200)
    expect([reply.headers.get('grpc-status'), reply.headers.get('grpc-message')]).toEqual(['14', 'fault filter abort'])
  })

  test.each([
    [{ redirectAction: { hostRedirect: 'a.test' } }],
    [{ directResponseAction: { status: 200, body: 'direct' } }],
  ])('comes before any action: %j', async (action) => {
    const options = { faults: { abort: { ...always, httpStatus: 500 } } }
    const config = { virtualServices: [service('api', [{ ...action, options }])] }
    expect(await send(inProcess(config).gateway, '/')).toMatchObject({ status: 500, text: 'fault filter abort' })
  })

  test('hits its share of the requests', async () => {
    const { gateway } = faulty({ abort: { percentage: 10, httpStatus: 503 } }, drawing(0.099, 0.1, 0.5, 0.09))
    const statuses: number[] = []
    for (let turn = 0; turn < 4; turn++) statuses.push((await send(gateway, '/')).status)
    expect(statuses).toEqual([503, 200, 200, 503])
  })

  test.each([[{ abort: { httpStatus: 503 } }], [{ abort: { percentage: 0, httpStatus: 503 } }], [{}]])(
    'of nothing costs nothing: %j',
    async (faults) => {
      const { gateway } = faulty(faults, { random: () => 0 })
      expect(gateway.explain(request('/')).filters).toEqual([])
      expect(await send(gateway, '/')).toMatchObject({ status: 200 })
    },
  )
})

describe('a delay', () => {
  test.each([
    ['0.25s', 250],
    ['1ms', 1],
    ['3s', 3000],
  ] as const)('holds a request up for %s', async (fixedDelay, milliseconds) => {
    const { gateway, transport, clock, completed } = faulty({ delay: { ...always, fixedDelay } })
    const reply = send(gateway, '/')
    await clock.advance(milliseconds - 1)
    expect(transport.calls).toEqual([])
    await clock.advance(1)
    expect(await reply).toMatchObject({ status: 200, text: 'hello' })
    expect(completed[0]?.responseFlags).toEqual(['DI'])
  })

  test('comes before an abort, and each has its own share', async () => {
    const faults = { delay: { percentage: 50, fixedDelay: '1s' }, abort: { percentage: 50, httpStatus: 500 } } as const
    const { gateway, clock, completed } = faulty(faults, drawing(0.4, 0.4, 0.4, 0.6))
    const both = send(gateway, '/')
    await clock.advance(1000)
    expect(await both).toMatchObject({ status: 500 })
    const delayed = send(gateway, '/')
    await clock.advance(1000)
    expect(await delayed).toMatchObject({ status: 200 })
    expect(completed.map(({ responseFlags }) => responseFlags)).toEqual([['FI', 'DI'], ['DI']])
  })

  test('ends with the client, and leaves no timer behind', async () => {
    const leaving = new AbortController()
    const { gateway, transport, clock, completed } = faulty({
      delay: { ...always, fixedDelay: '10s' },
      abort: { ...always, httpStatus: 500 },
    })
    const reply = send(gateway, '/', { signal: leaving.signal })
    await clock.settle()
    leaving.abort('bored')
    expect(await reply).toMatchObject({ status: 0 })
    await clock.settle()
    expect(completed[0]?.responseFlags).toEqual(['DC', 'DI'])
    expect(transport.calls).toEqual([])
    // The listener's idle time has one timer for all streams, which is left to run out.
    expect(clock.pending).toBe(1)
  })

  test('longer than the idle time of the route is cut short by that', async () => {
    const options = { idleTimeout: '1s', faults: { delay: { ...always, fixedDelay: '10s' } } } as const
    const { gateway, clock } = inProcess(simple([route('/', 'users', { options })]))
    const reply = send(gateway, '/')
    await clock.advance(1000)
    expect(await reply).toMatchObject({ status: 504, text: 'stream timeout' })
  })
})

test('response header manipulation sees what a fault answers', async () => {
  const config = {
    upstreams: [upstream('users')],
    virtualServices: [
      service('api', [
        route('/', 'users', {
          options: {
            faults: { abort: { ...always, httpStatus: 503 } },
            headerManipulation: {
              responseHeadersToAdd: [{ header: { key: 'x-flags', value: '%RESPONSE_FLAGS%' } }],
            },
          },
        }),
      ]),
    ],
  }
  const reply = await send(inProcess(config).gateway, '/')
  expect(reply.headers.get('x-flags')).toBe('FI')
})
