import type { Cluster } from './cluster/cluster.ts'
import type { UpstreamDriver } from './cluster/driver.ts'
import { ClusterSet, type PreparedClusters } from './cluster/reconcile.ts'
import type { Transport } from './cluster/transport.ts'
import { type Compiled, compile } from './compile/compile.ts'
import type { Snapshot } from './compile/snapshot.ts'
import { type GatewayInput, plainConfig } from './config/build/plain.ts'
import type { GatewayConfig } from './config/gateway-config.ts'
import type { AnyFilterDefinition } from './filter/filter.ts'
import { type Quarantine, type Quarantined, repair } from './quarantine.ts'
import type { Deadlines } from './runtime/deadline.ts'
import type { Runtime } from './runtime/runtime.ts'
import { sameConfig } from './same-config.ts'
import { ConfigError } from './schema/config-error.ts'
import type { Issue } from './schema/issue.ts'

/** What became of a new configuration. */
export interface UpdateReport {
  /**
   * `accepted`: it is in force. `partial`: it is, but for the resources in {@link quarantined}. `rejected`: nothing has
   * changed.
   */
  readonly outcome: 'accepted' | 'partial' | 'rejected'
  /** Whether all of it is in force. */
  readonly accepted: boolean
  /** The configuration that is in force now. */
  readonly revision: number
  readonly issues: readonly Issue[]
  /** Faulty resources: their last good version stays in force, or they are not served. */
  readonly quarantined: readonly Quarantined[]
}

/** What configurations are compiled and opened with. */
export interface ConfigStoreOptions {
  readonly runtime: Runtime
  readonly transport: Transport
  readonly deadlines: Deadlines
  /** In the order in which they run. */
  readonly filters: readonly AnyFilterDefinition[]
  readonly drivers: ReadonlyMap<string, UpstreamDriver>
}

/** Each round takes out at least one resource; what needs more is beyond repair. */
const maxRepairs = 20

/** The configuration in force. Takes over new ones, and keeps what is good of a faulty one. */
export class ConfigStore {
  readonly #options: ConfigStoreOptions
  readonly #clusters: ClusterSet
  #current: Compiled | undefined
  #issues: readonly Issue[] = []

  /** @throws {@link ConfigError} with everything that is wrong with the configuration */
  constructor(input: GatewayInput, options: ConfigStoreOptions) {
    this.#options = options
    this.#clusters = new ClusterSet(options)
    const { outcome, issues } = this.#take(plainConfig(input))
    if (outcome === 'rejected') throw new ConfigError(issues)
  }

  get snapshot(): Snapshot {
    return (this.#current as Compiled).snapshot
  }

  get config(): GatewayConfig {
    return (this.#current as Compiled).config
  }

  /** What was found in the configuration that was taken over last. */
  get issues(): readonly Issue[] {
    return this.#issues
  }

  /** The upstreams of that configuration, live. */
  get clusters(): readonly Cluster[] {
    return this.#clusters.clusters
  }

  update(input: GatewayInput): UpdateReport {
    const { report } = this.#options.runtime
    let result: UpdateReport
    try {
      result = this.#take(plainConfig(input))
    } catch (error) {
      report({ type: 'internal-error', error })
      const message = `the configuration could not be read: ${error instanceof Error ? error.message : String(error)}`
      result = this.#reportOf('rejected', [
        { severity: 'error', code: 'unreadable', resource: undefined, path: '', message },
      ])
    }
    if (result.outcome === 'rejected') {
      const errors = result.issues.filter(({ severity }) => severity === 'error').length
      report({ type: 'update-rejected', revision: this.snapshot.revision, errors })
    }
    return result
  }

  /** Lets go of all upstreams. */
  close(): void {
    this.#clusters.close()
  }

  /** Puts a configuration in force: all of it, or what is left without its faulty resources, or nothing. */
  #take(config: GatewayConfig): UpdateReport {
    let candidate = this.#compile(config)
    let { issues, isRepairable } = this.#judge(candidate)
    let faults = issues
    let quarantine: Quarantine = new Map()
    for (let round = 0; round <= maxRepairs; round++) {
      if (!hasErrors(faults)) {
        if (round > 0 && sameConfig(candidate.config, this.#current?.config)) break
        const refused = this.#install(candidate, issues)
        if (refused === undefined) return this.#reportOf(round === 0 ? 'accepted' : 'partial', issues, quarantine)
        issues = [...issues, ...refused]
        faults = [...faults, ...refused]
      }
      const repaired = isRepairable ? repair(candidate, faults, this.#current?.config ?? {}, quarantine) : undefined
      if (repaired === undefined) break
      quarantine = repaired.quarantine
      candidate = this.#compile(repaired.config)
      faults = candidate.issues
    }
    return this.#reportOf('rejected', issues)
  }

  /**
   * Gloo's `validation`: what counts as an error, and whether resources with errors may be left out. `alwaysAccept: true`
   * wants that and `false` does not. Where it is not set updates do, but not the first configuration, which has no last
   * good versions to go on with. A warning that is not allowed stops both.
   */
  #judge({ config, issues }: Compiled): Judgement {
    const { alwaysAccept, allowWarnings = true } = config.settings?.gateway?.validation ?? {}
    if (alwaysAccept === true) return { issues, isRepairable: true }
    const isRepairable = alwaysAccept === undefined && this.#current !== undefined
    if (allowWarnings || issues.every(({ severity }) => severity === 'error')) return { issues, isRepairable }
    return { issues: issues.map((issue) => ({ ...issue, severity: 'error' })), isRepairable: false }
  }

  /** Drivers may refuse; their findings come back, and nothing has changed. */
  #install(compiled: Compiled, issues: readonly Issue[]): readonly Issue[] | undefined {
    const { snapshot, definitions } = compiled
    let prepared: PreparedClusters
    try {
      prepared = this.#clusters.prepare(definitions)
    } catch (error) {
      if (!ConfigError.is(error)) throw error
      return error.issues
    }
    for (const ref of snapshot.clusters.values()) ref.cluster = prepared.get(ref.name)
    this.#current = compiled
    this.#issues = issues
    prepared.commit()
    const warnings = issues.filter(({ severity }) => severity === 'warning').length
    this.#options.runtime.report({ type: 'snapshot', revision: snapshot.revision, warnings })
    return undefined
  }

  #compile(config: GatewayConfig): Compiled {
    const { runtime, deadlines, filters, drivers } = this.#options
    const revision = (this.#current?.snapshot.revision ?? 0) + 1
    return compile(config, { runtime, deadlines, filters, drivers: new Set(drivers.keys()), revision })
  }

  #reportOf(
    outcome: UpdateReport['outcome'],
    issues: readonly Issue[],
    quarantine: Quarantine = new Map(),
  ): UpdateReport {
    const revision = this.#current?.snapshot.revision ?? 0
    return { outcome, accepted: outcome === 'accepted', revision, issues, quarantined: [...quarantine.values()] }
  }
}

/** What is thought of a configuration. */
interface Judgement {
  readonly issues: readonly Issue[]
  readonly isRepairable: boolean
}

function hasErrors(issues: readonly Issue[]): boolean {
  return issues.some(({ severity }) => severity === 'error')
}
