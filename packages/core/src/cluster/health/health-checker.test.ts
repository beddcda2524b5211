import { type Answer, faults } from '@headgate/testing'
import { describe, expect, test } from 'vitest'
import { hosts, LiveCluster, type LiveClusterOptions } from '../../../../../test/support/live-cluster.ts'
import type { HealthCheck } from '../../config/health-check.ts'
import { HeaderMap } from '../../http/headers.ts'

const base: HealthCheck = {
  timeout: '1s',
  interval: '10s',
  noTrafficInterval: '10s',
  unhealthyThreshold: 3,
  healthyThreshold: 2,
  httpHealthCheck: { path: '/healthz' },
}

function checked(
  answers: Readonly<Record<string, Answer>>,
  more: Partial<HealthCheck> = {},
  count = 2,
  options: LiveClusterOptions = {},
): LiveCluster {
  return new LiveCluster({ ...hosts(count), healthChecks: [{ ...base, ...more }] }, { answers, ...options })
}

/** When hosts were asked, in milliseconds. */
function times({ transport }: LiveCluster, endpoint = '10.0.0.1:8080'): readonly number[] {
  return transport.calls.filter((call) => call.endpoint === endpoint).map(({ at }) => at)
}

async function settle({ clock }: LiveCluster): Promise<void> {
  await clock.advance(0)
}

describe('health', () => {
  test('is lost with the first answer at the start, and gained with the first', async () => {
    const upstream = checked({ '10.0.0.1': 500, '*': 200 })
    expect(upstream.picked()).toEqual(['10.0.0.1', '10.0.0.2'])
    await settle(upstream)
    expect(upstream.picked()).toEqual(['10.0.0.2'])
    expect(upstream.told).toEqual(['10.0.0.1:8080 unhealthy: answered with status 500'])
  })

  test('changes after as many answers in a row as the thresholds say', async () => {
    const upstream = checked({ '*': 200 })
    await settle(upstream)
    const failing = () => upstream.cluster.hosts[0]?.failingChecks
    const seen: (number | undefined)[] = []
    for (const answer of [500, 500, 200, 500, 500, 500, 200, 500, 200, 200]) {
      upstream.transport.answer('10.0.0.1', answer)
      await upstream.clock.advance(10_000)
      seen.push(failing())
    }
    expect(seen).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1, 0])
  })

  test.each([
    { what: 'a status of 503', answer: 503, reason: 'answered with status 503' },
    {
      what: 'a header that asks for it',
      answer: { headers: { 'x-envoy-immediate-health-check-fail': 'true' } },
      reason: 'asked to be taken out of use',
    },
  ])('is lost at once with $what', async ({ answer, reason }) => {
    const upstream = checked({ '*': 200 })
    await settle(upstream)
    upstream.transport.answer('10.0.0.1', answer)
    await upstream.clock.advance(10_000)
    expect(upstream.told).toEqual([`10.0.0.1:8080 unhealthy: ${reason}`])
  })

  test('is lost with the answer to a request that asks for it, until checks pass again', async () => {
    const upstream = checked({ '*': 200 })
    await settle(upstream)
    const headers = new HeaderMap([['x-envoy-immediate-health-check-fail', '']])
    upstream.cluster.responded(upstream.host('10.0.0.1'), 200, headers)
    expect(upstream.picked()).toEqual(['10.0.0.2'])
    await upstream.clock.advance(20_000)
    expect(upstream.picked()).toEqual(['10.0.0.1', '10.0.0.2'])
  })

  test.each([
    { what: 'refuses', answer: faults.refuse(), reason: 'connection refused' },
    { what: 'resets', answer: faults.resetBeforeHeaders(), reason: 'socket hang up' },
    { what: 'is silent', answer: faults.stall(), reason: 'no answer within 1000 ms' },
    { what: 'stops in its answer', answer: faults.stallAfter(3), reason: 'no answer within 1000 ms' },
    { what: 'breaks its answer off', answer: faults.resetAfter(3), reason: 'the answer broke off: socket hang up' },
  ])('fails of a host that $what', async ({ answer, reason }) => {
    const upstream = checked({ '10.0.0.1': answer, '*': 200 })
    await upstream.clock.advance(1000)
    expect(upstream.told).toEqual([`10.0.0.1:8080 unhealthy: ${reason}`])
    upstream.close()
    await settle(upstream)
    expect([upstream.clock.pending, upstream.transport.open]).toEqual([0, 0])
  })

  test('of a host that comes later has to be shown first', async () => {
    let tell: (addresses: readonly string[]) => void = () => {}
    const upstream = new LiveCluster({
      endpoints: (changed) => {
        tell = (addresses) => changed(addresses.map((addr) => ({ addr, port: 8080 })))
        tell(['10.0.0.1', '10.0.0.2'])
        return () => {}
      },
      healthChecks: [base],
    })
    await settle(upstream)
    tell(['10.0.0.1', '10.0.0.2', '10.0.0.3'])
    expect(upstream.picked()).toEqual(['10.0.0.1', '10.0.0.2'])
    expect(upstream.cluster.status().hosts[2]?.because).toEqual(['health check: has not passed a health check yet'])
    await settle(upstream)
    expect(upstream.picked()).toEqual(['10.0.0.1', '10.0.0.2', '10.0.0.3'])
    tell(['10.0.0.3'])
    const asked = times(upstream).length
    await upstream.clock.advance(60_000)
    expect(times(upstream)).toHaveLength(asked)
    upstream.close()
    expect(upstream.clock.pending).toBe(0)
  })

  test('needs every check, where there are several', async () => {
    const upstream = new LiveCluster(
      { ...hosts(2), healthChecks: [base, { ...base, httpHealthCheck: { path: '/ready' } }] },
      { answers: { '10.0.0.1': ({ path }) => (path === '/ready' ? 500 : 200), '*': 200 } },
    )
    await settle(upstream)
    expect(upstream.picked()).toEqual(['10.0.0.2'])
  })

  test('of all being lost, the panic threshold has requests go on', async () => {
    const upstream = checked({ '*': 500 })
    await settle(upstream)
    expect(upstream.picked()).toEqual(['10.0.0.1', '10.0.0.2'])
  })

  test('of all being lost without a panic threshold, there is no host', async () => {
    const upstream = new LiveCluster(
      { ...hosts(1), healthChecks: [base], loadBalancerConfig: { healthyPanicThreshold: 0 } },
      { answers: { '*': 500 } },
    )
    expect(upstream.picked()).toEqual(['10.0.0.1'])
    await settle(upstream)
    expect(upstream.picked()).toEqual([undefined])
  })
})

describe('hosts are asked', () => {
  test('each interval, the first time at once', async () => {
    const upstream = checked({ '*': 200 })
    await upstream.clock.advance(30_000)
    expect(times(upstream)).toEqual([0, 10_000, 20_000, 30_000])
  })

  test('rarely while nobody uses the upstream, and as often as others from then on', async () => {
    const upstream = checked({ '*': 200 }, { noTrafficInterval: '60s' })
    await upstream.clock.advance(65_000)
    expect(times(upstream)).toEqual([0, 60_000])
    await upstream.send(upstream.host('10.0.0.2'))
    await upstream.clock.advance(20_000)
    expect(times(upstream)).toEqual([0, 60_000, 75_000, 85_000])
  })

  test('at intervals of their own while they fail, and while they change sides', async () => {
    const upstream = checked(
      { '*': 200 },
      { unhealthyInterval: '4s', unhealthyEdgeInterval: '1s', healthyEdgeInterval: '2s' },
    )
    await settle(upstream)
    // While nobody uses the upstream, only the interval for that counts.
    await upstream.send(upstream.host('10.0.0.2'))
    upstream.transport.answer('10.0.0.1', 500)
    await upstream.clock.advance(16_000)
    upstream.transport.answer('10.0.0.1', 200)
    await upstream.clock.advance(16_000)
    // Good at 0; bad at 10, 11 and 12, where it is out; then every 4 until good at 20 and, sooner, at 22.
    expect(times(upstream)).toEqual([0, 10_000, 11_000, 12_000, 16_000, 20_000, 22_000, 32_000])
  })

  test('with a jitter, so that they are not asked together', async () => {
    const upstream = checked({ '*': 200 }, { initialJitter: '5s', intervalJitter: '2s', intervalJitterPercent: 10 }, 50)
    await upstream.clock.advance(20_000)
    const all = upstream.cluster.hosts.map(({ address }) => times(upstream, address))
    expect(new Set(all.map(([first]) => first)).size).toBeGreaterThan(45)
    for (const [first = 0, second = 0] of all) {
      expect(first).toBeLessThan(5000)
      expect(second - first).toBeGreaterThanOrEqual(10_000)
      expect(second - first).toBeLessThan(13_000)
    }
  })

  test('over connections that their traffic does not wait for', async () => {
    const upstream = new LiveCluster({
      ...hosts(1),
      healthChecks: [base],
      circuitBreakers: { maxConnections: 1, maxPendingRequests: 0, maxRequests: 1 },
    })
    await settle(upstream)
    expect([times(upstream), upstream.cluster.breaker.requests]).toEqual([[0], 0])
  })
})
