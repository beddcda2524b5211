import { describe, expect, test } from 'vitest'
import { LiveCluster, type LiveClusterOptions } from '../../../../../test/support/live-cluster.ts'
import type { UpstreamConfig } from '../../config/upstream.ts'
import type { DiscoveredHost } from '../../config/upstream-endpoints.ts'
import type { ResolvedAddress } from '../../runtime/resolver.ts'

/** A resolver that says what it is told to. */
function names(records: Record<string, readonly (string | ResolvedAddress)[] | Error>) {
  const asked: string[] = []
  return {
    asked,
    records,
    resolver: async (hostname: string, { ttl }: { readonly ttl: boolean }) => {
      asked.push(ttl ? `${hostname} with ttl` : hostname)
      const answer = records[hostname] ?? new Error(`${hostname} not found`)
      if (answer instanceof Error) throw answer
      return answer.map((each) => (typeof each === 'string' ? { address: each } : each))
    },
  }
}

function named(config: Partial<UpstreamConfig>, options: LiveClusterOptions, ...addrs: readonly string[]): LiveCluster {
  return new LiveCluster({ static: { hosts: addrs.map((addr) => ({ addr, port: 80 })) }, ...config }, options)
}

function addresses({ cluster }: LiveCluster): readonly string[] {
  return cluster.hosts.map(({ address }) => address)
}

const balanced = { loadBalancerConfig: { roundRobin: {} } }

describe('host names', () => {
  test('are left to the transport where nothing asks for single hosts', async () => {
    const dns = names({})
    const upstream = named({}, dns, 'users.test')
    await upstream.clock.advance(60_000)
    expect([addresses(upstream), dns.asked]).toEqual([['users.test:80'], []])
  })

  test.each<Partial<UpstreamConfig>>([
    balanced,
    { dnsRefreshRate: '1s' },
    { respectDnsTtl: true },
    { outlierDetection: { interval: '1s' } },
    { healthChecks: [] },
    { failover: {} },
  ])('are looked up where %o does', async (config) => {
    const upstream = named(config, names({ 'users.test': ['10.0.0.2', '10.0.0.1'] }), 'users.test')
    expect(addresses(upstream)).toEqual(['users.test:80'])
    await upstream.clock.advance(0)
    expect(addresses(upstream)).toEqual(['10.0.0.1:80', '10.0.0.2:80'])
    expect(upstream.cluster.hosts.map(({ endpoint }) => endpoint.hostname)).toEqual(['users.test', 'users.test'])
    upstream.close()
  })

  test('stand beside addresses, which nobody looks up', async () => {
    const dns = names({ 'users.test': ['10.0.0.1'] })
    const upstream = named(balanced, dns, '10.0.9.9', 'users.test', '::1')
    await upstream.clock.advance(0)
    expect([addresses(upstream), dns.asked]).toEqual([['10.0.9.9:80', '10.0.0.1:80', '[::1]:80'], ['users.test']])
  })

  test('are IPv4 addresses, and IPv6 ones where there are no others', async () => {
    const dns = names({ 'both.test': ['2001:db8::1', '10.0.0.1'], 'new.test': ['2001:db8::2'] })
    const upstream = named(balanced, dns, 'both.test', 'new.test')
    await upstream.clock.advance(0)
    expect(addresses(upstream)).toEqual(['10.0.0.1:80', '[2001:db8::2]:80'])
  })

  test('are looked up again every five seconds, and changes keep what stays', async () => {
    const dns = names({ 'users.test': ['10.0.0.1', '10.0.0.2'] })
    const upstream = named(balanced, dns, 'users.test')
    await upstream.clock.advance(0)
    const stays = upstream.host('10.0.0.2')
    await upstream.send(stays)
    dns.records['users.test'] = ['10.0.0.3', '10.0.0.2']
    await upstream.clock.advance(4999)
    expect(addresses(upstream)).toEqual(['10.0.0.1:80', '10.0.0.2:80'])
    await upstream.clock.advance(1)
    expect(addresses(upstream)).toEqual(['10.0.0.2:80', '10.0.0.3:80'])
    expect(upstream.host('10.0.0.2')).toBe(stays)
    expect(upstream.transport.released).toEqual(['users.test:80', '10.0.0.1:80'])
  })

  test('answers in another order change nothing', async () => {
    const dns = names({ 'users.test': ['10.0.0.1', '10.0.0.2'] })
    const upstream = named(balanced, dns, 'users.test')
    await upstream.clock.advance(0)
    const before = upstream.cluster.hosts
    dns.records['users.test'] = ['10.0.0.2', '10.0.0.1', '10.0.0.2']
    await upstream.clock.advance(5000)
    expect([dns.asked.length, upstream.cluster.hosts]).toEqual([2, before])
  })

  test.each([
    { what: 'an error', bad: new Error('SERVFAIL') },
    { what: 'an empty answer', bad: [] },
  ])('keep the last good addresses after $what, which is told once', async ({ bad }) => {
    const dns = names({ 'users.test': ['10.0.0.1'] })
    const upstream = named(balanced, dns, 'users.test')
    await upstream.clock.advance(0)
    dns.records['users.test'] = bad
    await upstream.clock.advance(15_000)
    expect([addresses(upstream), upstream.told]).toEqual([['10.0.0.1:80'], ['users.test not found']])
    dns.records['users.test'] = ['10.0.0.2']
    await upstream.clock.advance(5000)
    dns.records['users.test'] = bad
    await upstream.clock.advance(5000)
    expect([addresses(upstream), upstream.told]).toEqual([
      ['10.0.0.2:80'],
      ['users.test not found', 'users.test not found'],
    ])
  })

  test('may be asked of a resolver that throws', async () => {
    const resolver = () => {
      throw new Error('no resolver')
    }
    const upstream = named(balanced, { resolver }, 'users.test')
    await upstream.clock.advance(5000)
    expect([upstream.picked(), upstream.told]).toEqual([['users.test'], ['users.test not found']])
  })

  test('that were never found are left to the transport', async () => {
    const upstream = named(balanced, names({}), 'users.test')
    await upstream.clock.advance(10_000)
    expect(upstream.picked()).toEqual(['users.test'])
  })

  test('are looked up as often as dnsRefreshRate says', async () => {
    const dns = names({ 'users.test': ['10.0.0.1'] })
    const upstream = named({ dnsRefreshRate: '2s' }, dns, 'users.test')
    await upstream.clock.advance(10_000)
    expect(dns.asked).toHaveLength(6)
    upstream.close()
    await upstream.clock.advance(10_000)
    expect([dns.asked.length, upstream.clock.pending]).toEqual([6, 0])
  })

  test('are looked up when their answers do not hold any more, with respectDnsTtl', async () => {
    const short = { address: '10.0.0.1', ttl: 3000 }
    const long = { address: '10.0.0.2', ttl: 60_000 }
    const dns = names({ 'users.test': [short, long] })
    const upstream = named({ respectDnsTtl: true }, dns, 'users.test')
    await upstream.clock.advance(6000)
    expect(dns.asked).toEqual(Array(3).fill('users.test with ttl'))
    // An answer that does not hold at all is one of unknown time.
    dns.records['users.test'] = [{ ...short, ttl: 0 }]
    await upstream.clock.advance(3000)
    await upstream.clock.advance(4999)
    expect(dns.asked).toHaveLength(4)
  })
})

describe('a function that finds hosts', () => {
  const discovered = (config: Partial<UpstreamConfig> = {}) => {
    let tell: (...hosts: readonly DiscoveredHost[]) => void = () => {}
    let stopped = 0
    const upstream = new LiveCluster({
      endpoints(changed) {
        tell = (...hosts) => changed(hosts)
        return () => void stopped++
      },
      ...config,
    })
    return { upstream, tell: (...hosts: readonly DiscoveredHost[]) => tell(...hosts), stopped: () => stopped }
  }

  test('may tell them later, and again', () => {
    const { upstream, tell } = discovered()
    expect(upstream.picked()).toEqual([undefined])
    tell({ addr: '10.0.0.1', port: 80 }, { addr: '10.0.0.2', port: 80 })
    expect(upstream.picked()).toEqual(['10.0.0.1', '10.0.0.2'])
    tell({ addr: '10.0.0.2', port: 80 })
    expect(upstream.picked()).toEqual(['10.0.0.2'])
    tell()
    expect(upstream.picked()).toEqual([undefined])
  })

  test('leaves counters and connections of hosts that stay alone, whatever else changes about them', async () => {
    const { upstream, tell } = discovered()
    tell({ addr: '10.0.0.1', port: 80 }, { addr: '10.0.0.2', port: 80 })
    const host = upstream.host('10.0.0.1')
    await upstream.send(host)
    tell({ addr: '10.0.0.1', port: 80, loadBalancingWeight: 9, priority: 1 }, { addr: '10.0.0.3', port: 80 })
    expect(upstream.host('10.0.0.1')).toBe(host)
    expect([host.total, host.weight, host.priority]).toEqual([1, 9, 1])
    expect(upstream.transport.released).toEqual(['10.0.0.2:80'])
  })

  test('may say where hosts stand, and how much each place gets', () => {
    const place = (zone: string, loadBalancingWeight: number) => ({ locality: { zone, loadBalancingWeight } })
    const { upstream, tell } = discovered({ loadBalancerConfig: { random: {}, localityWeightedLbConfig: {} } })
    tell({ addr: '10.0.0.1', port: 80, ...place('a', 1) }, { addr: '10.0.0.2', port: 80, ...place('b', 3) })
    const second = upstream.picks(2000).filter((address) => address === '10.0.0.2').length
    expect(Math.abs(second - 1500)).toBeLessThan(4 * Math.sqrt(2000 * 0.75 * 0.25))
  })

  test('is told once when it is not needed any more', () => {
    const { upstream, tell, stopped } = discovered()
    tell({ addr: '10.0.0.1', port: 80 })
    upstream.close()
    expect([stopped(), upstream.transport.released]).toEqual([1, ['10.0.0.1:80']])
  })

  test('that fails to stop, or goes on telling, harms nobody', () => {
    let tell: () => void = () => {}
    const upstream = new LiveCluster({
      endpoints(changed) {
        tell = () => changed([{ addr: '10.0.0.1', port: 80, loadBalancingWeight: 0 }])
        tell()
        return () => {
          throw new Error('stuck')
        }
      },
    })
    const { cluster } = upstream
    expect(cluster.hosts.map(({ weight }) => weight)).toEqual([1])
    upstream.close()
    tell()
    expect(upstream.told).toEqual(['hook-failed'])
    expect(upstream.transport.released).toEqual(['10.0.0.1:80'])
  })

  test('makes connections anew whenever hosts change, where that is wanted', () => {
    const { upstream, tell } = discovered({ loadBalancerConfig: { closeConnectionsOnHostSetChange: true } })
    tell({ addr: '10.0.0.1', port: 80 })
    const before = upstream.host('10.0.0.1').endpoint
    tell({ addr: '10.0.0.1', port: 80 }, { addr: '10.0.0.2', port: 80 })
    expect(upstream.transport.released).toEqual(['10.0.0.1:80'])
    expect(upstream.host('10.0.0.1').endpoint).not.toBe(before)
  })
})

describe('failover hosts', () => {
  const spare = (address: string, more = {}) => ({ address, port: 80, ...more })
  const failover = {
    prioritizedLocalities: [
      { localityEndpoints: [{ locality: { region: 'eu', zone: 'b' }, lbEndpoints: [spare('10.1.0.1')] }] },
      { localityEndpoints: [{ lbEndpoints: [spare('10.2.0.1', { loadBalancingWeight: 3 })] }] },
    ],
  }

  test('come after those of the upstream, one priority after the other', () => {
    const upstream = named({ failover }, {}, '10.0.0.1')
    const seen = upstream.cluster.status().hosts.map(({ address, priority, locality }) => [address, priority, locality])
    expect(seen).toEqual([
      ['10.0.0.1:80', 0, ''],
      ['10.1.0.1:80', 1, 'eu/b/'],
      ['10.2.0.1:80', 2, ''],
    ])
    const picked: (readonly (string | undefined)[])[] = [upstream.picked()]
    for (const address of ['10.0.0.1', '10.1.0.1']) {
      upstream.host(address).ejected = true
      upstream.cluster.healthChanged()
      picked.push(upstream.picked())
    }
    expect(picked).toEqual([['10.0.0.1'], ['10.1.0.1'], ['10.2.0.1']])
  })

  test('by name are looked up every ten seconds', async () => {
    const dns = names({ 'spare.test': ['10.9.0.1'] })
    const localityEndpoints = [{ lbEndpoints: [spare('spare.test')] }]
    const upstream = named({ failover: { prioritizedLocalities: [{ localityEndpoints }] } }, dns, '10.0.0.1')
    await upstream.clock.advance(20_000)
    expect([addresses(upstream), dns.asked.length]).toEqual([['10.0.0.1:80', '10.9.0.1:80'], 3])
  })

  test('move load earlier with a smaller overprovisioning factor', () => {
    const policy = { overprovisioningFactor: 100 }
    const upstream = named({ failover: { ...failover, policy } }, {}, '10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4')
    upstream.host('10.0.0.1').ejected = true
    upstream.cluster.healthChanged()
    const moved = upstream.picks(4000).filter((address) => address === '10.1.0.1').length
    expect(Math.abs(moved - 1000)).toBeLessThan(4 * Math.sqrt(4000 * 0.25 * 0.75))
  })

  test('may be asked for health elsewhere', async () => {
    const healthCheckConfig = { portValue: 9090, hostname: 'spare.test', path: '/alive', method: 'HEAD' }
    const localityEndpoints = [{ lbEndpoints: [spare('10.1.0.1', { healthCheckConfig })] }]
    const check = { timeout: '1s', interval: '5s', unhealthyThreshold: 1, healthyThreshold: 1 } as const
    const upstream = named(
      {
        failover: { prioritizedLocalities: [{ localityEndpoints }] },
        healthChecks: [{ ...check, httpHealthCheck: { path: '/' } }],
      },
      {},
      '10.0.0.1',
    )
    await upstream.clock.advance(0)
    const call = upstream.transport.calls.find(({ endpoint }) => endpoint === '10.1.0.1:9090')
    expect([call?.method, call?.target, call?.headers.get('host')]).toEqual(['HEAD', '/alive', 'spare.test'])
  })
})
