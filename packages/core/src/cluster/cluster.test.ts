import { faults } from '@headgate/testing'
import { describe, expect, test } from 'vitest'
import { fakeContext } from '../../../../test/support/fake-context.ts'
import { hosts, LiveCluster } from '../../../../test/support/live-cluster.ts'
import { xxHash64 } from './hash/xxhash64.ts'
import { compileSelector } from './selection/selector.ts'

describe('circuit breakers', () => {
  test('refuse more requests than may be in flight, of all hosts together', async () => {
    const upstream = new LiveCluster(
      { ...hosts(2), circuitBreakers: { maxRequests: 2 } },
      { answers: { '*': faults.stall() } },
    )
    const waiting = [upstream.send(), upstream.send()]
    expect(await upstream.send()).toBe('overflow')
    expect(upstream.transport.calls).toHaveLength(2)
    expect(upstream.cluster.breaker.overflows).toBe(1)
    expect(waiting).toHaveLength(2)
  })

  test('let requests in again when others have ended', async () => {
    const upstream = new LiveCluster({ ...hosts(1), circuitBreakers: { maxRequests: 1 } })
    expect([await upstream.send(), await upstream.send(), await upstream.send()]).toEqual(['200', '200', '200'])
  })

  test('bound retries in flight', () => {
    const { breaker } = new LiveCluster({ ...hosts(1), circuitBreakers: { maxRetries: 2 } }).cluster
    expect([breaker.startRetry(), breaker.startRetry(), breaker.startRetry()]).toEqual([true, true, false])
    breaker.endRetry()
    expect(breaker.startRetry()).toBe(true)
  })

  test('have Envoy’s limits by default, and tell what is left where that is wanted', async () => {
    const limits = { connections: 1024, pendingRequests: 1024, requests: 1024, retries: 3 }
    const { breaker } = new LiveCluster(hosts(1)).cluster
    expect(breaker.status()).toEqual({
      limits,
      used: { connections: 0, pendingRequests: 0, requests: 0, retries: 0 },
      overflows: 0,
    })
    const tracked = new LiveCluster({ ...hosts(1), circuitBreakers: { trackRemaining: true } }).cluster
    tracked.started(tracked.pick([]))
    tracked.breaker.startRetry()
    expect(tracked.breaker.status().remaining).toEqual({ ...limits, requests: 1023, retries: 2 })
  })

  test('are what every endpoint of the upstream counts towards', () => {
    const { cluster } = new LiveCluster({ ...hosts(2), circuitBreakers: { maxConnections: 7, maxPendingRequests: 5 } })
    for (const { endpoint } of cluster.hosts) {
      expect(endpoint.connection).toMatchObject({ maxConnections: 7, maxPendingRequests: 5 })
      expect(endpoint.connection.usage).toBe(cluster.breaker)
    }
  })
})

describe('counters', () => {
  test('tell what hosts have in flight, have had, and have failed at', async () => {
    const upstream = new LiveCluster(hosts(1), { answers: { '*': 200 } })
    await upstream.send()
    const { cluster } = upstream
    const [host] = cluster.hosts
    cluster.started(host)
    expect(cluster.status().hosts[0]).toMatchObject({ active: 1, total: 2, failed: 0 })
    cluster.finished(host)
    expect(cluster.status().hosts[0]).toMatchObject({ active: 0, total: 2 })
  })
})

describe('a load balancer', () => {
  test.each([
    [{ leastRequest: {} }, 'least'],
    [{ roundRobin: {} }, 'turn'],
  ] as const)('is the one of the configuration: %o', (loadBalancerConfig, kind) => {
    const upstream = new LiveCluster({ ...hosts(2), loadBalancerConfig })
    upstream.host('10.0.0.1').active = 100
    const share = upstream.picks(100).filter((address) => address === '10.0.0.1').length
    expect(share).toBe(kind === 'least' ? 0 : 50)
  })

  test.each([
    [{ ringHash: {} }, true],
    [{ maglev: {} }, true],
    [{ random: {} }, false],
    [undefined, false],
  ] as const)('hashes requests if it can use that: %o', (loadBalancerConfig, hashes) => {
    const upstream = new LiveCluster({ ...hosts(5), ...(loadBalancerConfig && { loadBalancerConfig }) })
    const selector = compileSelector({
      lbHash: { hashPolicies: [{ cookie: { name: 'user', ttl: '0s' } }] },
      statefulSession: undefined,
      subset: undefined,
    })
    const selection = selector?.select(fakeContext(), upstream.cluster)
    expect(selection?.hash !== undefined).toBe(hashes)
    expect(upstream.picked(selection)).toHaveLength(hashes ? 1 : 5)
  })

  test('by hash leaves most keys where they are when a host is ejected, and brings its keys back with it', () => {
    const upstream = new LiveCluster({ ...hosts(10), loadBalancerConfig: { maglev: {} } })
    const keys = Array.from({ length: 2000 }, (_, index) => ({ hash: xxHash64(`key-${index}`) }))
    const placed = () => keys.map((key) => upstream.cluster.pick([], key)?.address)
    const before = placed()
    upstream.host('10.0.0.4').ejected = true
    upstream.cluster.healthChanged()
    const during = placed()
    expect(during).not.toContain('10.0.0.4:8080')
    const disturbed = before.filter((address, index) => address !== '10.0.0.4:8080' && address !== during[index])
    expect(disturbed.length / keys.length).toBeLessThan(0.03)
    upstream.host('10.0.0.4').ejected = false
    upstream.cluster.healthChanged()
    expect(placed()).toEqual(before)
  })
})

describe('an update', () => {
  test('that leaves the upstream alone leaves hosts and connections alone', async () => {
    const upstream = new LiveCluster(hosts(2))
    await upstream.send(upstream.host('10.0.0.1'))
    const before = upstream.cluster
    upstream.define(structuredClone(hosts(2)))
    expect(upstream.cluster).toBe(before)
    expect([upstream.transport.released, upstream.host('10.0.0.1').total]).toEqual([[], 1])
  })

  test('with another function that finds hosts is another definition', () => {
    const source = (addr: string) => (changed: (hosts: readonly { addr: string; port: number }[]) => void) => {
      changed([{ addr, port: 80 }])
      return () => {}
    }
    const first = source('10.0.0.1')
    const upstream = new LiveCluster({ endpoints: first })
    const before = upstream.cluster
    upstream.define({ endpoints: first })
    expect(upstream.cluster).toBe(before)
    upstream.define({ endpoints: source('10.0.0.2') })
    expect(upstream.picked()).toEqual(['10.0.0.2'])
    expect(upstream.transport.released).toEqual(['10.0.0.1:80'])
  })
})

test('status says why a host is not used', async () => {
  const check = { timeout: '1s', interval: '5s', unhealthyThreshold: 1, healthyThreshold: 1 } as const
  const upstream = new LiveCluster(
    {
      ...hosts(2),
      healthChecks: [{ ...check, httpHealthCheck: { path: '/' } }],
      outlierDetection: { interval: '10s', consecutive5xx: 1, maxEjectionPercent: 100 },
      loadBalancerConfig: { healthyPanicThreshold: 0 },
    },
    { answers: { '10.0.0.1': 404, '*': 200 } },
  )
  await upstream.clock.advance(4000)
  upstream.answered('10.0.0.1', 500)
  const { name, panic, hosts: seen } = upstream.cluster.status()
  expect([name, panic]).toEqual(['default.users', []])
  expect(seen[0]).toMatchObject({
    address: '10.0.0.1:8080',
    healthy: false,
    because: ['ejected: consecutive5xx', 'health check: answered with status 404'],
    ejections: 1,
    ejectedFor: 30_000,
  })
  expect(seen[1]).toMatchObject({ healthy: true, because: [], ejections: 0 })
})
