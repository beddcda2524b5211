import { beforeEach, describe, expect, test } from 'vitest'
import { chunks } from '../../../../test/support/forwarding.ts'
import { type InProcess, inProcess, route, simple, upstream } from '../../../../test/support/in-process.ts'
import { type Answer, faults, request, send } from '../../../testing/src/index.ts'
import type { GatewayConfig } from '../config/gateway-config.ts'
import type { RouteShadowing } from '../config/resilience.ts'
import type { RouteOptions } from '../config/route-options.ts'

interface Setup {
  readonly shadowing?: Partial<RouteShadowing>
  readonly options?: RouteOptions
  readonly answers?: Readonly<Record<string, Answer>>
  readonly config?: Partial<GatewayConfig>
  readonly random?: () => number
}

let current: InProcess

/** Everything goes to `users`, and a copy of it to `next`. */
function shadowed({ shadowing, options, answers, config, random }: Setup = {}): InProcess {
  const all = { upstream: { name: 'next' }, percentage: 100, ...shadowing }
  const routes = [route('/', 'users', { options: { ...options, shadowing: all } })]
  current = inProcess(
    simple(routes, { upstreams: [upstream('users'), upstream('next')], ...config }),
    { 'users.test': 'primary', 'next.test': 'shadow', ...answers },
    { requestId: () => 'id', ...(random && { random }) },
  )
  return current
}

const copies = () => current.transport.calls.filter(({ upstream: name }) => name === 'default.next')
const primaries = () => current.transport.calls.filter(({ upstream: name }) => name === 'default.users')

beforeEach(() => {
  current = undefined as unknown as InProcess
})

describe('a copy', () => {
  test('goes to the other upstream, and its answer to nobody', async () => {
    const { gateway, clock, transport, completed } = shadowed({
      answers: { 'next.test': { status: 500, body: 'bad' } },
    })
    expect(await send(gateway, 'GET http://api.test/users?id=1')).toMatchObject({ status: 200, text: 'primary' })
    await clock.settle()
    expect(copies()).toMatchObject([{ method: 'GET', target: '/users?id=1' }])
    expect(completed[0]).toMatchObject({ attempts: [{ upstream: 'default.users' }], responseFlags: [] })
    expect(transport.open).toBe(0)
  })

  test('has the headers and the target of the request as it is sent', async () => {
    const headerManipulation = { requestHeadersToAdd: [{ header: { key: 'x-added', value: '1' } }] }
    const { gateway, clock } = shadowed({ options: { prefixRewrite: '/v2', headerManipulation } })
    await send(gateway, 'GET http://api.test/users', { headers: { 'x-own': '2' } })
    await clock.settle()
    const [copy] = copies()
    const [primary] = primaries()
    expect(copy?.target).toBe('/v2users')
    const rest = (call: typeof copy) => [...(call?.headers ?? [])].filter(([name]) => name !== 'host')
    expect(rest(copy)).toEqual(rest(primary))
    expect(primary?.headers.get('host')).toBe('api.test')
  })

  test.each([
    ['api.test', {}, 'api.test-shadow'],
    ['api.test:8080', {}, 'api.test-shadow:8080'],
    ['[::1]', {}, '[::1]-shadow'],
    ['[::1]:8080', {}, '[::1]-shadow:8080'],
    ['api.test:8080', { disableShadowHostSuffixAppend: true }, 'api.test:8080'],
    ['api.test', { hostRewriteLiteral: 'next.internal:80' }, 'next.internal:80'],
    ['api.test', { hostRewriteLiteral: '' }, 'api.test-shadow'],
  ])('of a request to %s with %j has the host %s', async (host, shadowing, expected) => {
    const { gateway, clock } = shadowed({ shadowing })
    await send(gateway, '/', { host })
    await clock.settle()
    expect(copies()[0]?.headers.getAll('host')).toEqual([expected])
    expect(primaries()[0]?.headers.getAll('host')).toEqual([host])
  })

  test.each([
    ['in memory', () => 'Ada Lovelace'],
    ['as a stream', () => chunks('Ada', ' Love', 'lace')],
  ])('has the body, too: %s', async (_, body) => {
    const { gateway, clock } = shadowed({ answers: { 'users.test': ({ text }) => text } })
    expect(await send(gateway, 'POST /', { body: body() })).toMatchObject({ text: 'Ada Lovelace' })
    await clock.settle()
    expect(copies()).toMatchObject([{ text: 'Ada Lovelace', complete: true }])
  })

  test('is one, however often the request is tried', async () => {
    const retries = { retryOn: '5xx', numRetries: 2, retryBackOff: { baseInterval: '1ms' } } as const
    const { gateway, clock } = shadowed({ options: { retries }, answers: { 'users.test': 503 } })
    const reply = send(gateway, 'POST /', { body: chunks('Ada', '!') })
    await clock.advance(100)
    expect(await reply).toMatchObject({ status: 503 })
    expect(primaries().map(({ text }) => text)).toEqual(['Ada!', 'Ada!', 'Ada!'])
    expect(copies()).toMatchObject([{ text: 'Ada!' }])
  })
})

describe('which requests', () => {
  test('a share of them', async () => {
    const numbers = [0.249, 0.25, 0.9, 0]
    const { gateway, clock } = shadowed({ shadowing: { percentage: 25 }, random: () => numbers.shift() ?? 1 })
    const counts: number[] = []
    for (let turn = 0; turn < 4; turn++) {
      await send(gateway, '/')
      await clock.settle()
      counts.push(copies().length)
    }
    expect(counts).toEqual([1, 1, 1, 2])
  })

  test.each([undefined, 0])('none with %s percent', async (percentage) => {
    const { gateway, clock } = shadowed({ shadowing: { percentage } as RouteShadowing, random: () => 0 })
    await send(gateway, '/')
    await clock.settle()
    expect(copies()).toEqual([])
  })

  test('none of those that have nowhere to go', async () => {
    const { gateway, clock } = shadowed({ config: { upstreams: [upstream('next')] } })
    expect(await send(gateway, '/')).toMatchObject({ status: 503 })
    await clock.settle()
    expect(copies()).toEqual([])
  })

  test('an upstream that does not exist is a warning, and no shadow', async () => {
    const { gateway } = shadowed({ shadowing: { upstream: { name: 'nxt' } } })
    expect(gateway.issues).toMatchObject([
      {
        severity: 'warning',
        code: 'reference-not-found',
        path: 'virtualServices[default.api].virtualHost.routes[0].options.shadowing.upstream',
        found: 'nxt',
      },
    ])
    expect(await send(gateway, '/')).toMatchObject({ status: 200, text: 'primary' })
  })

  test('explain sends none', () => {
    const { gateway, transport } = shadowed()
    expect(gateway.explain(request('/')).options).toMatchObject([{ name: 'shadowing', from: 'route' }])
    expect(transport.calls).toEqual([])
  })
})

describe('nothing of a shadow reaches its request', () => {
  test.each([
    ['refuses', faults.refuse()],
    ['breaks', faults.resetBeforeHeaders()],
    ['breaks its answer off', faults.resetAfter(1)],
    ['never answers', faults.stall()],
    ['reads nothing', faults.neverRead()],
    ['answers before it has read anything', faults.earlyResponse(200)],
  ])('although it %s', async (_, answer) => {
    const { gateway, completed } = shadowed({ answers: { 'users.test': ({ text }) => text, 'next.test': answer } })
    const reply = await send(gateway, 'POST /', { body: chunks('a', 'b', 'c') })
    expect(reply).toMatchObject({ status: 200, text: 'abc' })
    expect(completed[0]).toMatchObject({ responseFlags: [], error: undefined })
  })

  test('a body that it does not keep up with is not held back', async () => {
    const config = { gateways: [{ httpGateway: {}, options: { perConnectionBufferLimitBytes: 5 } }] }
    const { gateway } = shadowed({
      config,
      answers: { 'users.test': ({ text }) => text, 'next.test': faults.neverRead() },
    })
    const reply = await send(gateway, 'POST /', { body: chunks('abc', 'def', 'ghi') })
    expect(reply).toMatchObject({ status: 200, text: 'abcdefghi' })
    expect(copies()).toMatchObject([
      { cancelled: true, reason: { cause: { message: 'too slow for the rest of the body' } } },
    ])
  })

  test('it goes on when the request is over', async () => {
    const { gateway, clock, transport } = shadowed({ answers: { 'next.test': { body: 'late', delay: 5000 } } })
    expect(await send(gateway, '/')).toMatchObject({ text: 'primary' })
    expect(transport.open).toBe(1)
    await clock.advance(5000)
    expect(copies()[0]?.cancelled).toBe(false)
    expect(transport.open).toBe(0)
  })

  test.each([
    ['the timeout of the route', '2s', 2000],
    ['15 seconds where the route has none', '0s', 15_000],
  ] as const)('it ends after %s, its answer included', async (_, timeout, milliseconds) => {
    const { gateway, clock, transport } = shadowed({
      options: { timeout },
      answers: { 'next.test': faults.stallAfter(1) },
    })
    await send(gateway, '/')
    await clock.advance(milliseconds - 1)
    expect(transport.open).toBe(1)
    await clock.advance(1)
    expect(copies()[0]?.cancelled).toBe(true)
    expect(transport.open).toBe(0)
  })

  test('it ends with a request that breaks off', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield new Uint8Array(1)
      throw new Error('cut')
    }
    const { gateway, clock, transport } = shadowed()
    expect(await send(gateway, 'POST /', { body: broken() })).toMatchObject({ status: 400 })
    await clock.settle()
    expect(copies()).toMatchObject([{ complete: false, cancelled: true }])
    expect(transport.open).toBe(0)
  })
})
