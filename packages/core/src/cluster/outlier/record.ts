import type { EjectionReason } from './settings.ts'

/** Requests since the last sweep. */
export interface Tally {
  succeeded: number
  failed: number
}

/** What outlier detection knows about a host. */
export class OutlierRecord {
  // Failures in a row
  consecutive5xx = 0
  consecutiveGatewayFailure = 0
  consecutiveLocalOriginFailure = 0
  /** Answers; failures without an answer too, unless they are counted apart. */
  readonly answers: Tally = { succeeded: 0, failed: 0 }
  /** Whether there was an answer at all. */
  readonly localOrigin: Tally = { succeeded: 0, failed: 0 }
  /** Share of good answers in the last interval, in percent; undefined while there were too few. */
  successRate: number | undefined = undefined
  /** Ejections so far. */
  ejections = 0
  /** By how much the next ejection is longer; goes down again while the host does well. */
  backoff = 0
  /** When the present ejection ends, on the runtime's clock. */
  ejectedUntil = 0
  /** Of the last ejection. */
  reason: EjectionReason | undefined = undefined

  resetConsecutive(): void {
    this.consecutive5xx = 0
    this.consecutiveGatewayFailure = 0
    this.consecutiveLocalOriginFailure = 0
  }

  /** Begins a new interval. */
  resetTallies(): void {
    for (const tally of [this.answers, this.localOrigin]) {
      tally.succeeded = 0
      tally.failed = 0
    }
  }
}
