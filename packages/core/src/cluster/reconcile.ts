import type { ResourceRef } from '../config/common.ts'
import type { SecretConfig } from '../config/secret.ts'
import type { UpstreamConfig } from '../config/upstream.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { ConfigError } from '../schema/config-error.ts'
import { CircuitBreaker } from './circuit-breaker.ts'
import { Cluster } from './cluster.ts'
import { connectionSettings } from './connection-settings.ts'
import type { DriverEnvironment, UpstreamDriver } from './driver.ts'
import type { Transport } from './transport.ts'

/** What clusters are made with. */
export interface ClusterEnvironment {
  readonly runtime: Runtime
  readonly transport: Transport
  readonly drivers: ReadonlyMap<string, UpstreamDriver>
}

/** An upstream as configured, with what it refers to. */
export interface ClusterDefinition {
  readonly config: UpstreamConfig
  readonly kind: string
  /** What its TLS uses. */
  readonly secret: SecretConfig | undefined
  /** What the TLS of failover hosts uses, by the reference as it stands in the configuration. */
  readonly failoverSecrets: ReadonlyMap<ResourceRef, SecretConfig>
  /** Milliseconds between two lookups of the names of failover hosts, where the settings say it. */
  readonly failoverDnsRate: number | undefined
}

interface Open {
  readonly cluster: Cluster
  readonly fingerprint: Fingerprint
}

/** What an upstream is: its data as text, and its functions. */
interface Fingerprint {
  readonly text: string
  readonly handler: unknown
  readonly endpoints: unknown
}

/** The live clusters of a gateway. An upstream whose definition did not change keeps its connections and counters. */
export class ClusterSet {
  readonly #environment: ClusterEnvironment
  #open = new Map<string, Open>()

  constructor(environment: ClusterEnvironment) {
    this.#environment = environment
  }

  /**
   * Opens what is new and prepares to close what is gone. `commit` makes it so.
   * @throws `ConfigError` when a driver refuses; nothing has changed then
   */
  prepare(definitions: ReadonlyMap<string, ClusterDefinition>): PreparedClusters {
    const next = new Map<string, Open>()
    const opened: Cluster[] = []
    try {
      for (const [name, definition] of definitions) {
        const before = this.#open.get(name)
        const fingerprint = fingerprintOf(definition)
        if (before !== undefined && isSame(before.fingerprint, fingerprint)) {
          next.set(name, before)
        } else {
          const cluster = this.#make(name, definition)
          opened.push(cluster)
          next.set(name, { cluster, fingerprint })
        }
      }
    } catch (error) {
      for (const cluster of opened) cluster.close()
      throw error
    }
    return {
      get: (name) => next.get(name)?.cluster,
      commit: () => {
        const before = this.#open
        this.#open = next
        for (const [name, { cluster }] of before) if (next.get(name)?.cluster !== cluster) cluster.close()
      },
    }
  }

  get clusters(): readonly Cluster[] {
    return [...this.#open.values()].map(({ cluster }) => cluster)
  }

  close(): void {
    for (const { cluster } of this.#open.values()) cluster.close()
    this.#open.clear()
  }

  #make(name: string, { config, kind, secret, failoverSecrets, failoverDnsRate }: ClusterDefinition): Cluster {
    const { runtime, transport, drivers } = this.#environment
    const driver = drivers.get(kind) as UpstreamDriver
    const breaker = new CircuitBreaker(config.circuitBreakers)
    const environment: DriverEnvironment = {
      name,
      runtime,
      transport,
      breaker,
      failoverDnsRate,
      connection: connectionSettings(name, config, secret, breaker),
      secured(sslConfig) {
        const own = sslConfig.secretRef && failoverSecrets.get(sslConfig.secretRef)
        return connectionSettings(name, { ...config, sslConfig }, own, breaker)
      },
    }
    try {
      return new Cluster(config, driver.open(config, environment), environment)
    } catch (error) {
      throw refusal(error, config, kind)
    }
  }
}

function fingerprintOf({ config, secret, failoverSecrets, failoverDnsRate }: ClusterDefinition): Fingerprint {
  const text = JSON.stringify([config, secret, [...failoverSecrets], failoverDnsRate])
  return { text, handler: config.handler, endpoints: config.endpoints }
}

function isSame(left: Fingerprint, right: Fingerprint): boolean {
  return left.text === right.text && left.handler === right.handler && left.endpoints === right.endpoints
}

/** A driver's refusal is about its upstream, whatever the driver says, and whatever it throws. */
function refusal(error: unknown, { metadata }: UpstreamConfig, kind: string): ConfigError {
  const { name, namespace = 'default' } = metadata
  const resource = { kind: 'Upstream', namespace, name }
  if (ConfigError.is(error)) return new ConfigError(error.issues.map((issue) => ({ ...issue, resource })))
  const path = `upstreams[${namespace}.${name}].${kind}`
  const message = `the driver failed: ${error instanceof Error ? error.message : String(error)}`
  return new ConfigError([{ severity: 'error', code: 'driver-failed', resource, path, message }])
}

/** Clusters of a configuration that has not taken over yet. */
export interface PreparedClusters {
  get(name: string): Cluster | undefined
  commit(): void
}
