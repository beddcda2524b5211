import { describe, expect, test, vi } from 'vitest'
import { inProcess, route, service, simple, upstream } from '../../../test/support/in-process.ts'
import { RecordingDownstream } from '../../../test/support/recording-downstream.ts'
import { faults, request, send } from '../../testing/src/index.ts'
import type { GatewayConfig } from './config/gateway-config.ts'
import { Gateway } from './gateway.ts'
import { isStreamBody } from './http/body.ts'

const twoGateways: GatewayConfig = {
  ...simple(),
  gateways: [
    { metadata: { name: 'inside' }, httpGateway: {}, bindPort: 1 },
    { metadata: { name: 'outside' }, httpGateway: { virtualServiceSelector: { public: 'yes' } }, bindPort: 2 },
  ],
}

describe('a gateway', () => {
  test("without a configuration serves nothing, under Gloo's name", async () => {
    const { gateway, completed } = inProcess({})
    expect(gateway.listeners).toEqual(['gateway-proxy'])
    expect(gateway.listener()).toMatchObject({ name: 'gateway-proxy', bindAddress: '::', bindPort: 8080 })
    expect(await send(gateway, '/')).toMatchObject({ status: 404, text: '' })
    expect(completed[0]).toMatchObject({ gateway: 'gateway-proxy', virtualService: '', responseFlags: ['NR'] })
  })

  test('made of its own JSON is an equal one', async () => {
    const { gateway } = inProcess(simple([route('/a', 'users', { options: { timeout: '3s' } })]))
    const again = inProcess(JSON.parse(JSON.stringify(gateway)))
    expect(again.gateway.toJSON()).toEqual(gateway.toJSON())
    expect(await send(again.gateway, '/a')).toMatchObject({ status: 200 })
  })

  test('needs nothing from outside until it is used', async () => {
    const gateway = new Gateway(simple())
    const reply = await send(gateway, '/')
    expect(reply.status).toBeGreaterThanOrEqual(500)
  })

  test('names its entrances, and asks for a name where there are several', async () => {
    const { gateway, completed } = inProcess(twoGateways)
    expect(gateway.listeners).toEqual(['inside', 'outside'])
    expect(gateway.listener('outside').bindPort).toBe(2)
    expect(() => gateway.listener()).toThrow('name one of the gateways "inside", "outside"')
    expect(() => gateway.listener('other')).toThrow('there is no gateway "other", only "inside", "outside"')
    expect(await send(gateway, '/', { gateway: 'inside' })).toMatchObject({ status: 200 })
    expect(await send(gateway, '/', { gateway: 'outside' })).toMatchObject({ status: 404 })
    expect(completed.map((context) => context.gateway)).toEqual(['inside', 'outside'])
  })

  test('breaks the connection of an adapter that asks for an entrance that is gone', () => {
    const { gateway } = inProcess(twoGateways)
    const downstream = new RecordingDownstream('/')
    gateway.serve(downstream, 'gone')
    expect(downstream.calls).toEqual(['destroy RangeError: there is no gateway "gone"'])
  })
})

describe('handle', () => {
  test('gives the response before its body is complete', async () => {
    const { gateway, clock } = inProcess(simple(), { '*': faults.slowDrip({ bytes: 2, every: 1000 }) })
    const response = await gateway.handle(request('/'))
    expect(response.status).toBe(200)
    expect(isStreamBody(response.body)).toBe(true)
    const chunks: number[] = []
    const reading = (async () => {
      for await (const chunk of response.body as AsyncIterable<Uint8Array>) chunks.push(chunk.length)
    })()
    await clock.advance(1000)
    expect(chunks).toEqual([1])
    await clock.advance(1000)
    await reading
    expect(chunks).toEqual([1, 1])
  })

  test('a body that breaks throws while it is read', async () => {
    const { gateway } = inProcess(simple(), { '*': faults.resetAfter(2) })
    const { body } = await gateway.handle(request('/'))
    await expect(async () => {
      for await (const _ of body as AsyncIterable<Uint8Array>);
    }).rejects.toMatchObject({ code: 'upstreamBodyBroken' })
  })

  test('a reader that stops lets go of the upstream', async () => {
    const { gateway, transport, completed, clock } = inProcess(simple(), { '*': faults.stallAfter(3) })
    const { body } = await gateway.handle(request('/'))
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      expect(chunk).toHaveLength(3)
      break
    }
    await clock.settle()
    expect(transport.open).toBe(0)
    expect(completed[0]?.error).toMatchObject({ code: 'clientGone' })
  })

  test('hands interim responses on', async () => {
    const { gateway } = inProcess(simple(), { '*': faults.informational(103, { link: '</a>' }, 'done') })
    const interim = vi.fn()
    await gateway.handle(request('/'), { onInformational: interim })
    expect(interim).toHaveBeenCalledExactlyOnceWith(103, expect.anything())
  })

  test.each(['before', 'while it waits'])('a signal that aborts %s ends the exchange', async (when) => {
    const leaving = new AbortController()
    if (when === 'before') leaving.abort('early')
    const { gateway, clock, transport, completed } = inProcess(simple(), { '*': faults.stall() })
    const response = gateway.handle(request('/'), { signal: leaving.signal })
    await clock.settle()
    if (when !== 'before') leaving.abort('late')
    expect(await response).toMatchObject({ status: 499 })
    await clock.settle()
    expect(completed).toHaveLength(1)
    expect(completed[0]).toMatchObject({ status: 0, responseFlags: ['DC'] })
    expect(transport.open).toBe(0)
  })

  test('a signal keeps no listener of exchanges that are over', async () => {
    const { signal } = new AbortController()
    const add = vi.spyOn(signal, 'addEventListener')
    const remove = vi.spyOn(signal, 'removeEventListener')
    const { gateway, completed } = inProcess(simple())
    for (let count = 0; count < 5; count++) {
      const { body } = await gateway.handle(request('/'), { signal })
      for await (const _ of body as AsyncIterable<Uint8Array>);
    }
    expect(completed).toHaveLength(5)
    const listeners = add.mock.calls.map(([, listener]) => listener)
    expect(remove.mock.calls.map(([, listener]) => listener)).toEqual(listeners)
  })

  test('leaves the request that it was given as it is', async () => {
    const { gateway } = inProcess(simple([], { upstreams: [upstream('users')] }))
    const made = request('/a/../b', { headers: { connection: 'x-a', 'x-a': '1' } })
    const before = [...made.headers]
    await gateway.handle(made)
    expect([...made.headers]).toEqual(before)
    expect(made.target).toBe('/a/../b')
  })
})

describe('close', () => {
  test('lets what is in flight end within the grace, and lets go of upstreams', async () => {
    const { gateway, clock, transport } = inProcess(simple(), { '*': { delay: 500, body: 'in time' } })
    const reply = send(gateway, '/')
    await clock.settle()
    const closing = gateway.close({ grace: 1000 })
    await clock.advance(500)
    expect(await reply).toMatchObject({ status: 200, text: 'in time' })
    await closing
    expect(transport.closed).toBe(true)
    expect(transport.released).toEqual(['users.test:8080'])
    expect(clock.pending).toBe(0)
  })

  test('cuts what takes longer', async () => {
    const { gateway, clock, completed } = inProcess(simple(), { '*': faults.stall() })
    const reply = send(gateway, '/')
    await clock.settle()
    const closing = gateway.close({ grace: 1000 })
    await clock.advance(1000)
    await closing
    expect(await reply).toMatchObject({ status: 503 })
    expect(completed[0]).toMatchObject({ responseCodeDetails: 'gateway_closed' })
  })

  test('later requests are answered, and closing twice is harmless', async () => {
    const { gateway } = inProcess(simple([{ matchers: [{ prefix: '/up' }], directResponseAction: { status: 200 } }]))
    await gateway.close()
    await gateway.close()
    expect(await send(gateway, '/')).toMatchObject({ status: 503 })
    expect(await send(gateway, '/up')).toMatchObject({ status: 200 })
  })
})

test('two gateways in one process share nothing', async () => {
  const one = inProcess({ ...simple(), virtualServices: [service('a', [route('/', 'users')])] })
  const two = inProcess({ virtualServices: [service('a', [{ directResponseAction: { status: 204 } }])] })
  await one.gateway.close()
  expect(await send(two.gateway, '/')).toMatchObject({ status: 204 })
  expect(two.completed).toHaveLength(1)
})
