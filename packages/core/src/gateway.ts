import type { UpstreamDriver } from './cluster/driver.ts'
import { handlerDriver } from './cluster/handler-driver.ts'
import { ClusterSet } from './cluster/reconcile.ts'
import { hostsDriver } from './cluster/static-driver.ts'
import type { Transport } from './cluster/transport.ts'
import { type Compiled, compile } from './compile/compile.ts'
import type { CompiledListener, Snapshot } from './compile/snapshot.ts'
import { type GatewayInput, plainConfig } from './config/build/plain.ts'
import type { GatewayConfig } from './config/gateway-config.ts'
import type { RequestContext } from './context.ts'
import { type Explanation, explain } from './explain.ts'
import { builtinFilters } from './features/builtin.ts'
import { orderFilters } from './filter/chain.ts'
import type { AnyFilterDefinition } from './filter/filter.ts'
import type { Downstream } from './http/downstream.ts'
import type { HeaderMap } from './http/headers.ts'
import { MemoryDownstream } from './http/memory-downstream.ts'
import type { GatewayRequest, GatewayResponse } from './http/message.ts'
import { missingTransport } from './missing-transport.ts'
import { type Quarantined, repair } from './quarantine.ts'
import { systemClock } from './runtime/clock.ts'
import { Deadlines } from './runtime/deadline.ts'
import { systemRandom, uuid } from './runtime/random.ts'
import type { Runtime } from './runtime/runtime.ts'
import { ConfigError } from './schema/config-error.ts'
import type { Issue } from './schema/issue.ts'
import { Serving } from './serve.ts'

/** Options of a {@link Gateway}: what it takes from outside. All are optional with the package `headgate`. */
export interface GatewayOptions extends Partial<Runtime> {
  /** Carries requests to hosts. */
  readonly transport?: Transport
  /** Filters of one's own; they run where their `stage` says. */
  readonly filters?: readonly AnyFilterDefinition[]
  /** Drivers for kinds of upstream beyond `static`, `pipe` and `handler`. */
  readonly drivers?: readonly UpstreamDriver[]
  /** Called once for every exchange, after its last byte or its failure: for access logs and metrics. */
  readonly onComplete?: (context: RequestContext) => void
}

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

/** Options of {@link Gateway.handle}. */
export interface HandleOptions {
  /** Name of the Gateway resource to enter by. Default: the only one. */
  readonly gateway?: string
  /** Gets interim responses. */
  readonly onInformational?: (status: number, headers: HeaderMap) => void
  /** Ends the exchange as if the client had gone away. */
  readonly signal?: AbortSignal
}

/**
 * A gateway: routes requests to upstreams as its configuration says.
 *
 * @throws {@link ConfigError} from the constructor, with everything that is wrong with the configuration
 */
export class Gateway {
  readonly #runtime: Runtime
  readonly #transport: Transport
  readonly #deadlines: Deadlines
  readonly #clusters: ClusterSet
  readonly #filters: readonly AnyFilterDefinition[]
  readonly #drivers: ReadonlyMap<string, UpstreamDriver>
  readonly #complete: (context: RequestContext) => void
  #snapshot: Snapshot
  #config: GatewayConfig | undefined
  #issues: readonly Issue[]
  #revision = 0

  constructor(config: GatewayInput, options: GatewayOptions = {}) {
    const { clock = systemClock, random = systemRandom, onComplete } = options
    const report = options.report ?? ignore
    this.#runtime = {
      clock,
      random,
      requestId: options.requestId ?? (() => uuid(random)),
      environment: options.environment ?? (() => undefined),
      report,
    }
    this.#transport = options.transport ?? missingTransport
    this.#deadlines = new Deadlines(clock)
    const drivers = [hostsDriver('static'), hostsDriver('pipe'), handlerDriver, ...(options.drivers ?? [])]
    this.#drivers = new Map(drivers.map((driver) => [driver.kind, driver]))
    this.#filters = orderFilters([...builtinFilters, ...(options.filters ?? [])])
    this.#clusters = new ClusterSet({ runtime: this.#runtime, transport: this.#transport, drivers: this.#drivers })
    this.#complete = onComplete === undefined ? ignore : guarded(onComplete, report)
    const compiled = this.#firstConfig(plainConfig(config))
    this.#snapshot = compiled.snapshot
    this.#config = compiled.config
    this.#issues = compiled.issues
    this.#install(compiled)
  }

  /** What was found in the configuration that is in force: warnings. */
  get issues(): readonly Issue[] {
    return this.#issues
  }

  /** Number of the configuration that is in force; the first is 1. */
  get revision(): number {
    return this.#snapshot.revision
  }

  /** Names of the Gateway resources. */
  get listeners(): readonly string[] {
    return [...this.#snapshot.listeners.keys()]
  }

  /** The configuration in force, as plain data in Gloo's JSON shape. A gateway made of it is an equal one. */
  toJSON(): GatewayConfig {
    return this.#config as GatewayConfig
  }

  /**
   * A Gateway resource made ready; adapters take addresses, limits and timeouts from it.
   *
   * @throws RangeError when there is none of that name, or no name is given and there are several
   */
  listener(name?: string): CompiledListener {
    const { listeners } = this.#snapshot
    const listener =
      name === undefined ? (listeners.size === 1 ? first(listeners.values()) : undefined) : listeners.get(name)
    if (listener !== undefined) return listener
    const known = [...listeners.keys()].map((each) => `"${each}"`).join(', ')
    throw new RangeError(
      name === undefined ? `name one of the gateways ${known}` : `there is no gateway "${name}", only ${known}`,
    )
  }

  /** Answers a request that an adapter brings; everything that goes wrong becomes an answer or a broken connection. */
  serve(downstream: Downstream, gateway?: string): void {
    const snapshot = this.#snapshot
    const listener = gateway === undefined ? first(snapshot.listeners.values()) : snapshot.listeners.get(gateway)
    if (listener === undefined) {
      downstream.destroy(new RangeError(`there is no gateway "${gateway}"`))
      return
    }
    new Serving(this.#runtime, snapshot, listener, downstream, this.#complete).intake()
  }

  /** Answers one request without a socket. Never rejects: failures become responses; a body that breaks throws while it is read. */
  handle(request: GatewayRequest, options: HandleOptions = {}): Promise<GatewayResponse> {
    const listener = this.listener(options.gateway)
    return new Promise((resolve) => {
      const downstream = new MemoryDownstream(request, resolve, options.onInformational)
      new Serving(this.#runtime, this.#snapshot, listener, downstream, this.#complete).intake()
      const { signal } = options
      if (signal?.aborted === true) downstream.abandon(signal.reason)
      else signal?.addEventListener('abort', () => downstream.abandon(signal.reason), { once: true })
    })
  }

  /** Says where a request would go and why, by the very code that would send it there. Nothing is sent. */
  explain(request: GatewayRequest, options: { readonly gateway?: string } = {}): Explanation {
    return explain(request, this.listener(options.gateway), this.#runtime, this.#snapshot)
  }

  /**
   * Puts a new configuration in force between two requests; requests in flight end on the one they started with.
   *
   * What has errors does not hold up the rest: a faulty resource keeps its last good version, or is left out where it has
   * none. With `settings.gateway.validation.alwaysAccept: false` any error, and with `allowWarnings: false` any warning,
   * rejects the whole. Never throws: the report says what is wrong.
   */
  update(config: GatewayInput): UpdateReport {
    const compiled = this.#compile(plainConfig(config))
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
    this.#runtime.report({ type: 'update-rejected', revision: this.revision, errors })
    return this.#reportOf('rejected', issues, [])
  }

  /** Closes connections to upstreams; requests in flight get `grace` milliseconds (default 0) to end. */
  async close({ grace = 0 }: { readonly grace?: number } = {}): Promise<void> {
    await this.#transport.close?.(grace)
    this.#clusters.close()
    this.#deadlines.close()
  }

  /** At a cold start there is nothing to fall back on: errors are thrown, unless `alwaysAccept: true` asks for the rest. */
  #firstConfig(config: GatewayConfig): Compiled {
    const compiled = this.#compile(config)
    if (isAcceptable(compiled)) return compiled
    const wanted = compiled.config.settings?.gateway?.validation?.alwaysAccept === true
    const repaired = wanted ? this.#repair(compiled, compiled.issues) : undefined
    if (repaired === undefined) throw new ConfigError(compiled.issues)
    return { ...repaired.compiled, issues: compiled.issues }
  }

  /** Takes faulty resources out until the rest compiles; leaving one out may show that another needed it. */
  #repair(
    compiled: Compiled,
    issues: readonly Issue[],
  ): { compiled: Compiled; quarantined: readonly Quarantined[] } | undefined {
    const before = this.#config ?? {}
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
    return JSON.stringify(config) === JSON.stringify(this.#config)
  }

  #reportOf(
    outcome: UpdateReport['outcome'],
    issues: readonly Issue[],
    quarantined: readonly Quarantined[],
  ): UpdateReport {
    return { outcome, accepted: outcome === 'accepted', revision: this.revision, issues, quarantined }
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
    this.#revision++
    return compile(config, {
      runtime: this.#runtime,
      deadlines: this.#deadlines,
      filters: this.#filters,
      drivers: new Set(this.#drivers.keys()),
      revision: this.#revision,
    })
  }

  #install({ snapshot, config, issues, definitions }: Compiled): void {
    const prepared = this.#clusters.prepare(definitions)
    for (const ref of snapshot.clusters.values()) ref.cluster = prepared.get(ref.name)
    this.#snapshot = snapshot
    this.#config = config
    this.#issues = issues
    prepared.commit()
    const warnings = issues.filter(({ severity }) => severity === 'warning').length
    this.#runtime.report({ type: 'snapshot', revision: snapshot.revision, warnings })
  }
}

/** Each round takes out at least one resource; what needs more is beyond repair. */
const maxRepairs = 5

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

function first<T>(values: Iterable<T>): T | undefined {
  for (const value of values) return value
  return undefined
}

function ignore(): void {}

/** A log that throws must not break a request. */
function guarded(
  hook: (context: RequestContext) => void,
  report: Runtime['report'],
): (context: RequestContext) => void {
  return (context) => {
    try {
      hook(context)
    } catch (error) {
      report({ type: 'hook-failed', hook: 'onComplete', error })
    }
  }
}
