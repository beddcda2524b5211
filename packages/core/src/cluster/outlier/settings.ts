import type { OutlierDetection } from '../../config/upstream-health.ts'
import { durationMs } from '../../schema/duration.ts'

/** Outlier detection with everything filled in; times in milliseconds, shares in percent. */
export interface OutlierSettings {
  readonly interval: number
  readonly baseEjectionTime: number
  readonly maxEjectionTime: number
  readonly maxEjectionTimeJitter: number
  readonly maxEjectionPercent: number
  /** Failures in a row, by kind. */
  readonly consecutive: Readonly<Record<ConsecutiveKind, number>>
  readonly successRate: { readonly minimumHosts: number; readonly requestVolume: number; readonly stdevFactor: number }
  readonly failurePercentage: {
    readonly minimumHosts: number
    readonly requestVolume: number
    readonly threshold: number
  }
  /** Whether failures without a response are counted apart from answers. */
  readonly split: boolean
  readonly enforcing: Readonly<Record<EjectionReason, number>>
}

/** What is counted in a row. */
export type ConsecutiveKind = 'consecutive5xx' | 'consecutiveGatewayFailure' | 'consecutiveLocalOriginFailure'

/** Why a host was ejected. */
export type EjectionReason =
  | ConsecutiveKind
  | 'successRate'
  | 'localOriginSuccessRate'
  | 'failurePercentage'
  | 'localOriginFailurePercentage'

/** Fills in Envoy's defaults. */
export function outlierSettings(config: OutlierDetection): OutlierSettings {
  const baseEjectionTime = durationMs(config.baseEjectionTime, 30_000)
  return {
    interval: durationMs(config.interval, 10_000),
    baseEjectionTime,
    maxEjectionTime: Math.max(durationMs(config.maxEjectionTime, 300_000), baseEjectionTime),
    maxEjectionTimeJitter: durationMs(config.maxEjectionTimeJitter, 0),
    maxEjectionPercent: config.maxEjectionPercent ?? 10,
    consecutive: {
      consecutive5xx: config.consecutive5xx ?? 5,
      consecutiveGatewayFailure: config.consecutiveGatewayFailure ?? 5,
      consecutiveLocalOriginFailure: config.consecutiveLocalOriginFailure ?? 5,
    },
    successRate: {
      minimumHosts: config.successRateMinimumHosts ?? 5,
      requestVolume: config.successRateRequestVolume ?? 100,
      stdevFactor: (config.successRateStdevFactor ?? 1900) / 1000,
    },
    failurePercentage: {
      minimumHosts: config.failurePercentageMinimumHosts ?? 5,
      requestVolume: config.failurePercentageRequestVolume ?? 50,
      threshold: config.failurePercentageThreshold ?? 85,
    },
    split: config.splitExternalLocalOriginErrors ?? false,
    enforcing: {
      consecutive5xx: config.enforcingConsecutive5xx ?? 100,
      consecutiveGatewayFailure: config.enforcingConsecutiveGatewayFailure ?? 0,
      consecutiveLocalOriginFailure: config.enforcingConsecutiveLocalOriginFailure ?? 100,
      successRate: config.enforcingSuccessRate ?? 100,
      localOriginSuccessRate: config.enforcingLocalOriginSuccessRate ?? 100,
      failurePercentage: config.enforcingFailurePercentage ?? 0,
      localOriginFailurePercentage: config.enforcingFailurePercentageLocalOrigin ?? 0,
    },
  }
}
