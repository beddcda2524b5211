import type { UpstreamDriver } from './cluster/driver.ts'
import { ClusterSet } from './cluster/reconcile.ts'
import type { Transport } from './cluster/transport.ts'
import { type Compiled, compile } from './compile/compile.ts'
import type { Snapshot } from './compile/snapshot.ts'
import { type GatewayInput, plainConfig } from './config/build/plain.ts'
import type { GatewayConfig } from './config/gateway-config.ts'
import type { AnyFilterDefinition } from './filter/filter.ts'
import { type Quarantined, repair } from './quarantine.ts'
import type { Deadlines } from './runtime/deadline.ts'
import type { Runtime } from './runtime/runtime.ts'
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

/** A configuration without its faulty resources. */
interface Repaired {
  readonly compiled: Compiled
  readonly quarantined: readonly Quarantined[]
}

/** Each round takes out at least one resource; what needs more is beyond repair. */
const maxRepairs = 5

/** The configuration in force. Takes over new ones, and keeps what is good of a faulty one. */
export class ConfigStore {
  readonly #options: ConfigStoreOptions
  readonly #clusters: ClusterSet
  #current: Compiled

  /** @throws {@link ConfigError} with everything that is wrong with the configuration */
  constructor(input: GatewayInput, options: ConfigStoreOptions) {
    this.#options = options
    this.#clusters = new ClusterSet(options)
    this.#current = this.#first(plainConfig(input))
    this.#install(this.#current)
  }

  get snapshot(): Snapshot {
    return this.#current.snapshot
  }

  get config(): GatewayConfig {
    return this.#current.config
  }

  get issues(): readonly Issue[] {
    return this.#current.issues
  }

  update(input: GatewayInput): UpdateReport {
    const compiled = this.#compile(plainConfig(input))
    let issues = compiled.issues
    if (isAcceptable(compiled)) {
      const refused = this.#tryInstall(compiled)
      if (refused === undefined) return this.#reportOf('accepted', issues, [])
      issues = [...issues, ...refused]
    }
    const repaired = isStrict(compiled.config) ? undefined : this.#repair(compiled, issues)
    if (repaired !== undefined && !this.#isInForce(repaired.compiled.config)) {
      const refused = this.#tryInstall(repaired.compiled)
      if (refused === undefined) return this.#reportOf('partial', issues, repaired.quarantined)
      issues = [...issues, ...refused]
    }
    const errors = issues.filter(({ severity }) => severity === 'error').length
    this.#options.runtime.report({ type: 'update-rejected', revision: this.snapshot.revision, errors })
    return this.#reportOf('rejected', issues, [])
  }

  /** Lets go of all upstreams. */
  close(): void {
    this.#clusters.close()
  }

  /** At a cold start there is nothing to fall back on: errors are thrown, unless `alwaysAccept: true` asks for the rest. */
  #first(config: GatewayConfig): Compiled {
    const compiled = this.#compile(config)
    if (isAcceptable(compiled)) return compiled
    const wanted = compiled.config.settings?.gateway?.validation?.alwaysAccept === true
    const repaired = wanted ? this.#repair(compiled, compiled.issues) : undefined
    if (repaired === undefined) throw new ConfigError(compiled.issues)
    return { ...repaired.compiled, issues: compiled.issues }
  }

  /** Takes faulty resources out until the rest compiles; leaving one out may show that another needed it. */
  #repair(compiled: Compiled, issues: readonly Issue[]): Repaired | undefined {
    const before = this.#current?.config ?? {}
    let current = compiled
    let faults = issues
    const quarantined = new Map<string, Quarantined>()
    for (let round = 0; round < maxRepairs; round++) {
      const repaired = repair(current.config, faults, round === 0 ? before : {})
      if (repaired === undefined) return undefined
      for (const one of repaired.quarantined)
        quarantined.set(`${one.resource.kind} ${one.resource.namespace}.${one.resource.name}`, one)
      current = this.#compile(repaired.config)
      faults = current.issues
      if (!hasErrors(faults)) return { compiled: current, quarantined: [...quarantined.values()] }
    }
    return undefined
  }

  #isInForce(config: GatewayConfig): boolean {
    return JSON.stringify(config) === JSON.stringify(this.config)
  }

  #reportOf(
    outcome: UpdateReport['outcome'],
    issues: readonly Issue[],
    quarantined: readonly Quarantined[],
  ): UpdateReport {
    return { outcome, accepted: outcome === 'accepted', revision: this.snapshot.revision, issues, quarantined }
  }

  /** Drivers may still refuse; their findings come back, and nothing has changed. */
  #tryInstall(compiled: Compiled): readonly Issue[] | undefined {
    try {
      this.#install(compiled)
      return undefined
    } catch (error) {
      if (!ConfigError.is(error)) throw error
      return error.issues
    }
  }

  #compile(config: GatewayConfig): Compiled {
    const { runtime, deadlines, filters, drivers } = this.#options
    const revision = (this.#current?.snapshot.revision ?? 0) + 1
    return compile(config, { runtime, deadlines, filters, drivers: new Set(drivers.keys()), revision })
  }

  #install(compiled: Compiled): void {
    const { snapshot, issues, definitions } = compiled
    const prepared = this.#clusters.prepare(definitions)
    for (const ref of snapshot.clusters.values()) ref.cluster = prepared.get(ref.name)
    this.#current = compiled
    prepared.commit()
    const warnings = issues.filter(({ severity }) => severity === 'warning').length
    this.#options.runtime.report({ type: 'snapshot', revision: snapshot.revision, warnings })
  }
}

/** Gloo's `validation`: errors never pass, warnings only where they are allowed. */
function isAcceptable({ issues, config }: Compiled): boolean {
  const allowWarnings = config.settings?.gateway?.validation?.allowWarnings ?? true
  return issues.every(({ severity }) => severity === 'warning' && allowWarnings)
}

/** Whether any error rejects the whole change. */
function isStrict({ settings }: GatewayConfig): boolean {
  return settings?.gateway?.validation?.alwaysAccept === false
}

function hasErrors(issues: readonly Issue[]): boolean {
  return issues.some(({ severity }) => severity === 'error')
}
