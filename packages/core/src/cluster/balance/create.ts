import type { LoadBalancerConfig } from '../../config/upstream-health.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import type { CreateBalancer } from './balancer.ts'
import { byAddress, byHostname } from './hash-key.ts'
import { LeastRequest } from './least-request.ts'
import { Maglev } from './maglev.ts'
import { RandomChoice } from './random-choice.ts'
import { RingHash } from './ring-hash.ts'
import { RoundRobin } from './round-robin.ts'
import { slowStart } from './slow-start.ts'

/** Envoy's defaults. */
const defaults = { choiceCount: 2, minimumRingSize: 1024, maximumRingSize: 8_388_608 } as const

/** The balancer that a configuration asks for; round robin by default. */
export function balancerFor(config: LoadBalancerConfig = {}, { random, clock }: Runtime): CreateBalancer {
  const { roundRobin, leastRequest, ringHash, maglev } = config
  const keyOf = config.useHostnameForHashing === true ? byHostname : byAddress
  if (leastRequest !== undefined) {
    // Protobuf cannot tell 0 from nothing.
    const choiceCount = leastRequest.choiceCount || defaults.choiceCount
    const weightNow = slowStart(leastRequest.slowStartConfig, clock)
    return (members) => new LeastRequest(members, { random, choiceCount, weightNow })
  }
  if (config.random !== undefined) return (members) => new RandomChoice(members, random)
  if (ringHash !== undefined) {
    const { minimumRingSize, maximumRingSize } = { ...defaults, ...ringHash.ringHashConfig }
    return (members) => new RingHash(members, { random, keyOf, minimumRingSize, maximumRingSize })
  }
  if (maglev !== undefined) return (members) => new Maglev(members, { random, keyOf })
  const weightNow = slowStart(roundRobin?.slowStartConfig, clock)
  return (members) => new RoundRobin(members, random, weightNow)
}
