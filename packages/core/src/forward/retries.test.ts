import { describe, expect, test } from 'vitest'
import { forwarding, quick, retrying, sendAndWait } from '../../../../test/support/forwarding.ts'
import { inProcess, route, service, upstream } from '../../../../test/support/in-process.ts'
import { faults, request, send, sequence } from '../../../testing/src/index.ts'
import { GatewayError } from '../errors.ts'

describe('how often', () => {
  test.each([
    [undefined, 2],
    [0, 2],
    [1, 2],
    [3, 4],
  ])('numRetries %s makes %i attempts', async (numRetries, attempts) => {
    const policy = { retryOn: '5xx', ...(numRetries !== undefined && { numRetries }) }
    const setup = retrying(policy, 503)
    expect(await sendAndWait(setup)).toMatchObject({ status: 503 })
    expect(setup.transport.calls).toHaveLength(attempts)
    expect(setup.completed[0]).toMatchObject({ responseFlags: ['URX'], responseCodeDetails: 'via_upstream' })
  })

  test('until an attempt goes well; each is listed', async () => {
    const policy = { retryOn: '5xx', numRetries: 5 }
    const setup = retrying(policy, sequence(503, faults.resetBeforeHeaders(), 500, 'Ada'), { hosts: ['a', 'b'] })
    expect(await sendAndWait(setup)).toMatchObject({ status: 200, text: 'Ada' })
    const [context] = setup.completed
    expect(context?.attempts.map(({ outcome }) => (GatewayError.is(outcome) ? outcome.code : outcome))).toEqual([
      503,
      'connectionTermination',
      500,
      200,
    ])
    expect(context).toMatchObject({ responseFlags: [], error: undefined })
    expect(setup.transport.open).toBe(0)
  })

  test('not at all without conditions', async () => {
    const setup = retrying({ numRetries: 3 }, 503)
    expect(await sendAndWait(setup)).toMatchObject({ status: 503 })
    expect(setup.transport.calls).toHaveLength(1)
    expect(setup.completed[0]?.responseFlags).toEqual([])
  })

  test('the last failure is answered, with its own flag first', async () => {
    const setup = retrying({ retryOn: 'connect-failure' }, faults.refuse())
    const reply = await sendAndWait(setup)
    expect(reply.status).toBe(503)
    expect(reply.text).toContain('reset reason: connection failure')
    expect(setup.completed[0]?.responseFlags).toEqual(['UF', 'URX'])
  })
})

describe('where', () => {
  test('other hosts are preferred to those that were tried', async () => {
    const setup = retrying({ retryOn: '5xx', numRetries: 2 }, 503, { hosts: ['a', 'b', 'c'] })
    await sendAndWait(setup)
    expect(new Set(setup.transport.calls.map(({ endpoint }) => endpoint)).size).toBe(3)
  })
})

describe('when', () => {
  test('after a pause at random within an interval that doubles', async () => {
    const setup = forwarding({ retries: { retryOn: '5xx', numRetries: 3 } }, 503, { random: () => 0.5 })
    const reply = send(setup.gateway, '/')
    await setup.clock.advance(1000)
    await reply
    expect(setup.transport.calls.map(({ at }) => at)).toEqual([0, 12, 37, 87])
  })

  test('when the upstream wants it', async () => {
    const policy = {
      retryOn: 'retriable-status-codes',
      retriableStatusCodes: [429],
      rateLimitedRetryBackOff: { resetHeaders: [{ name: 'retry-after' }] },
    }
    const answer = sequence({ status: 429, headers: { 'retry-after': '2' } }, 'Ada')
    const setup = retrying(policy, answer, { random: () => 0 })
    const reply = send(setup.gateway, '/')
    await setup.clock.advance(2000)
    expect(await reply).toMatchObject({ status: 200 })
    expect(setup.transport.calls.map(({ at }) => at)).toEqual([0, 2000])
  })

  test('not when the timeout comes first: the answer is given at once', async () => {
    const policy = { retryOn: '5xx', retryBackOff: { baseInterval: '10s', maxInterval: '10s' } } as const
    const setup = retrying(policy, 503, { options: { timeout: '5s' }, random: () => 0.5 })
    const reply = send(setup.gateway, '/')
    await setup.clock.settle()
    expect(await reply).toMatchObject({ status: 503 })
    expect(setup.transport.calls).toHaveLength(1)
    expect(setup.completed[0]?.responseFlags).toEqual([])
  })

  test('never past the timeout of the route', async () => {
    const policy = {
      retryOn: '5xx',
      numRetries: 100,
      retryBackOff: { baseInterval: '300ms', maxInterval: '300ms' },
    } as const
    const setup = retrying(policy, 503, { options: { timeout: '1s' }, random: () => 0.999 })
    const reply = send(setup.gateway, '/')
    await setup.clock.advance(1000)
    expect(await reply).toMatchObject({ status: 503 })
    expect(setup.transport.calls.length).toBe(4)
  })

  test('not after the client has left', async () => {
    const leaving = new AbortController()
    const setup = forwarding({ retries: { retryOn: '5xx' } }, 503, { random: () => 0.9 })
    const reply = send(setup.gateway, '/', { signal: leaving.signal })
    await setup.clock.advance(10)
    leaving.abort('bored')
    await setup.clock.advance(1000)
    expect(await reply).toMatchObject({ status: 0 })
    expect(setup.transport.calls).toHaveLength(1)
    expect(setup.completed[0]).toMatchObject({ responseFlags: ['DC'], attempts: [{ outcome: 503 }] })
  })
})

describe('responses that are thrown away', () => {
  test('are read to their end, so that their connections can be used again', async () => {
    const setup = retrying({ retryOn: '5xx' }, sequence({ status: 503, body: 'busy' }, 'Ada'))
    await sendAndWait(setup)
    expect(setup.transport.calls[0]?.cancelled).toBe(false)
    expect(setup.transport.open).toBe(0)
  })

  test.each([
    ['too long', { status: 503, body: 'x'.repeat(70_000) }],
    ['too slow', faults.stallAfter(1, { status: 503, body: ['xx'] })],
  ] as const)('are given up when they are %s', async (_, answer) => {
    const setup = retrying({ retryOn: '5xx' }, sequence(answer, 'Ada'))
    const reply = send(setup.gateway, '/')
    await setup.clock.advance(1000)
    expect(await reply).toMatchObject({ status: 200 })
    expect(setup.transport.calls[0]?.cancelled).toBe(true)
    expect(setup.transport.open).toBe(0)
  })
})

describe('levels', () => {
  test("a route's policy replaces the virtual host's as a whole", async () => {
    const api = service('api', [
      route('/own', 'users', { options: { retries: { numRetries: 1 } } }),
      route('/', 'users'),
    ])
    const options = { retries: { retryOn: '5xx', numRetries: 3, ...quick } }
    const config = {
      upstreams: [upstream('users')],
      virtualServices: [{ ...api, virtualHost: { ...api.virtualHost, options } }],
    }
    for (const [target, attempts] of [
      ['/own', 1],
      ['/', 4],
    ] as const) {
      const setup = inProcess(config, { '*': 503 })
      await sendAndWait(setup, target)
      expect(setup.transport.calls, target).toHaveLength(attempts)
      const from = target === '/own' ? 'route' : 'virtual host default.api'
      expect(setup.gateway.explain(request(target)).options).toMatchObject([{ name: 'retries', from }])
    }
  })

  test('explain shows each option with its level', () => {
    const { gateway } = forwarding({ timeout: '3s', retries: { retryOn: '5xx' } }, 200)
    expect(gateway.explain(request('/')).options).toEqual([
      { name: 'timeout', value: '3s', from: 'route' },
      { name: 'retries', value: { retryOn: '5xx' }, from: 'route' },
    ])
  })
})

test('a host that is chosen by name is told to its upstream attempt by attempt', async () => {
  const setup = retrying({ retryOn: '5xx' }, sequence(503, 'Ada'), {
    hosts: ['a.test', 'b.test'],
    options: { autoHostRewrite: true },
  })
  await sendAndWait(setup)
  const hosts = setup.transport.calls.map(({ headers, endpoint }) => [headers.get('host'), endpoint.split(':')[0]])
  for (const [host, endpoint] of hosts) expect(host).toBe(endpoint)
  expect(new Set(hosts.map(([host]) => host)).size).toBe(2)
})
