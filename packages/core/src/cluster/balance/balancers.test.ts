import { ManualClock, seededRandom } from '@headgate/testing'
import { describe, expect, test } from 'vitest'
import { deviation, membersOf, tally } from '../../../../../test/support/hosts.ts'
import type { LoadBalancerConfig } from '../../config/upstream-health.ts'
import type { Random } from '../../runtime/random.ts'
import type { LoadBalancer, Member } from './balancer.ts'
import { balancerFor } from './create.ts'

const kinds: Readonly<Record<string, LoadBalancerConfig>> = {
  'round robin': { roundRobin: {} },
  'round robin in slow start': { roundRobin: { slowStartConfig: { slowStartWindow: '10s' } } },
  'least request': { leastRequest: {} },
  'least request of all': { leastRequest: { choiceCount: 100 } },
  random: { random: {} },
  // Large, because the shares of a ring are only as even as its points.
  'ring hash': { ringHash: { ringHashConfig: { minimumRingSize: 60_000 } } },
  maglev: { maglev: {} },
}

function make(kind: string, members: readonly Member[], random: Random = seededRandom(7)): LoadBalancer {
  const runtime = { clock: new ManualClock(), random, requestId: () => '', environment: () => undefined, report() {} }
  return balancerFor(kinds[kind], runtime)(members)
}

describe.each(Object.keys(kinds))('every balancer: %s', (kind) => {
  const pickFrom = (members: readonly Member[]) => {
    const balancer = make(kind, members)
    return () => balancer.pick([], undefined)
  }

  test('has nothing to give without hosts', () => {
    expect(make(kind, []).pick([], undefined)).toBeUndefined()
  })

  test('gives the only host, even if it has been tried', () => {
    const [only] = membersOf(3)
    const balancer = make(kind, [only as Member])
    expect([balancer.pick([], undefined), balancer.pick([(only as Member).host], undefined)]).toEqual([
      only?.host,
      only?.host,
    ])
  })

  test('gives equal hosts equal shares', () => {
    const members = membersOf(1, 1, 1, 1, 1)
    const counts = tally(hostsOf(members), 20_000, pickFrom(members))
    expect(deviation(counts, [1, 1, 1, 1, 1])).toBeLessThan(4)
  })

  test('gives hosts shares by their weights', () => {
    const members = membersOf(1, 2, 4, 13)
    const counts = tally(hostsOf(members), 20_000, pickFrom(members))
    expect(deviation(counts, [1, 2, 4, 13])).toBeLessThan(4)
  })

  test('avoids what has been tried as long as there is something else', () => {
    const members = membersOf(1, 50, 1)
    const [first, second, third] = hostsOf(members)
    const balancer = make(kind, members)
    for (let round = 0; round < 200; round++) {
      expect(balancer.pick([second as Host], undefined)).not.toBe(second)
      expect(balancer.pick([second as Host, first as Host], undefined)).toBe(third)
      expect(balancer.pick(hostsOf(members), undefined)).toBeDefined()
    }
  })

  test('chooses the same again with the same random numbers', () => {
    const members = membersOf(1, 2, 3)
    const sequence = () => Array.from({ length: 50 }, pickFrom(members))
    expect(sequence()).toEqual(sequence())
  })
})

type Host = Member['host']

function hostsOf(members: readonly Member[]): readonly Host[] {
  return members.map(({ host }) => host)
}
