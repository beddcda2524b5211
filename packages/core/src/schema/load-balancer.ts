import type {
  LeastRequestConfig,
  LoadBalancerConfig,
  RingHashConfig,
  RingHashLoadBalancing,
  RoundRobinConfig,
  SlowStartConfig,
} from '../config/upstream-health.ts'
import { type Field, never } from './field.ts'
import { double, duration, empty, flag, int64, message, percentage, uint32 } from './protobuf-json.ts'
import { atMostOne, rule } from './rule.ts'

const slowStartConfig: Field<SlowStartConfig> = message<SlowStartConfig>(
  'SlowStartConfig',
  { slowStartWindow: duration(), aggression: double({ min: 0 }), minWeightPercent: percentage() },
  rule(['aggression'], ({ aggression }, report) => {
    if (aggression === 0)
      report({ code: 'out-of-range', at: ['aggression'], message: 'must be above 0', expected: 'a number above 0' })
  }),
)

/** Envoy's limit. */
const largestRing = 8_388_608

const ringHashConfig: Field<RingHashConfig> = message<RingHashConfig>(
  'RingHashConfig',
  { minimumRingSize: int64({ max: largestRing }), maximumRingSize: int64({ max: largestRing }) },
  rule(['minimumRingSize', 'maximumRingSize'], ({ minimumRingSize = 1024, maximumRingSize = largestRing }, report) => {
    if (minimumRingSize > maximumRingSize)
      report({
        code: 'inconsistent-values',
        at: ['maximumRingSize'],
        message: 'smaller than minimumRingSize',
        expected: `at least ${minimumRingSize}`,
      })
  }),
)

export const loadBalancerConfig: Field<LoadBalancerConfig> = message<LoadBalancerConfig>(
  'LoadBalancerConfig',
  {
    roundRobin: message<RoundRobinConfig>('RoundRobinConfig', { slowStartConfig }),
    leastRequest: message<LeastRequestConfig>('LeastRequestConfig', { choiceCount: uint32(), slowStartConfig }),
    random: empty(),
    ringHash: message<RingHashLoadBalancing>('RingHashLoadBalancing', { ringHashConfig }),
    maglev: empty(),
    healthyPanicThreshold: percentage(),
    updateMergeWindow: never('Changes of hosts are taken over at once.', duration(), 'warning'),
    useHostnameForHashing: flag(),
    closeConnectionsOnHostSetChange: flag(),
    localityWeightedLbConfig: empty(),
  },
  atMostOne('roundRobin', 'leastRequest', 'random', 'ringHash', 'maglev'),
)
