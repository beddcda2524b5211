import { describe, expect, test } from 'vitest'
import { forwarding, quick, retrying } from '../../../../test/support/forwarding.ts'
import { upstream } from '../../../../test/support/in-process.ts'
import { faults, type Reply, send, sequence } from '../../../testing/src/index.ts'

const took = ({ headers }: Reply) => headers.getAll('x-envoy-upstream-service-time')
const suppressed = { gateways: [{ httpGateway: { options: { router: { suppressEnvoyHeaders: true } } } }] }

describe('x-envoy-upstream-service-time', () => {
  test('is the time from the end of the request to the head of the response, all tries included', async () => {
    const setup = retrying({ retryOn: '5xx' }, sequence({ status: 503, delay: 100 }, { body: 'Ada', delay: 50 }), {
      random: () => 0,
    })
    const reply = send(setup.gateway, '/')
    await setup.clock.advance(1000)
    expect(took(await reply)).toEqual(['150'])
  })

  test('takes the place of what the upstream says about its own', async () => {
    const { gateway } = forwarding({}, { headers: { 'X-Envoy-Upstream-Service-Time': '7' } })
    expect(took(await send(gateway, '/'))).toEqual(['0'])
  })

  test('is not on answers of the gateway itself', async () => {
    expect(took(await send(forwarding({}, faults.refuse()).gateway, '/'))).toEqual([])
  })
})

describe('x-envoy-expected-rq-timeout-ms', () => {
  const announced = async (setup: ReturnType<typeof forwarding>) => {
    const reply = send(setup.gateway, '/')
    await setup.clock.advance(20_000)
    await reply
    return setup.transport.calls.map(({ headers }) => headers.get('x-envoy-expected-rq-timeout-ms'))
  }

  test('is what is left, for every try', async () => {
    const setup = retrying(
      { retryOn: '5xx', numRetries: 2 },
      { status: 503, delay: 700 },
      {
        options: { timeout: '2s' },
        random: () => 0,
      },
    )
    expect(await announced(setup)).toEqual(['2000', '1300', '600'])
  })

  test('is the time of a try, as long as there is that much', async () => {
    const setup = retrying(
      { retryOn: '5xx', numRetries: 2, perTryTimeout: '1s' },
      { status: 503, delay: 700 },
      {
        options: { timeout: '2s' },
        random: () => 0,
      },
    )
    expect(await announced(setup)).toEqual(['1000', '1000', '600'])
  })

  test('is all the time for tries that get company', async () => {
    const policy = { retryOn: '5xx', perTryTimeout: '1s', hedge: { hedgeOnPerTryTimeout: true } } as const
    const setup = retrying(policy, { body: 'Ada', delay: 100 }, { options: { timeout: '2s' } })
    expect(await announced(setup)).toEqual(['2000'])
  })
})

describe('suppressEnvoyHeaders', () => {
  test('adds none to requests and responses', async () => {
    const setup = forwarding({ prefixRewrite: '/v2/' }, 'Ada', { config: suppressed })
    const reply = await send(setup.gateway, '/users')
    expect([...reply.headers].filter(([name]) => name.startsWith('x-envoy'))).toEqual([])
    expect([...(setup.transport.calls[0]?.headers ?? [])].map(([name]) => name)).not.toContain(
      'x-envoy-expected-rq-timeout-ms',
    )
  })

  test('says nothing of an overload either', async () => {
    const busy = { ...upstream('users', 'a'), circuitBreakers: { maxRequests: 0 } }
    for (const [config, overloaded] of [
      [{ upstreams: [busy] }, 'true'],
      [{ upstreams: [busy], ...suppressed }, undefined],
    ] as const) {
      const reply = await send(forwarding({ retries: { retryOn: '5xx', ...quick } }, 'Ada', { config }).gateway, '/')
      expect(reply).toMatchObject({ status: 503 })
      expect(reply.headers.get('x-envoy-overloaded')).toBe(overloaded)
    }
  })

  test('leaves what is asked for by name', async () => {
    const api = { metadata: { name: 'api' } }
    const virtualHost = {
      options: { includeAttemptCountInResponse: true },
      routes: [{ matchers: [{ prefix: '/' }], routeAction: { single: { upstream: { name: 'users' } } } }],
    }
    const config = { ...suppressed, virtualServices: [{ ...api, virtualHost }] }
    const reply = await send(forwarding({}, 'Ada', { config }).gateway, '/')
    expect(reply.headers.get('x-envoy-attempt-count')).toBe('1')
  })
})
