import { seededRandom } from '@headgate/testing'
import { describe, expect, test } from 'vitest'
import { membersOf, tally } from '../../../../../test/support/hosts.ts'
import { LeastRequest } from './least-request.ts'

describe('LeastRequest', () => {
  test('takes the less busy of the drawn', () => {
    const members = membersOf(1, 1, 1)
    for (const [index, { host }] of members.entries()) host.active = index
    const draws = [0.4, 0.9, 0.99, 0.01]
    const balancer = new LeastRequest(members, { random: () => draws.shift() as number, choiceCount: 2 })
    expect([balancer.pick([]), balancer.pick([])]).toEqual([members[1]?.host, members[0]?.host])
  })

  test('with as many choices as hosts takes the least busy of all', () => {
    const members = membersOf(1, 1, 1, 1)
    for (const { host } of members) host.active = 5
    const idle = members[2]?.host
    if (idle !== undefined) idle.active = 4
    const balancer = new LeastRequest(members, { random: seededRandom(1), choiceCount: 4 })
    expect(tally([idle as NonNullable<typeof idle>], 100, () => balancer.pick([]))).toEqual([100])
  })

  test('keeps hosts that are slow from filling up', () => {
    // Each tick brings a request to be placed; the first host ends one request in 8 ticks, the others one a tick.
    const members = membersOf(1, 1, 1, 1)
    const hosts = members.map(({ host }) => host)
    const balancer = new LeastRequest(members, { random: seededRandom(9), choiceCount: 2 })
    let most = 0
    for (let tick = 0; tick < 4000; tick++) {
      const picked = balancer.pick([])
      if (picked !== undefined) picked.active++
      for (const [index, host] of hosts.entries()) {
        if (host.active > 0 && (index > 0 || tick % 8 === 0)) host.active--
      }
      most = Math.max(most, hosts[0]?.active ?? 0)
    }
    // Round robin would leave 4000 * (1/4 - 1/8) = 500 requests on the slow host.
    expect(most).toBeLessThan(10)
  })

  test('with weights, requests in flight count against them', () => {
    const members = membersOf(4, 1)
    const [heavy, light] = members.map(({ host }) => host)
    const balancer = new LeastRequest(members, { random: seededRandom(2), choiceCount: 2 })
    if (heavy !== undefined) heavy.active = 7
    // 4 / 8 against 1 / 1: two thirds to the idle one.
    expect(tally([light as NonNullable<typeof light>], 300, () => balancer.pick([]))[0]).toBeCloseTo(200, -1)
  })
})
