import type { Cancel } from '../../runtime/clock.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import type { Host } from '../host.ts'
import type { Endpoint, UpstreamStream } from '../transport.ts'
import { type Check, type CheckOutcome, unhealthy } from './check.ts'
import type { Schedule } from './schedule.ts'

/** What the checks of one host share with those of the others. */
export interface HostCheckSettings {
  readonly check: Check
  readonly schedule: Schedule
  /** Failures in a row from which on a host is not well. */
  readonly unhealthyThreshold: number
  /** Successes in a row from which on it is well again. */
  readonly healthyThreshold: number
  readonly runtime: Runtime
  /** Whether the upstream has ever been used. */
  readonly traffic: () => boolean
  /** A host has answered, or has failed to. */
  answered(): void
  /** The host has changed sides. */
  changed(host: Host, healthy: boolean, reason: string): void
}

/** Asks one host again and again whether it is well. */
export class HostCheck {
  readonly host: Host
  readonly endpoint: Endpoint
  readonly #settings: HostCheckSettings
  /** What the host counts as; before its first answer one may still be used, if it was there from the start. */
  #healthy: boolean
  #known = false
  #passed = 0
  #failed = 0
  #waiting: Cancel | undefined
  #asked: { readonly stream: () => UpstreamStream | undefined; readonly timer: Cancel } | undefined
  /** What the last check found. */
  #outcome: CheckOutcome | undefined

  /** @param presumed whether the host may be used before it has passed a check */
  constructor(host: Host, endpoint: Endpoint, settings: HostCheckSettings, presumed: boolean) {
    this.host = host
    this.endpoint = endpoint
    this.#settings = settings
    this.#healthy = presumed
    if (!presumed) host.failingChecks++
    this.#wait(settings.schedule.first(settings.runtime.random))
  }

  /** Why the host does not count as healthy; undefined when it does. */
  get failure(): string | undefined {
    if (this.#healthy) return undefined
    return this.#outcome?.healthy === false ? this.#outcome.reason : 'has not passed a health check yet'
  }

  /** The host itself asks, in the answer to a request, to be taken out of use. */
  refuse(reason: string): void {
    this.#passed = 0
    this.#outcome = unhealthy(reason)
    this.#known = true
    this.#become(false, reason)
  }

  /** The upstream is used for the first time: checks are due as often as for any other. */
  trafficStarted(): void {
    if (this.#waiting === undefined || this.#outcome === undefined) return
    this.#waiting()
    this.#wait(this.#next(this.#outcome.healthy))
  }

  close(): void {
    this.#waiting?.()
    this.#waiting = undefined
    this.#stop()
    if (!this.#healthy) this.host.failingChecks--
    this.#healthy = true
  }

  #wait(milliseconds: number): void {
    this.#waiting = this.#settings.runtime.clock.after(milliseconds, () => this.#ask())
  }

  #ask(): void {
    const { check, schedule, runtime } = this.#settings
    this.#waiting = undefined
    let stream: UpstreamStream | undefined
    const timer = runtime.clock.after(schedule.timeout, () => {
      this.#stop()
      this.#answered(unhealthy(`no answer within ${schedule.timeout} ms`))
    })
    const asked = { stream: () => stream, timer }
    this.#asked = asked
    stream = check.run(this.endpoint, (outcome) => {
      if (this.#asked !== asked) return
      timer()
      this.#asked = undefined
      this.#answered(outcome)
    })
  }

  #stop(): void {
    const asked = this.#asked
    this.#asked = undefined
    asked?.timer()
    asked?.stream()?.cancel(undefined)
  }

  #answered(outcome: CheckOutcome): void {
    const { unhealthyThreshold, healthyThreshold } = this.#settings
    this.#outcome = outcome
    this.#settings.answered()
    if (outcome.healthy) {
      this.#failed = 0
      this.#passed++
      // Nobody knows how a new host does, so its first answer counts alone.
      if (!this.#known || this.#passed >= healthyThreshold) this.#become(true, 'passed its health checks')
    } else {
      this.#passed = 0
      this.#failed++
      if (!this.#known || outcome.immediate === true || this.#failed >= unhealthyThreshold)
        this.#become(false, outcome.reason)
    }
    this.#known = true
    this.#wait(this.#next(outcome.healthy))
  }

  #next(passed: boolean): number {
    const { schedule, runtime, traffic } = this.#settings
    return schedule.next(passed, passed !== this.#healthy, traffic(), runtime.random)
  }

  #become(healthy: boolean, reason: string): void {
    if (healthy === this.#healthy) return
    this.#healthy = healthy
    this.host.failingChecks += healthy ? -1 : 1
    if (healthy) this.host.startedAt = this.#settings.runtime.clock.now()
    this.#settings.changed(this.host, healthy, reason)
  }
}
