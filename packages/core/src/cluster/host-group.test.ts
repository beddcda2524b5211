import { seededRandom } from '@headgate/testing'
import { describe, expect, test } from 'vitest'
import { deviation, type HostOptions, host, tally } from '../../../../test/support/hosts.ts'
import { RandomChoice } from './balance/random-choice.ts'
import type { Host } from './host.ts'
import { type GroupSettings, HostGroup } from './host-group.ts'

const random = seededRandom(5)

function group(hosts: readonly Host[], more: Partial<GroupSettings> = {}): HostGroup {
  return new HostGroup(hosts, {
    create: (members) => new RandomChoice(members, random),
    random,
    panicThreshold: 50,
    overprovisioning: 140,
    localityWeighted: false,
    ...more,
  })
}

function many(count: number, options: HostOptions & { readonly healthy?: number } = {}): Host[] {
  const { healthy = count, ...fields } = options
  return Array.from({ length: count }, (_, index) => {
    const made = host(`10.${fields.priority ?? 0}.0.${index + 1}`, fields)
    made.ejected = index >= healthy
    return made
  })
}

function shares(hosts: readonly Host[], from: HostGroup, groups: readonly (readonly Host[])[], avoid?: number[]) {
  const counts = tally(hosts, 20_000, () => from.pick([], undefined, avoid))
  return groups.map((each) => each.reduce((sum, one) => sum + (counts[hosts.indexOf(one)] as number), 0))
}

describe('HostGroup', () => {
  test('chooses healthy hosts only, as long as there are enough of them', () => {
    const hosts = many(4, { healthy: 2 })
    expect(new Set(tally(hosts, 400, () => group(hosts).pick([], undefined)).slice(2))).toEqual(new Set([0]))
  })

  test('chooses any host when fewer are healthy than the panic threshold says', () => {
    const hosts = many(5, { healthy: 2 })
    const all = group(hosts)
    const counts = tally(hosts, 5000, () => all.pick([], undefined))
    expect(deviation(counts, [1, 1, 1, 1, 1])).toBeLessThan(4)
    expect(all.panic).toEqual([0])
  })

  test('with a panic threshold of 0 it goes without, rather than to a host that is not well', () => {
    const hosts = many(3, { healthy: 0 })
    expect(group(hosts, { panicThreshold: 0 }).pick([], undefined)).toBeUndefined()
  })

  test('sends to the next priority what the first cannot take', () => {
    const [first, second] = [many(10, { healthy: 5 }), many(10, { priority: 1 })]
    const hosts = [...first, ...second]
    // Half of the hosts, overprovisioned by 1.4, take 70 percent.
    expect(deviation(shares(hosts, group(hosts), [first, second]), [70, 30])).toBeLessThan(4)
  })

  test('leaves a priority in reserve alone while the first is well', () => {
    const [first, second] = [many(4, { healthy: 3 }), many(4, { priority: 1 })]
    const hosts = [...first, ...second]
    expect(shares(hosts, group(hosts), [first, second])).toEqual([20_000, 0])
  })

  test('notices at the next refresh that hosts have come back', () => {
    const hosts = many(4, { healthy: 2 })
    const all = group(hosts)
    for (const each of hosts) each.ejected = false
    all.refresh()
    expect(
      deviation(
        tally(hosts, 4000, () => all.pick([], undefined)),
        [1, 1, 1, 1],
      ),
    ).toBeLessThan(4)
  })

  test('retries leave out priorities that were tried, but not all', () => {
    const [first, second] = [many(2), many(2, { priority: 1 })]
    const hosts = [...first, ...second]
    const all = group(hosts)
    expect(shares(hosts, all, [first, second], [0])).toEqual([0, 20_000])
    expect(shares(hosts, all, [first, second], [0, 1])).toEqual([20_000, 0])
  })

  test('requests of one key stay on one priority', () => {
    const [first, second] = [many(2, { healthy: 1 }), many(2, { priority: 1 })]
    const all = group([...first, ...second])
    const hash = { high: 7, low: 123_456 }
    const picks = Array.from({ length: 100 }, () => all.pick([], hash)?.priority)
    expect(new Set(picks).size).toBe(1)
  })

  test('keeps a balancer, and so its turn, when hosts of another priority change', () => {
    let made = 0
    const [first, second] = [many(2), many(2, { priority: 1 })]
    const all = group([...first, ...second], {
      create: (members) => {
        made++
        return new RandomChoice(members, random)
      },
    })
    const before = made
    for (const each of second) each.ejected = true
    all.refresh()
    expect(made).toBe(before + 1)
  })

  describe('with localities', () => {
    const near = { name: 'eu/a/', weight: 3 }
    const far = { name: 'eu/b/', weight: 1 }

    test('divides by their weights, whatever the number of their hosts', () => {
      const [close, away] = [many(2, { locality: near }), many(6, { locality: far })]
      const hosts = [...close, ...away]
      const all = group(hosts, { localityWeighted: true })
      expect(deviation(shares(hosts, all, [close, away]), [3, 1])).toBeLessThan(4)
    })

    test('takes weight from one with too few healthy hosts', () => {
      // Half of its hosts, overprovisioned by 1.4: 0.7 of a weight of 3.
      const [close, away] = [many(4, { locality: near, healthy: 2 }), many(4, { locality: far })]
      const hosts = [...close, ...away]
      const all = group(hosts, { localityWeighted: true })
      expect(deviation(shares(hosts, all, [close, away]), [2.1, 1])).toBeLessThan(4)
    })

    test('without any weight, hosts share as if there were none', () => {
      const [close, away] = [many(1, { locality: { ...near, weight: 0 } }), many(3)]
      const hosts = [...close, ...away]
      const all = group(hosts, { localityWeighted: true })
      expect(deviation(shares(hosts, all, [close, away]), [1, 3])).toBeLessThan(4)
    })

    test('counts for nothing unless it is asked for', () => {
      const [close, away] = [many(1, { locality: near }), many(3, { locality: far })]
      const hosts = [...close, ...away]
      expect(deviation(shares(hosts, group(hosts), [close, away]), [1, 3])).toBeLessThan(4)
    })
  })
})
