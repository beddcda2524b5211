import { ManualClock, seededRandom } from '@headgate/testing'
import { describe, expect, test } from 'vitest'
import { deviation, host, membersOf, tally } from '../../../../../test/support/hosts.ts'
import { RoundRobin } from './round-robin.ts'
import { slowStart } from './slow-start.ts'

describe('RoundRobin', () => {
  test('takes hosts in turn, from a random one on', () => {
    const balancer = new RoundRobin(membersOf(1, 1, 1), () => 0.5)
    const picks = Array.from({ length: 6 }, () => balancer.pick([])?.address)
    expect(picks.map((address) => address?.slice(0, 8))).toEqual([
      '10.0.0.2',
      '10.0.0.3',
      '10.0.0.1',
      '10.0.0.2',
      '10.0.0.3',
      '10.0.0.1',
    ])
  })

  test('many of them do not begin with one host', () => {
    const random = seededRandom(3)
    const members = membersOf(1, 1, 1, 1)
    const counts = tally(
      members.map((member) => member.host),
      4000,
      () => new RoundRobin(members, random).pick([]),
    )
    expect(deviation(counts, [1, 1, 1, 1])).toBeLessThan(4)
  })

  test('spreads the turns of a heavy host evenly', () => {
    const members = membersOf(5, 1, 1)
    const balancer = new RoundRobin(members, () => 0)
    const picks = Array.from({ length: 7 }, () => balancer.pick([])?.address.slice(0, 8))
    expect(picks).toEqual(['10.0.0.1', '10.0.0.1', '10.0.0.2', '10.0.0.1', '10.0.0.3', '10.0.0.1', '10.0.0.1'])
  })

  test('a host in slow start gets its share little by little', async () => {
    const clock = new ManualClock()
    const weightNow = slowStart({ slowStartWindow: '10s', minWeightPercent: 20 }, clock)
    const [old, young] = [host('10.0.0.1', { startedAt: -60_000 }), host('10.0.0.2', { startedAt: 0 })]
    const members = [old, young].map((each) => ({ host: each, weight: 1 }))
    const balancer = new RoundRobin(members, seededRandom(1), weightNow)
    const share = () => tally([young], 1200, () => balancer.pick([]))[0] as number
    const shares = [share()]
    await clock.advance(5000)
    shares.push(share())
    await clock.advance(5000)
    shares.push(share())
    // Weights 0.2, 0.5 and 1 beside a weight of 1; turns deviate by one at most.
    expect(shares.map((count) => Math.round(count / 10) * 10)).toEqual([200, 400, 600])
  })

  test.each([
    { aggression: 1, expected: 0.25 },
    { aggression: 2, expected: 0.5 },
  ])(
    'aggression $aggression makes of a quarter of the window the weight $expected',
    async ({ aggression, expected }) => {
      const clock = new ManualClock()
      const weightNow = slowStart({ slowStartWindow: '8s', aggression }, clock)
      await clock.advance(2000)
      expect(weightNow?.({ host: host('10.0.0.1'), weight: 1 })).toBeCloseTo(expected, 10)
    },
  )

  test('without a window there is no slow start', () => {
    expect(slowStart({ aggression: 2 }, new ManualClock())).toBeUndefined()
  })
})
