import { HeaderMap } from '@headgate/core'
import { describe, expect, test } from 'vitest'
import { hosts, LiveCluster } from '../../../../../test/support/live-cluster.ts'
import type { OutlierDetection } from '../../config/upstream-health.ts'
import { type ErrorCode, GatewayError } from '../../errors.ts'

/** Four hosts, any of which may be ejected. */
function watched(outlierDetection: Partial<OutlierDetection> = {}, count = 4): LiveCluster {
  const config: OutlierDetection = { interval: '10s', maxEjectionPercent: 100, ...outlierDetection }
  return new LiveCluster({ ...hosts(count), outlierDetection: config })
}

function ejected({ cluster }: LiveCluster): readonly string[] {
  return cluster.hosts.filter((host) => host.ejected).map(({ endpoint }) => endpoint.address)
}

function failed(upstream: LiveCluster, address: string, code: ErrorCode, times: number): void {
  const error = new GatewayError(code, { phase: 'wait', side: 'upstream' })
  for (let count = 0; count < times; count++) upstream.cluster.failed(upstream.host(address), error)
}

/** Answers of a host, of which the first so many are bad. */
function traffic(upstream: LiveCluster, address: string, bad: number, total = 100): void {
  upstream.answered(address, ...Array.from({ length: total }, (_, index) => (index < bad ? 500 : 200)))
}

describe('failures in a row', () => {
  test('eject a host, which gets no requests then', () => {
    const upstream = watched()
    upstream.answered('10.0.0.2', 500, 500, 500, 500)
    expect(ejected(upstream)).toEqual([])
    upstream.answered('10.0.0.2', 503)
    expect(upstream.picked()).toEqual(['10.0.0.1', '10.0.0.3', '10.0.0.4'])
    expect(upstream.told).toEqual(['10.0.0.2:8080 ejected for 30000: consecutive5xx'])
  })

  test('are counted anew after a good answer', () => {
    const upstream = watched({ consecutive5xx: 3 })
    upstream.answered('10.0.0.1', 500, 500, 404, 500, 500)
    expect(ejected(upstream)).toEqual([])
  })

  test('without an answer count like 5xx', () => {
    const upstream = watched({ consecutive5xx: 3 })
    failed(upstream, '10.0.0.1', 'connectionFailure', 1)
    failed(upstream, '10.0.0.1', 'upstreamTimeout', 1)
    upstream.answered('10.0.0.1', 500)
    expect(ejected(upstream)).toEqual(['10.0.0.1'])
  })

  test('that are not the host’s count for nothing', () => {
    const upstream = watched({ consecutive5xx: 1 })
    for (const code of ['overflow', 'drained', 'clientGone', 'invalidOutgoing'] as const) {
      failed(upstream, '10.0.0.1', code, 1)
    }
    expect(ejected(upstream)).toEqual([])
  })

  test('of a gateway are 502, 503 and 504 only, and eject where that is enforced', () => {
    const upstream = watched({
      consecutive5xx: 100,
      consecutiveGatewayFailure: 3,
      enforcingConsecutiveGatewayFailure: 100,
    })
    upstream.answered('10.0.0.1', 502, 503, 500, 504, 502)
    expect(ejected(upstream)).toEqual([])
    upstream.answered('10.0.0.1', 503)
    expect(upstream.told).toEqual(['10.0.0.1:8080 ejected for 30000: consecutiveGatewayFailure'])
  })

  test('of a gateway eject nobody by default', () => {
    const upstream = watched({ consecutive5xx: 100, consecutiveGatewayFailure: 3 })
    upstream.answered('10.0.0.1', 503, 503, 503, 503)
    expect(ejected(upstream)).toEqual([])
  })

  test('without an answer are counted apart where that is wanted', () => {
    const upstream = watched({
      consecutive5xx: 2,
      splitExternalLocalOriginErrors: true,
      consecutiveLocalOriginFailure: 3,
    })
    failed(upstream, '10.0.0.1', 'connectionFailure', 2)
    upstream.answered('10.0.0.1', 500)
    expect(ejected(upstream)).toEqual([])
    failed(upstream, '10.0.0.1', 'connectionFailure', 3)
    expect(upstream.told).toEqual(['10.0.0.1:8080 ejected for 30000: consecutiveLocalOriginFailure'])
  })

  test('of gRPC are in grpc-status', () => {
    const upstream = watched({ consecutive5xx: 2 })
    const headers = new HeaderMap([['grpc-status', '14']])
    for (let count = 0; count < 2; count++) upstream.cluster.responded(upstream.host('10.0.0.1'), 200, headers)
    expect(ejected(upstream)).toEqual(['10.0.0.1'])
  })

  test.each([
    { enforcing: 100, expected: 400 },
    { enforcing: 25, expected: 100 },
    { enforcing: 0, expected: 0 },
  ])('eject with a chance of $enforcing percent', ({ enforcing, expected }) => {
    const upstream = watched({ consecutive5xx: 1, enforcingConsecutive5xx: enforcing }, 400)
    for (const { endpoint } of upstream.cluster.hosts) upstream.answered(endpoint.address, 500)
    const sigma = Math.sqrt((400 * enforcing * (100 - enforcing)) / 10_000)
    expect(Math.abs(ejected(upstream).length - expected)).toBeLessThanOrEqual(4 * sigma)
  })
})

describe('the share of hosts that may be out', () => {
  test.each([
    { percent: 10, count: 4, expected: 1 },
    { percent: 10, count: 20, expected: 2 },
    { percent: 50, count: 4, expected: 2 },
    { percent: 50, count: 3, expected: 1 },
    { percent: 0, count: 4, expected: 0 },
    { percent: 100, count: 4, expected: 4 },
  ])('is $expected of $count at $percent percent', ({ percent, count, expected }) => {
    const upstream = watched({ consecutive5xx: 1, maxEjectionPercent: percent }, count)
    for (const { endpoint } of upstream.cluster.hosts) upstream.answered(endpoint.address, 500)
    expect(ejected(upstream)).toHaveLength(expected)
  })

  test('when all are out, the panic threshold has requests go on', () => {
    const upstream = watched({ consecutive5xx: 1 })
    for (const { endpoint } of upstream.cluster.hosts) upstream.answered(endpoint.address, 500)
    expect(upstream.picked()).toHaveLength(4)
    expect(upstream.cluster.status().panic).toEqual([0])
  })
})

describe('an ejection', () => {
  test('ends with the first sweep after its time', async () => {
    const upstream = watched({ consecutive5xx: 1, baseEjectionTime: '15s' })
    upstream.answered('10.0.0.1', 500)
    await upstream.clock.advance(19_999)
    expect(ejected(upstream)).toEqual(['10.0.0.1'])
    await upstream.clock.advance(1)
    expect(upstream.picked()).toHaveLength(4)
    expect(upstream.told.at(-1)).toBe('10.0.0.1:8080 unejected')
  })

  test('is longer each time, up to a maximum, and shorter again after good intervals', async () => {
    const upstream = watched({ consecutive5xx: 1, interval: '1s', baseEjectionTime: '10s', maxEjectionTime: '25s' })
    const lengths: number[] = []
    const eject = () => {
      upstream.answered('10.0.0.1', 500)
      const event = upstream.events.at(-1)
      lengths.push(event?.type === 'ejected' ? event.milliseconds : -1)
    }
    for (let round = 0; round < 4; round++) {
      eject()
      // Ejected until the sweep that frees it, and not one good interval after it.
      await upstream.clock.advance(lengths.at(-1) as number)
    }
    expect(lengths).toEqual([10_000, 20_000, 25_000, 25_000])
    // The backoff is 4 by now; after three good intervals it is 1, and the next ejection the second.
    await upstream.clock.advance(3000)
    eject()
    expect(lengths.at(-1)).toBe(20_000)
  })

  test('has a jitter, so that hosts do not come back together', () => {
    const upstream = watched({ consecutive5xx: 1, maxEjectionTimeJitter: '10s' })
    for (const { endpoint } of upstream.cluster.hosts) upstream.answered(endpoint.address, 500)
    const times = upstream.events.map((event) => (event.type === 'ejected' ? event.milliseconds : 0))
    expect(new Set(times).size).toBe(4)
    for (const time of times) {
      expect(time).toBeGreaterThanOrEqual(30_000)
      expect(time).toBeLessThan(40_000)
    }
  })

  test('starts counting failures anew when it ends', async () => {
    const upstream = watched({ consecutive5xx: 2, consecutiveGatewayFailure: 100, baseEjectionTime: '10s' })
    upstream.answered('10.0.0.1', 500, 500, 500)
    await upstream.clock.advance(10_000)
    upstream.answered('10.0.0.1', 500)
    expect(ejected(upstream)).toEqual([])
  })
})

describe('success rates', () => {
  // The example in Envoy's source: rates of 50 and four times 100 have a mean of 90 and a threshold of 52.
  const settings = { consecutive5xx: 1000, successRateRequestVolume: 100 }

  test('eject who is far below the others', async () => {
    const upstream = watched(settings, 5)
    traffic(upstream, '10.0.0.1', 50)
    for (const last of [2, 3, 4, 5]) traffic(upstream, `10.0.0.${last}`, 0)
    await upstream.clock.advance(10_000)
    expect(upstream.told).toEqual(['10.0.0.1:8080 ejected for 30000: successRate'])
    expect(upstream.cluster.status().hosts[0]?.successRate).toBe(50)
  })

  test.each([
    { why: 'rates are alike', bad: [40, 38, 42, 40, 39], volume: 100 },
    { why: 'requests were too few', bad: [50, 0, 0, 0, 0], volume: 101 },
    { why: 'hosts with requests are too few', bad: [50, 0, 0, 0], volume: 100 },
  ])('eject nobody when $why', async ({ bad, volume }) => {
    const upstream = watched({ ...settings, successRateRequestVolume: volume }, 5)
    for (const [index, each] of bad.entries()) traffic(upstream, `10.0.0.${index + 1}`, each)
    await upstream.clock.advance(10_000)
    expect(ejected(upstream)).toEqual([])
  })

  test('are those of one interval', async () => {
    const upstream = watched(settings, 5)
    for (const last of [1, 2, 3, 4, 5]) traffic(upstream, `10.0.0.${last}`, last === 1 ? 30 : 0, 60)
    await upstream.clock.advance(10_000)
    for (const last of [1, 2, 3, 4, 5]) traffic(upstream, `10.0.0.${last}`, last === 1 ? 30 : 0, 60)
    await upstream.clock.advance(10_000)
    expect(ejected(upstream)).toEqual([])
  })

  test('of connections are compared apart where that is wanted', async () => {
    const upstream = watched(
      { ...settings, splitExternalLocalOriginErrors: true, consecutiveLocalOriginFailure: 1000 },
      5,
    )
    failed(upstream, '10.0.0.1', 'connectionFailure', 50)
    traffic(upstream, '10.0.0.1', 0, 50)
    for (const last of [2, 3, 4, 5]) traffic(upstream, `10.0.0.${last}`, 0)
    await upstream.clock.advance(10_000)
    expect(upstream.told).toEqual(['10.0.0.1:8080 ejected for 30000: localOriginSuccessRate'])
  })
})

describe('failure percentages', () => {
  const settings = { consecutive5xx: 1000, enforcingSuccessRate: 0, enforcingFailurePercentage: 100 }

  test('eject everybody from the threshold on', async () => {
    const upstream = watched(settings, 5)
    for (const [index, bad] of [85, 84, 99, 0, 0].entries()) traffic(upstream, `10.0.0.${index + 1}`, bad)
    await upstream.clock.advance(10_000)
    expect(upstream.told).toEqual([
      '10.0.0.1:8080 ejected for 30000: failurePercentage',
      '10.0.0.3:8080 ejected for 30000: failurePercentage',
    ])
  })

  test('eject nobody by default', async () => {
    const upstream = watched({ ...settings, enforcingFailurePercentage: 0 }, 5)
    for (const last of [1, 2, 3, 4, 5]) traffic(upstream, `10.0.0.${last}`, 100)
    await upstream.clock.advance(10_000)
    expect(ejected(upstream)).toEqual([])
  })
})

test('what is known of hosts outlives an update that leaves the upstream alone, and not another', () => {
  const config = { ...hosts(4), outlierDetection: { interval: '10s', consecutive5xx: 1 } } as const
  const upstream = new LiveCluster(config)
  upstream.answered('10.0.0.1', 500)
  upstream.define(structuredClone(config))
  expect(ejected(upstream)).toEqual(['10.0.0.1'])
  upstream.define({ ...config, outlierDetection: { interval: '5s', consecutive5xx: 1 } })
  expect(ejected(upstream)).toEqual([])
})

test('a cluster that is closed leaves no timer behind', () => {
  const upstream = watched()
  upstream.close()
  expect(upstream.clock.pending).toBe(0)
})
