import type { UpstreamConfig } from '../config/upstream.ts'
import { GatewayError } from '../errors.ts'
import type { HeaderMap } from '../http/headers.ts'
import type { Cancel } from '../runtime/clock.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { balancerFor } from './balance/create.ts'
import type { CircuitBreaker } from './circuit-breaker.ts'
import type { DriverEnvironment, UpstreamCall, UpstreamConnection } from './driver.ts'
import { immediateFailHeader, immediateFailReason } from './health/check.ts'
import { createCheckers } from './health/create-checkers.ts'
import type { HealthChecker } from './health/health-checker.ts'
import { Host } from './host.ts'
import { type GroupSettings, HostGroup } from './host-group.ts'
import { OutlierDetector } from './outlier/detector.ts'
import { outlierSettings } from './outlier/settings.ts'
import type { PickContext } from './pick-context.ts'
import { defaultOverprovisioning } from './priority-load.ts'
import { type ClusterStatus, hostStatus } from './status.ts'
import { Subsets } from './subset.ts'
import type { Endpoint, UpstreamReceiver, UpstreamStream } from './transport.ts'

/** Envoy's default for `healthyPanicThreshold`. */
const defaultPanicThreshold = 50

/** A live upstream: keeps connections, hosts and counters across configuration changes that leave its definition alone. */
export class Cluster {
  /** `namespace.name`. */
  readonly name: string
  readonly config: UpstreamConfig
  readonly runtime: Runtime
  readonly breaker: CircuitBreaker
  readonly #environment: DriverEnvironment
  readonly #connection: UpstreamConnection
  readonly #settings: GroupSettings
  readonly #outlier: OutlierDetector | undefined
  readonly #checkers: readonly HealthChecker[]
  #hosts: readonly Host[] = []
  #all: HostGroup
  #subsets: Subsets | undefined
  /** The host for every request that asks for nothing particular, while there is only one. */
  #only: Host | undefined
  /** Whether the health of a host has changed since hosts were chosen last. */
  #stale = false
  #used = false
  #unsubscribe: Cancel | undefined
  #closed = false

  constructor(config: UpstreamConfig, connection: UpstreamConnection, environment: DriverEnvironment) {
    const { name, runtime, breaker } = environment
    this.name = name
    this.config = config
    this.runtime = runtime
    this.breaker = breaker
    this.#environment = environment
    this.#connection = connection
    this.#settings = groupSettings(config, runtime)
    this.#all = new HostGroup([], this.#settings)
    // May refuse the configuration, and must do so before anything has begun.
    const checks = connection.endpoints === undefined ? [] : (config.healthChecks ?? [])
    this.#checkers = createCheckers(this, checks, environment.transport)
    this.#outlier =
      config.outlierDetection === undefined || connection.endpoints === undefined
        ? undefined
        : new OutlierDetector(this, outlierSettings(config.outlierDetection))
    this.#unsubscribe = connection.endpoints?.((endpoints) => this.#changed(endpoints))
  }

  get hosts(): readonly Host[] {
    return this.#hosts
  }

  /** Whether there has been a request. */
  get used(): boolean {
    return this.#used
  }

  /** Whether requests go to hosts; false for functions and handlers. */
  get hasHosts(): boolean {
    return this.#connection.endpoints !== undefined
  }

  /** Whether the key of a request decides on its host. */
  get usesHash(): boolean {
    const { ringHash, maglev } = this.config.loadBalancerConfig ?? {}
    return this.hasHosts && (ringHash ?? maglev) !== undefined
  }

  /** The host for the next attempt; undefined when there is none. */
  pick(tried: readonly Host[], context?: PickContext): Host | undefined {
    if (this.#stale) this.#refresh()
    return context === undefined && this.#only !== undefined ? this.#only : this.#choose(tried, context)
  }

  /** Sends a request that {@link started} has counted. */
  send(call: UpstreamCall, receiver: UpstreamReceiver): UpstreamStream {
    if (this.breaker.requests <= this.breaker.maxRequests) return this.#connection.send(call, receiver)
    this.breaker.overflows++
    receiver.onFailure(new GatewayError('overflow', { phase: 'connect', side: 'upstream', upstream: this.name }))
    return nothing
  }

  /** A request begins. It is in use of the upstream until it has {@link finished}. */
  started(host: Host | undefined): void {
    this.breaker.requests++
    if (!this.#used) this.#firstUse()
    if (host === undefined) return
    host.active++
    host.total++
  }

  /** A request has got its response, or the part of it that decides on the health of its host. */
  responded(host: Host | undefined, status: number, headers: HeaderMap): void {
    if (host === undefined) return
    this.#outlier?.responded(host, status, headers)
    if (this.#checkers.length > 0 && headers.has(immediateFailHeader)) {
      for (const checker of this.#checkers) checker.refuse(host, immediateFailReason)
    }
  }

  /** A request has got no response. */
  failed(host: Host | undefined, error: GatewayError): void {
    if (host === undefined) return
    host.failed++
    this.#outlier?.failed(host, error)
  }

  /** The response of a request has ended, or will never come. Once for each {@link started}. */
  finished(host: Host | undefined): void {
    this.breaker.requests--
    if (host !== undefined) host.active--
  }

  /** What there is to know about it at this moment, for operators. */
  status(): ClusterStatus {
    if (this.#stale) this.#refresh()
    const failures = (host: Host): readonly string[] => this.#checkers.flatMap((checker) => checker.failure(host) ?? [])
    return {
      name: this.name,
      hosts: this.#hosts.map((host) => hostStatus(host, failures(host), this.runtime.clock.now())),
      panic: this.#all.panic,
      circuitBreakers: this.breaker.status(),
    }
  }

  /** Lets go of connections once what is in flight has ended. */
  close(): void {
    this.#closed = true
    try {
      this.#unsubscribe?.()
    } catch (error) {
      this.runtime.report({ type: 'hook-failed', hook: `${this.name}.endpoints`, error })
    }
    this.#unsubscribe = undefined
    this.#outlier?.close()
    for (const checker of this.#checkers) checker.close()
    this.#release(this.#hosts.map(({ endpoint }) => endpoint))
    this.#connection.close?.()
  }

  /** Takes note, at the next choice, that the health of a host has changed. */
  healthChanged(): void {
    this.#stale = true
  }

  #choose(tried: readonly Host[], context: PickContext | undefined): Host | undefined {
    const group = this.#subsets === undefined ? this.#all : this.#subsets.find(context?.subset)
    // A session holds for the first attempt; whoever tries again wants another host.
    if (context?.sessionHost !== undefined && tried.length === 0) {
      const host = this.#hosts.find(({ address }) => address === context.sessionHost)
      if (host?.healthy === true) return host
      if (context.strictSession === true) return undefined
    }
    return group?.pick(tried, context?.hash, context?.avoidPriorities)
  }

  #changed(endpoints: readonly Endpoint[]): void {
    if (this.#closed) return
    const known = new Map(this.#hosts.map((host) => [`${host.address} ${host.endpoint.hostname}`, host]))
    const now = this.runtime.clock.now()
    const hosts = endpoints.map((endpoint) => {
      const fresh = new Host(endpoint, now)
      const key = `${fresh.address} ${endpoint.hostname}`
      const before = known.get(key)
      if (before === undefined || !before.isAt(endpoint)) return fresh
      // An address that is told twice is two hosts.
      known.delete(key)
      before.update(endpoint)
      return before
    })
    const kept = new Set(hosts)
    const gone = this.#hosts.filter((host) => !kept.has(host)).map(({ endpoint }) => endpoint)
    const renewed =
      this.config.loadBalancerConfig?.closeConnectionsOnHostSetChange === true
        ? this.#hosts.filter((host) => kept.has(host)).map((host) => host.renew())
        : []
    this.#hosts = hosts
    for (const checker of this.#checkers) checker.setHosts(hosts)
    this.#all = new HostGroup(hosts, this.#settings)
    const spec = this.config.static?.subsetSpec
    this.#subsets = spec === undefined ? undefined : new Subsets(spec, this.#all, this.#settings)
    this.#refresh()
    this.#release([...gone, ...renewed])
  }

  #firstUse(): void {
    this.#used = true
    for (const checker of this.#checkers) checker.trafficStarted()
  }

  #refresh(): void {
    this.#stale = false
    this.#all.refresh()
    this.#subsets?.refresh()
    this.#only = this.#subsets === undefined ? this.#all.only : undefined
  }

  #release(endpoints: readonly Endpoint[]): void {
    for (const endpoint of endpoints) this.#environment.transport.release?.(endpoint)
  }
}

const nothing: UpstreamStream = { cancel() {} }

function groupSettings({ loadBalancerConfig, failover }: UpstreamConfig, runtime: Runtime): GroupSettings {
  return {
    create: balancerFor(loadBalancerConfig, runtime),
    random: runtime.random,
    panicThreshold: loadBalancerConfig?.healthyPanicThreshold ?? defaultPanicThreshold,
    overprovisioning: failover?.policy?.overprovisioningFactor ?? defaultOverprovisioning,
    localityWeighted: loadBalancerConfig?.localityWeightedLbConfig !== undefined,
  }
}
