import type { HealthCheck } from '../../config/health-check.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import type { Host } from '../host.ts'
import type { Transport } from '../transport.ts'
import { type Check, checkEndpoint } from './check.ts'
import { HostCheck, type HostCheckSettings } from './host-check.ts'
import { compileSchedule } from './schedule.ts'

/** What a {@link HealthChecker} needs from its cluster. */
export interface CheckerOwner {
  /** `namespace.name` of the upstream. */
  readonly name: string
  readonly runtime: Runtime
  /** Whether the upstream has ever been used. */
  readonly used: boolean
  /** The health of a host has changed. */
  healthChanged(): void
}

/**
 * One active health check of an upstream, on all of its hosts.
 *
 * @see {@link https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/health_checking}
 */
export class HealthChecker {
  readonly #transport: Transport
  readonly #settings: HostCheckSettings
  readonly #keepAlive: number
  readonly #checks = new Map<Host, HostCheck>()
  /** Until anybody has answered, hosts may be used; those that come later must pass first. */
  #starting = true

  constructor(owner: CheckerOwner, config: HealthCheck, check: Check, transport: Transport) {
    const { name, runtime } = owner
    const schedule = compileSchedule(config)
    this.#transport = transport
    this.#keepAlive = config.reuseConnection === false ? 0 : schedule.longest + schedule.timeout
    this.#settings = {
      check,
      schedule,
      unhealthyThreshold: config.unhealthyThreshold,
      healthyThreshold: config.healthyThreshold,
      runtime,
      traffic: () => owner.used,
      answered: () => {
        this.#starting = false
      },
      changed(host, healthy, reason) {
        owner.healthChanged()
        runtime.report({ type: 'health', upstream: name, address: host.address, healthy, reason })
      },
    }
  }

  /** Asks those that are new, and leaves alone those that are gone. */
  setHosts(hosts: readonly Host[]): void {
    const wanted = new Set(hosts)
    for (const check of [...this.#checks.values()]) if (!wanted.has(check.host)) this.#drop(check)
    for (const host of hosts) {
      if (this.#checks.has(host)) continue
      const endpoint = checkEndpoint(host, this.#keepAlive)
      this.#checks.set(host, new HostCheck(host, endpoint, this.#settings, this.#starting))
    }
  }

  /** Why a host does not pass; undefined when it does. */
  failure(host: Host): string | undefined {
    return this.#checks.get(host)?.failure
  }

  /** A host asks, in the answer to a request, to be taken out of use. */
  refuse(host: Host, reason: string): void {
    this.#checks.get(host)?.refuse(reason)
  }

  trafficStarted(): void {
    for (const check of this.#checks.values()) check.trafficStarted()
  }

  close(): void {
    for (const check of [...this.#checks.values()]) this.#drop(check)
  }

  #drop(check: HostCheck): void {
    check.close()
    this.#checks.delete(check.host)
    this.#transport.release?.(check.endpoint)
  }
}
