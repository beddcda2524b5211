import { seededRandom } from '@headgate/testing'
import { describe, expect, test } from 'vitest'
import { host } from '../../../../../test/support/hosts.ts'
import type { Hash64 } from '../hash/word64.ts'
import type { Member } from './balancer.ts'
import { byAddress, byHostname } from './hash-key.ts'
import { Maglev, type MaglevOptions, maglevTableSize } from './maglev.ts'

function table(members: readonly Member[], more: Partial<MaglevOptions> = {}): Maglev {
  return new Maglev(members, { random: seededRandom(1), keyOf: byAddress, ...more })
}

/** The hosts of Envoy's own test of its table: ports 90 to 95. */
const published = [90, 91, 92, 93, 94, 95].map((port) => ({
  host: host('127.0.0.1', { port, hostname: String(port) }),
  weight: 1,
}))

describe('Maglev', () => {
  test.each([
    { by: 'addresses', keyOf: byAddress, ports: [92, 94, 90, 91, 95, 90, 93] },
    { by: 'host names', keyOf: byHostname, ports: [92, 95, 90, 93, 94, 91, 90] },
  ])('fills its table by $by as Envoy’s test has it', ({ keyOf, ports }) => {
    const balancer = table(published, { tableSize: 7, keyOf })
    expect(slots(balancer, 7).map(({ endpoint }) => endpoint.port)).toEqual(ports)
  })

  test('does not depend on the order in which hosts are told', () => {
    const members = cluster(5)
    expect(slots(table(members), maglevTableSize)).toEqual(slots(table([...members].reverse()), maglevTableSize))
  })

  test('gives equal hosts parts that differ by one slot at most', () => {
    const counts = parts(slots(table(cluster(10)), maglevTableSize))
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1)
  })

  test('gives hosts parts by their weights, to the slot', () => {
    const members = cluster(3).map((member, index) => ({ ...member, weight: [1, 2, 5][index] as number }))
    const counts = parts(slots(table(members), maglevTableSize)).sort((a, b) => a - b)
    for (const [index, share] of [1 / 8, 2 / 8, 5 / 8].entries())
      expect(Math.abs((counts[index] as number) - maglevTableSize * share)).toBeLessThanOrEqual(2)
  })

  test('when a host goes, its slots move and few others: less than 2 % of them with 10 hosts', () => {
    const members = cluster(10)
    const before = slots(table(members), maglevTableSize)
    const gone = members[3] as Member
    const after = slots(table(members.filter((member) => member !== gone)), maglevTableSize)
    const kept = before.flatMap((each, slot) => (each === gone.host ? [] : [slot]))
    const disturbed = kept.filter((slot) => before[slot] !== after[slot])
    expect(disturbed.length).toBeGreaterThan(0)
    expect(disturbed.length / kept.length).toBeLessThan(0.02)
  })

  test('every host gets its turn when hosts are more than a tiny table has slots for', () => {
    const balancer = table(cluster(20), { tableSize: 7 })
    expect(new Set(slots(balancer, 7)).size).toBe(7)
  })
})

function cluster(size: number): readonly Member[] {
  return Array.from({ length: size }, (_, index) => ({ host: host(`10.0.0.${index + 1}`), weight: 1 }))
}

function slots(balancer: Maglev, size: number): readonly Member['host'][] {
  return Array.from({ length: size }, (_, low): Member['host'] => {
    const hash: Hash64 = { high: 0, low }
    return balancer.pick([], hash) as Member['host']
  })
}

function parts(hosts: readonly Member['host'][]): number[] {
  const counts = new Map<Member['host'], number>()
  for (const each of hosts) counts.set(each, (counts.get(each) ?? 0) + 1)
  return [...counts.values()]
}
