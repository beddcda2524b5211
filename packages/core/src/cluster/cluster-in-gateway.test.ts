import { faults, send } from '@headgate/testing'
import { describe, expect, test } from 'vitest'
import { inProcess, route, service, upstream } from '../../../../test/support/in-process.ts'
import type { GatewayConfig } from '../config/gateway-config.ts'
import type { RouteOptions } from '../config/route-options.ts'
import type { UpstreamConfig } from '../config/upstream.ts'

const addresses = ['10.0.0.1', '10.0.0.2', '10.0.0.3']

function config(
  more: Partial<UpstreamConfig>,
  options?: RouteOptions,
  rest: Partial<GatewayConfig> = {},
): GatewayConfig {
  return {
    upstreams: [{ ...upstream('users', ...addresses), ...more }],
    virtualServices: [service('api', [route('/', 'users', options && { options })])],
    ...rest,
  }
}

/** Every host answers with its own address. */
const echo = { '*': ({ endpoint }: { readonly endpoint: string }) => endpoint }

describe('lbHash', () => {
  test('keeps requests of one key on one host, and gives the client the cookie that it makes the key from', async () => {
    const cookie = { name: 'user', ttl: '1h', path: '/' } as const
    const options: RouteOptions = { lbHash: { hashPolicies: [{ cookie }] } }
    const { gateway } = inProcess(config({ loadBalancerConfig: { ringHash: {} } }, options), echo)
    const first = await send(gateway, '/')
    const [line = ''] = first.headers.getAll('set-cookie')
    expect(line).toMatch(/^user="[0-9a-f]{16}"; Max-Age=3600; Path=\/; HttpOnly$/)
    for (let request = 0; request < 20; request++) {
      const reply = await send(gateway, '/', { headers: { cookie: line.split(';', 1)[0] ?? '' } })
      expect([reply.text, reply.headers.has('set-cookie')]).toEqual([first.text, false])
    }
  })

  test('a retry goes to another host, and the cookie stays the same', async () => {
    const options: RouteOptions = {
      lbHash: { hashPolicies: [{ cookie: { name: 'user', ttl: '0s' } }] },
      retries: { retryOn: 'connect-failure', numRetries: 2 },
    }
    const { gateway, transport, clock } = inProcess(config({ loadBalancerConfig: { maglev: {} } }, options), echo)
    const { text: wanted, headers } = await send(gateway, '/')
    transport.answer(wanted, faults.refuse())
    const cookie = headers.get('set-cookie')?.split(';', 1)[0] ?? ''
    const reply = send(gateway, '/', { headers: { cookie } })
    await clock.advance(1000)
    expect((await reply).text).not.toBe(wanted)
    expect((await reply).headers.has('set-cookie')).toBe(false)
  })
})

describe('statefulSession', () => {
  const headerBased = { headerName: 'x-session' }

  test('of a route keeps a client on its host', async () => {
    const { gateway } = inProcess(config({}, { statefulSession: { headerBased } }), echo)
    const first = await send(gateway, '/')
    const session = first.headers.get('x-session') ?? ''
    expect(atob(session)).toBe(first.text)
    for (let request = 0; request < 10; request++) {
      const reply = await send(gateway, '/', { headers: { 'x-session': session } })
      expect([reply.text, reply.headers.has('x-session')]).toEqual([first.text, false])
    }
  })

  test('of the gateway holds for routes that have none', async () => {
    const gateways = [{ metadata: { name: 'main' }, httpGateway: { options: { statefulSession: { headerBased } } } }]
    const { gateway } = inProcess(config({}, undefined, { gateways }), echo)
    expect((await send(gateway, '/')).headers.has('x-session')).toBe(true)
  })

  test('that is strict answers 503 when its host is gone', async () => {
    const statefulSession = { headerBased, strict: true }
    const { gateway, completed } = inProcess(config({}, { statefulSession }), echo)
    const reply = await send(gateway, '/', { headers: { 'x-session': btoa('10.9.9.9:80') } })
    expect([reply.status, reply.text, completed[0]?.responseFlags]).toEqual([503, 'no healthy upstream', ['UH']])
  })
})

describe('subsets', () => {
  const hosts = addresses.map((addr, index) => ({
    addr,
    port: 8080,
    metadata: { 'envoy.lb': { color: index === 0 ? 'blue' : 'green' } },
  }))
  const subsetSpec = { selectors: [{ keys: ['color'] }], fallbackPolicy: 'NO_FALLBACK' } as const
  const to = (color: string, prefix = '/') => ({
    matchers: [{ prefix }],
    routeAction: { single: { upstream: { name: 'users' }, subset: { values: { color } } } },
  })
  const subsets = (values: string): GatewayConfig => ({
    upstreams: [{ metadata: { name: 'users' }, static: { hosts, subsetSpec } }],
    virtualServices: [service('api', [to(values)])],
  })

  test('are what a route may ask for', async () => {
    const { gateway } = inProcess(subsets('blue'), echo)
    const texts = await Promise.all(Array.from({ length: 9 }, async () => (await send(gateway, '/')).text))
    expect(new Set(texts)).toEqual(new Set(['10.0.0.1:8080']))
  })

  test('without a host and a fallback are answered 503', async () => {
    const { gateway } = inProcess(subsets('red'), echo)
    expect(await send(gateway, '/')).toMatchObject({ status: 503, text: 'no healthy upstream' })
  })

  test('of weighted destinations are each their own', async () => {
    const destination = (color: string) => ({
      destination: { upstream: { name: 'users' }, subset: { values: { color } } },
      weight: 1,
    })
    const action = { multi: { destinations: [destination('blue'), destination('green')] } }
    const { gateway } = inProcess(
      { ...subsets('blue'), virtualServices: [service('api', [{ routeAction: action }])] },
      echo,
    )
    const texts = await Promise.all(Array.from({ length: 200 }, async () => (await send(gateway, '/')).text))
    const blue = texts.filter((text) => text === '10.0.0.1:8080').length
    expect(Math.abs(blue - 100)).toBeLessThan(4 * Math.sqrt(200 * 0.25))
  })

  test('that the upstream cannot have are an error, and warned of where it has none at all', () => {
    const wrong = {
      ...to('blue'),
      routeAction: { single: { upstream: { name: 'users' }, subset: { values: { size: 'l' } } } },
    }
    expect(() => inProcess({ ...subsets('blue'), virtualServices: [service('api', [wrong])] })).toThrow(
      /routeAction\.single\.subset\.values: no selector of the upstream has the keys of the subset/,
    )
    const { gateway } = inProcess({ ...subsets('blue'), upstreams: [upstream('users')] })
    expect(gateway.issues.map(({ code, path }) => `${code} ${path}`)).toEqual([
      'no-effect virtualServices[default.api].virtualHost.routes[0].routeAction.single.subset',
    ])
  })
})

describe('circuit breakers', () => {
  test('answer what is over the limit at once, and say so', async () => {
    const { gateway, completed } = inProcess(config({ circuitBreakers: { maxRequests: 1 } }), { '*': faults.stall() })
    const leaves = new AbortController()
    const first = send(gateway, '/', { signal: leaves.signal })
    const second = await send(gateway, '/')
    expect([second.status, second.headers.get('x-envoy-overloaded'), completed[0]?.responseFlags]).toEqual([
      503,
      'true',
      ['UO'],
    ])
    expect(second.text).toBe('upstream connect error or disconnect/reset before headers. reset reason: overflow')
    leaves.abort()
    await first
    expect(gateway.clusters()[0]?.circuitBreakers.used.requests).toBe(0)
  })

  test('count a request until the end of its response', async () => {
    const answers = { '*': faults.stallAfter(5) }
    const { gateway } = inProcess(config({ circuitBreakers: { maxRequests: 1 } }), answers)
    const leaves = new AbortController()
    const first = send(gateway, '/', { signal: leaves.signal })
    expect((await send(gateway, '/')).status).toBe(503)
    leaves.abort()
    await first
  })

  test('of the settings are for upstreams that have none', () => {
    const settings = { gloo: { circuitBreakers: { maxRequests: 7 } } }
    const limits = (own: Partial<UpstreamConfig>) =>
      inProcess(config(own, undefined, { settings })).gateway.clusters()[0]?.circuitBreakers.limits
    expect(limits({})).toMatchObject({ requests: 7, retries: 3 })
    expect(limits({ circuitBreakers: { maxRetries: 9 } })).toMatchObject({ requests: 1024, retries: 9 })
  })
})

describe('outlier detection', () => {
  test('takes a host out of use that fails, and the rest serve', async () => {
    const outlierDetection = { interval: '10s', consecutive5xx: 2 } as const
    const { gateway, events, clock } = inProcess(config({ outlierDetection }), { ...echo, '10.0.0.2': 500 })
    for (let request = 0; request < 6; request++) await send(gateway, '/')
    const after = await Promise.all(Array.from({ length: 30 }, async () => (await send(gateway, '/')).status))
    expect(new Set(after)).toEqual(new Set([200]))
    expect(events.map(({ type }) => type)).toEqual(['snapshot', 'ejected'])
    expect(gateway.clusters()[0]?.hosts.map(({ healthy }) => healthy)).toEqual([true, false, true])
    await clock.advance(30_000)
    expect(gateway.clusters()[0]?.hosts.map(({ healthy }) => healthy)).toEqual([true, true, true])
    await gateway.close()
    expect(clock.pending).toBe(0)
  })
})

describe('failover', () => {
  test('serves from the next priority when no host of the first is left', async () => {
    const lbEndpoints = [{ address: '10.1.0.1', port: 8080 }]
    const { gateway } = inProcess(
      config({
        failover: { prioritizedLocalities: [{ localityEndpoints: [{ lbEndpoints }] }] },
        outlierDetection: { interval: '10s', consecutive5xx: 1, maxEjectionPercent: 100 },
      }),
      { ...echo, '10.0.0.1': 500, '10.0.0.2': 500, '10.0.0.3': 500 },
    )
    for (let request = 0; request < 3; request++) await send(gateway, '/')
    expect(await send(gateway, '/')).toMatchObject({ status: 200, text: '10.1.0.1:8080' })
  })

  test('with a secret that is not there is refused', () => {
    const upstreamSslConfig = { secretRef: { name: 'gone' } }
    const lbEndpoints = [{ address: '10.1.0.1', port: 8443, upstreamSslConfig }]
    const failover = { prioritizedLocalities: [{ localityEndpoints: [{ lbEndpoints }] }] }
    expect(() => inProcess(config({ failover }))).toThrow(
      /lbEndpoints\[0\]\.upstreamSslConfig\.secretRef: secret "gone"/,
    )
  })
})

describe('health checks', () => {
  test('end with the gateway, and tell nothing of its end', async () => {
    const times = { timeout: '1s', interval: '1s', noTrafficInterval: '1s' } as const
    const check = { ...times, unhealthyThreshold: 1, healthyThreshold: 1 }
    const healthChecks = [{ ...check, httpHealthCheck: { path: '/healthz' } }]
    const answers = { '*': ({ path }: { readonly path: string }) => (path === '/healthz' ? 200 : faults.stall()) }
    const { gateway, clock, events } = inProcess(config({ healthChecks }), answers)
    await clock.advance(3000)
    const stalled = send(gateway, '/')
    const closed = gateway.close({ grace: 5000 })
    await clock.advance(10_000)
    await Promise.all([stalled, closed])
    expect(events.map(({ type }) => type)).toEqual(['snapshot'])
    expect(clock.pending).toBe(0)
  })
})
