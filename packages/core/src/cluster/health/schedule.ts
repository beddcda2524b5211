import type { HealthCheck } from '../../config/health-check.ts'
import type { Random } from '../../runtime/random.ts'
import { durationMs } from '../../schema/duration.ts'

/** When hosts are asked, in milliseconds. */
export interface Schedule {
  /** Until a host is asked for the first time. */
  first(random: Random): number
  /**
   * Until a host is asked again.
   *
   * @param passed the last check
   * @param pending the host has not yet passed or failed often enough in a row to change sides
   */
  next(passed: boolean, pending: boolean, traffic: boolean, random: Random): number
  /** Longest time between two checks of a host in use, for connections that are kept for the next one. */
  readonly longest: number
  readonly timeout: number
}

/** Envoy's default: hosts of an upstream that nobody has used yet are asked less often. */
const defaultNoTraffic = 60_000

export function compileSchedule(config: HealthCheck): Schedule {
  const interval = durationMs(config.interval, 0)
  const timeout = durationMs(config.timeout, 0)
  const unhealthy = durationMs(config.unhealthyInterval, interval)
  const unhealthyEdge = durationMs(config.unhealthyEdgeInterval, unhealthy)
  const healthyEdge = durationMs(config.healthyEdgeInterval, interval)
  const noTraffic = durationMs(config.noTrafficInterval, defaultNoTraffic)
  const initialJitter = durationMs(config.initialJitter, 0)
  const jitter = durationMs(config.intervalJitter, 0)
  const jitterShare = (config.intervalJitterPercent ?? 0) / 100
  const longestBase = Math.max(interval, unhealthy, unhealthyEdge, healthyEdge)
  return {
    timeout,
    longest: longestBase * (1 + jitterShare) + jitter,
    first: (random) => (initialJitter > 0 ? random() * initialJitter : 0),
    next(passed, pending, traffic, random) {
      const inUse = passed ? (pending ? healthyEdge : interval) : pending ? unhealthyEdge : unhealthy
      const base = traffic ? inUse : noTraffic
      const share = jitterShare > 0 ? base * jitterShare * random() : 0
      return base + share + (jitter > 0 ? jitter * random() : 0)
    },
  }
}
