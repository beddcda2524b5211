import type { GatewayError } from '../../errors.ts'
import type { HeaderMap } from '../../http/headers.ts'
import type { Cancel } from '../../runtime/clock.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import type { Host } from '../host.ts'
import { failureStatus, isGatewayFailure, responseStatus } from './outcome.ts'
import { belowTheRest, failingTooOften, type HostTally, successRate } from './rates.ts'
import { OutlierRecord } from './record.ts'
import type { ConsecutiveKind, EjectionReason, OutlierSettings } from './settings.ts'

/** What an {@link OutlierDetector} needs from its cluster. */
export interface DetectorOwner {
  /** `namespace.name` of the upstream. */
  readonly name: string
  readonly hosts: readonly Host[]
  readonly runtime: Runtime
  /** The health of a host has changed. */
  healthChanged(): void
}

/**
 * Takes hosts out of use that fail more than they may, and lets them back after a while, the longer the more often it
 * happens. Judges by the traffic alone.
 *
 * @see {@link https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/outlier}
 */
export class OutlierDetector {
  readonly #owner: DetectorOwner
  readonly #settings: OutlierSettings
  #timer: Cancel

  constructor(owner: DetectorOwner, settings: OutlierSettings) {
    this.#owner = owner
    this.#settings = settings
    this.#timer = owner.runtime.clock.after(settings.interval, this.#sweep)
  }

  /** A host has answered. */
  responded(host: Host, status: number, headers: HeaderMap): void {
    const record = recordOf(host)
    record.consecutiveLocalOriginFailure = 0
    record.localOrigin.succeeded++
    this.#judge(host, record, responseStatus(status, headers))
  }

  /** A host has not answered. */
  failed(host: Host, error: GatewayError): void {
    const status = failureStatus(error)
    if (status === undefined) return
    const record = recordOf(host)
    if (!this.#settings.split) {
      this.#judge(host, record, status)
      return
    }
    record.localOrigin.failed++
    this.#count(host, record, 'consecutiveLocalOriginFailure')
  }

  close(): void {
    this.#timer()
  }

  #judge(host: Host, record: OutlierRecord, status: number): void {
    if (status < 500) {
      record.answers.succeeded++
      record.consecutive5xx = 0
      record.consecutiveGatewayFailure = 0
      return
    }
    record.answers.failed++
    if (isGatewayFailure(status)) this.#count(host, record, 'consecutiveGatewayFailure')
    else record.consecutiveGatewayFailure = 0
    this.#count(host, record, 'consecutive5xx')
  }

  #count(host: Host, record: OutlierRecord, kind: ConsecutiveKind): void {
    record[kind]++
    if (record[kind] !== this.#settings.consecutive[kind]) return
    record[kind] = 0
    this.#eject(host, record, kind)
  }

  #eject(host: Host, record: OutlierRecord, reason: EjectionReason): void {
    const { enforcing, baseEjectionTime, maxEjectionTime, maxEjectionTimeJitter } = this.#settings
    const { runtime, name } = this.#owner
    if (host.ejected || !this.#mayEject() || runtime.random() * 100 >= enforcing[reason]) return
    record.backoff++
    record.ejections++
    record.reason = reason
    const time = Math.min(baseEjectionTime * record.backoff, maxEjectionTime)
    const milliseconds = time + (maxEjectionTimeJitter > 0 ? runtime.random() * maxEjectionTimeJitter : 0)
    record.ejectedUntil = runtime.clock.now() + milliseconds
    host.ejected = true
    this.#owner.healthChanged()
    runtime.report({ type: 'ejected', upstream: name, address: host.address, reason, milliseconds })
  }

  /** One host may always be out, whatever its share; with a maximum of 0 percent none. */
  #mayEject(): boolean {
    const { hosts } = this.#owner
    const { maxEjectionPercent } = this.#settings
    const ejected = hosts.reduce((sum, each) => sum + (each.ejected ? 1 : 0), 0)
    return maxEjectionPercent > 0 && (ejected === 0 || (100 * (ejected + 1)) / hosts.length <= maxEjectionPercent)
  }

  readonly #sweep = (): void => {
    const { runtime } = this.#owner
    this.#timer = runtime.clock.after(this.#settings.interval, this.#sweep)
    for (const host of this.#owner.hosts) {
      if (host.outlier !== undefined) this.#reconsider(host, host.outlier)
    }
    this.#compare()
    for (const { outlier } of this.#owner.hosts) {
      if (outlier === undefined) continue
      outlier.successRate = successRate(outlier.answers, this.#settings.successRate.requestVolume)
      outlier.resetTallies()
    }
  }

  #reconsider(host: Host, record: OutlierRecord): void {
    const { runtime, name } = this.#owner
    if (!host.ejected) {
      if (record.backoff > 0) record.backoff--
      return
    }
    if (record.ejectedUntil > runtime.clock.now()) return
    host.ejected = false
    record.resetConsecutive()
    this.#owner.healthChanged()
    runtime.report({ type: 'unejected', upstream: name, address: host.address })
  }

  #compare(): void {
    const { successRate: rate, failurePercentage, split } = this.#settings
    const answers = this.#tallies('answers')
    this.#ejectAll(belowTheRest(answers, rate), 'successRate')
    this.#ejectAll(failingTooOften(answers, failurePercentage), 'failurePercentage')
    if (!split) return
    const localOrigin = this.#tallies('localOrigin')
    this.#ejectAll(belowTheRest(localOrigin, rate), 'localOriginSuccessRate')
    this.#ejectAll(failingTooOften(localOrigin, failurePercentage), 'localOriginFailurePercentage')
  }

  #tallies(kind: 'answers' | 'localOrigin'): readonly HostTally<Host>[] {
    return this.#owner.hosts.flatMap((host) => {
      const tally = host.outlier?.[kind]
      return tally === undefined || host.ejected ? [] : [{ host, tally }]
    })
  }

  #ejectAll(hosts: readonly Host[], reason: EjectionReason): void {
    for (const host of hosts) this.#eject(host, recordOf(host), reason)
  }
}

function recordOf(host: Host): OutlierRecord {
  host.outlier ??= new OutlierRecord()
  return host.outlier
}
