import { seededRandom } from '@headgate/testing'
import { describe, expect, test } from 'vitest'
import { host } from '../../../../../test/support/hosts.ts'
import type { Hash64 } from '../hash/word64.ts'
import { xxHash64 } from '../hash/xxhash64.ts'
import type { Member } from './balancer.ts'
import { byAddress, byHostname } from './hash-key.ts'
import { RingHash, type RingHashOptions } from './ring-hash.ts'

const options: RingHashOptions = {
  random: seededRandom(1),
  minimumRingSize: 1024,
  maximumRingSize: 8_388_608,
  keyOf: byAddress,
}

function ring(members: readonly Member[], more: Partial<RingHashOptions> = {}): RingHash {
  return new RingHash(members, { ...options, ...more })
}

/** The hosts of Envoy's own test of its ring: ports 90 to 95. */
const published = [90, 91, 92, 93, 94, 95].map((port) => ({
  host: host('127.0.0.1', { port, hostname: String(port) }),
  weight: 1,
}))

describe('RingHash', () => {
  test.each([
    [0n, 94],
    [833_437_586_790_550_860n, 94],
    [833_437_586_790_550_861n, 92],
    [928_266_305_478_181_109n, 90],
    [3_551_244_743_356_806_947n, 95],
    [3_551_244_743_356_806_948n, 93],
    [5_583_722_120_771_150_861n, 91],
    [5_583_722_120_771_150_862n, 91],
    [6_311_230_543_546_372_929n, 93],
    [7_700_377_290_971_790_573n, 95],
    [13_144_177_310_400_110_814n, 92],
    [13_444_792_449_719_432_968n, 94],
    [16_117_243_373_044_804_880n, 90],
    [18_446_744_073_709_551_615n, 94],
  ])('has its points where the ring of Envoy’s test has them: hash %i goes to port %i', (hash, port) => {
    const balancer = ring(published, { minimumRingSize: 12 })
    expect(balancer.size).toBe(12)
    expect(balancer.pick([], word(hash))?.endpoint.port).toBe(port)
  })

  test.each([
    [0n, '95'],
    [6_803_900_775_736_438_537n, '93'],
    [7_225_015_537_174_310_577n, '92'],
  ])('does so with host names, too: hash %i goes to %s', (hash, name) => {
    const balancer = ring(published, { minimumRingSize: 12, keyOf: byHostname })
    expect(balancer.pick([], word(hash))?.endpoint.hostname).toBe(name)
  })

  test('grows until the lightest host has whole points, and no further than its maximum', () => {
    const two = [published[0], published[1]].map((member, index) => ({ ...(member as Member), weight: index + 1 }))
    // A third of 4 points is rounded up to 2, which makes 6; a maximum of 5 cuts that down.
    expect([
      ring(two, { minimumRingSize: 4 }).size,
      ring(two, { minimumRingSize: 4, maximumRingSize: 5 }).size,
      ring(published).size,
    ]).toEqual([6, 5, 1026])
  })

  test('moves only the requests of a host that goes, and only to it when it comes back', () => {
    const members = cluster(10)
    const gone = members[3] as Member
    const before = ring(members, { minimumRingSize: 1000 })
    const after = ring(without(members, gone.host), { minimumRingSize: 900 })
    const moved = keys.filter((hash) => before.pick([], hash) !== after.pick([], hash))
    expect(moved).toEqual(keys.filter((hash) => before.pick([], hash) === gone.host))
    // Its share is a tenth, give or take what 100 points on the ring leave to chance.
    expect(moved.length / keys.length).toBeGreaterThan(0.07)
    expect(moved.length / keys.length).toBeLessThan(0.13)
  })

  test('in a ring of one size, the points that the others get move as many requests again', () => {
    const members = cluster(10)
    const gone = members[3] as Member
    const [before, after] = [ring(members), ring(without(members, gone.host))]
    const moved = keys.filter((hash) => before.pick([], hash) !== after.pick([], hash))
    expect(moved.length / keys.length).toBeGreaterThan(0.14)
    expect(moved.length / keys.length).toBeLessThan(0.23)
  })

  test('shares deviate as consistent hashing has it: with k points by about 1 / sqrt(k)', () => {
    const members = cluster(10)
    const counts = new Map(members.map((member) => [member.host, 0]))
    const balancer = ring(members)
    for (const hash of keys) {
      const picked = balancer.pick([], hash) as Member['host']
      counts.set(picked, (counts.get(picked) ?? 0) + 1)
    }
    const fair = keys.length / members.length
    const points = balancer.size / members.length
    for (const count of counts.values()) expect(Math.abs(count / fair - 1)).toBeLessThan(4 / Math.sqrt(points))
  })

  test('a retry goes where the request would go if the host did not exist', () => {
    const members = cluster(6)
    const balancer = ring(members, { minimumRingSize: 600 })
    for (const { host: gone } of members) {
      const others = ring(without(members, gone), { minimumRingSize: 500 })
      const its = keys.filter((hash) => balancer.pick([], hash) === gone)
      expect(its.map((hash) => balancer.pick([gone], hash))).toEqual(its.map((hash) => others.pick([], hash)))
    }
  })
})

function without(members: readonly Member[], gone: Member['host']): readonly Member[] {
  return members.filter((member) => member.host !== gone)
}

function cluster(size: number): readonly Member[] {
  return Array.from({ length: size }, (_, index) => ({ host: host(`10.0.0.${index + 1}`), weight: 1 }))
}

const keys: readonly Hash64[] = Array.from({ length: 20_000 }, (_, index) => xxHash64(`user-${index}`))

function word(value: bigint): Hash64 {
  return { high: Number(value >> 32n), low: Number(value & 0xffff_ffffn) }
}
