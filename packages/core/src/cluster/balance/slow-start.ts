import type { SlowStartConfig } from '../../config/upstream-health.ts'
import type { Clock } from '../../runtime/clock.ts'
import { durationMs } from '../../schema/duration.ts'
import type { WeightNow } from './smooth-turns.ts'

const defaults = { aggression: 1, minWeightPercent: 10 } as const

/**
 * Weights that grow while a host is new: in the window they are multiplied by
 * `max(minWeightPercent / 100, (age / window) ^ (1 / aggression))`. Undefined when there is no window.
 *
 * @see {@link https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/load_balancing/slow_start}
 */
export function slowStart(config: SlowStartConfig | undefined, clock: Clock): WeightNow | undefined {
  const window = durationMs(config?.slowStartWindow, 0)
  if (window <= 0) return undefined
  const exponent = 1 / (config?.aggression ?? defaults.aggression)
  const least = (config?.minWeightPercent ?? defaults.minWeightPercent) / 100
  return ({ host, weight }) => {
    const age = clock.now() - host.startedAt
    // Weights stay above 0, so that a host that is new for ever still gets its turn.
    return age >= window ? weight : weight * Math.max(least, (age / window) ** exponent, 1e-6)
  }
}
