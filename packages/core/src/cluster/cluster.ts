import type { UpstreamConfig } from '../config/upstream.ts'
import type { Cancel } from '../runtime/clock.ts'
import type { LoadBalancer } from './balance/balancer.ts'
import { RoundRobin } from './balance/round-robin.ts'
import type { DriverEnvironment, UpstreamCall, UpstreamConnection } from './driver.ts'
import { Host } from './host.ts'
import type { Endpoint, UpstreamReceiver, UpstreamStream } from './transport.ts'

/** A live upstream: keeps connections, hosts and counters across configuration changes that leave its definition alone. */
export class Cluster {
  /** `namespace.name`. */
  readonly name: string
  readonly config: UpstreamConfig
  readonly #environment: DriverEnvironment
  readonly #connection: UpstreamConnection
  #hosts: readonly Host[] = []
  #balancer: LoadBalancer
  #unsubscribe: Cancel | undefined

  constructor(config: UpstreamConfig, connection: UpstreamConnection, environment: DriverEnvironment) {
    this.name = environment.name
    this.config = config
    this.#environment = environment
    this.#connection = connection
    this.#balancer = new RoundRobin([], environment.runtime.random)
    this.#unsubscribe = connection.endpoints?.((endpoints) => this.#changed(endpoints))
  }

  get hosts(): readonly Host[] {
    return this.#hosts
  }

  /** Whether requests go to hosts; false for functions and handlers. */
  get hasHosts(): boolean {
    return this.#connection.endpoints !== undefined
  }

  /** The host for the next attempt; undefined when there is none. */
  pick(tried: readonly Host[]): Host | undefined {
    return this.#balancer.pick(tried)
  }

  send(call: UpstreamCall, receiver: UpstreamReceiver): UpstreamStream {
    return this.#connection.send(call, receiver)
  }

  /** Lets go of connections once what is in flight has ended. */
  close(): void {
    this.#unsubscribe?.()
    this.#unsubscribe = undefined
    this.#connection.close?.()
  }

  #changed(endpoints: readonly Endpoint[]): void {
    const known = new Map(this.#hosts.map((host) => [host.address, host]))
    this.#hosts = endpoints.map((endpoint) => {
      const host = new Host(endpoint)
      const before = known.get(host.address)
      return before !== undefined && before.endpoint === endpoint ? before : host
    })
    this.#balancer = new RoundRobin(this.#hosts, this.#environment.runtime.random)
  }
}
