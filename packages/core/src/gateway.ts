import type { UpstreamDriver } from './cluster/driver.ts'
import { hostsDriver } from './cluster/endpoints/hosts-driver.ts'
import { handlerDriver } from './cluster/handler-driver.ts'
import type { ClusterStatus } from './cluster/status.ts'
import type { Transport } from './cluster/transport.ts'
import { entranceOf } from './compile/hybrid.ts'
import type { CompiledListener } from './compile/snapshot.ts'
import type { GatewayInput } from './config/build/plain.ts'
import type { GatewayConfig } from './config/gateway-config.ts'
import { ConfigStore, type UpdateReport } from './config-store.ts'
import type { RequestContext } from './context.ts'
import { type Explanation, explain } from './explain.ts'
import { builtinFilters } from './features/builtin.ts'
import type { TemplateEngine } from './features/transformation/engine.ts'
import { transformations } from './features/transformation/transformation.ts'
import { orderFilters } from './filter/chain.ts'
import type { AnyFilterDefinition } from './filter/filter.ts'
import type { Downstream } from './http/downstream.ts'
import type { HeaderMap } from './http/headers.ts'
import { MemoryDownstream } from './http/memory-downstream.ts'
import type { GatewayRequest, GatewayResponse } from './http/message.ts'
import { lint } from './lint/lint.ts'
import type { LintFinding } from './lint/rule.ts'
import { missingTransport } from './missing-transport.ts'
import { type RouteSummary, summarizeRoutes } from './routes.ts'
import { systemClock } from './runtime/clock.ts'
import { Deadlines } from './runtime/deadline.ts'
import { systemRandom, uuid } from './runtime/random.ts'
import type { Runtime } from './runtime/runtime.ts'
import type { Issue } from './schema/issue.ts'
import { Serving } from './serve.ts'
import { type SimulateOptions, type Simulation, simulate } from './simulate.ts'

/** Options of a {@link Gateway}: what it takes from outside. All are optional with the package `headgate`. */
export interface GatewayOptions extends Partial<Runtime> {
  /** Carries requests to hosts. */
  readonly transport?: Transport
  /** Filters of one's own; they run where their `stage` says. */
  readonly filters?: readonly AnyFilterDefinition[]
  /** Languages of transformation templates: `@headgate/inja` for the `text` of Gloo's. Functions need none. */
  readonly templates?: readonly TemplateEngine[]
  /** Drivers for kinds of upstream beyond `static`, `pipe` and `handler`. */
  readonly drivers?: readonly UpstreamDriver[]
  /** Called once for every exchange, after its last byte or its failure: for access logs and metrics. */
  readonly onComplete?: (context: RequestContext) => void
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
  readonly #store: ConfigStore
  readonly #complete: (context: RequestContext) => void

  constructor(config: GatewayInput, options: GatewayOptions = {}) {
    const { clock = systemClock, random = systemRandom, onComplete } = options
    const report = options.report ?? ignore
    this.#runtime = {
      clock,
      random,
      requestId: options.requestId ?? (() => uuid(random)),
      environment: options.environment ?? (() => undefined),
      resolver: options.resolver,
      report,
    }
    this.#transport = options.transport ?? missingTransport
    this.#deadlines = new Deadlines(clock)
    this.#complete = onComplete === undefined ? ignore : guarded(onComplete, report)
    const drivers = [
      hostsDriver('static'),
      hostsDriver('pipe'),
      hostsDriver('endpoints'),
      handlerDriver,
      ...(options.drivers ?? []),
    ]
    this.#store = new ConfigStore(config, {
      runtime: this.#runtime,
      transport: this.#transport,
      deadlines: this.#deadlines,
      filters: orderFilters([
        ...builtinFilters,
        ...transformations(options.templates ?? []),
        ...(options.filters ?? []),
      ]),
      drivers: new Map(drivers.map((driver) => [driver.kind, driver])),
    })
  }

  /** What was found in the configuration that was taken over last: warnings, and errors of what is quarantined. */
  get issues(): readonly Issue[] {
    return this.#store.issues
  }

  /** Number of the configuration that is in force; the first is 1. */
  get revision(): number {
    return this.#store.snapshot.revision
  }

  /** Names of the Gateway resources. */
  get listeners(): readonly string[] {
    return [...this.#store.snapshot.listeners.keys()]
  }

  /** The configuration in force, as plain data in Gloo's JSON shape. A gateway made of it is an equal one. */
  toJSON(): GatewayConfig {
    return this.#store.config
  }

  /**
   * A Gateway resource made ready; adapters take addresses, limits and timeouts from it.
   *
   * @throws RangeError when there is none of that name, or no name is given and there are several
   */
  listener(name?: string): CompiledListener {
    const { listeners } = this.#store.snapshot
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
    const snapshot = this.#store.snapshot
    const listener = gateway === undefined ? first(snapshot.listeners.values()) : snapshot.listeners.get(gateway)
    if (listener === undefined) {
      downstream.destroy(new RangeError(`there is no gateway "${gateway}"`))
      return
    }
    const entrance = entranceOf(listener, downstream.client)
    if (entrance === undefined)
      downstream.destroy(new RangeError(`the gateway "${listener.name}" is not for this client`))
    else new Serving(this.#runtime, snapshot, entrance, downstream, this.#complete).intake()
  }

  /**
   * Answers one request without a socket. Never rejects: failures become responses; a body that breaks throws while it is
   * read.
   *
   * @throws RangeError at once, as {@link listener}, when there is no such gateway
   */
  handle(request: GatewayRequest, options: HandleOptions = {}): Promise<GatewayResponse> {
    const listener = this.listener(options.gateway)
    const { signal } = options
    return new Promise((resolve) => {
      const downstream = new MemoryDownstream(request, resolve, options.onInformational)
      const abandon = (): void => downstream.abandon(signal?.reason)
      // A signal that outlives its requests must not collect their listeners.
      const complete = (context: RequestContext): void => {
        signal?.removeEventListener('abort', abandon)
        this.#complete(context)
      }
      signal?.addEventListener('abort', abandon, { once: true })
      const entrance = entranceOf(listener, request.client)
      if (entrance === undefined) downstream.destroy(undefined)
      else new Serving(this.#runtime, this.#store.snapshot, entrance, downstream, complete).intake()
      if (signal?.aborted === true) abandon()
    })
  }

  /** Says where a request would go and why, by the very code that would send it there. Nothing is sent. */
  explain(request: GatewayRequest, options: { readonly gateway?: string } = {}): Explanation {
    const listener = this.listener(options.gateway)
    return explain(request, entranceOf(listener, request.client) ?? listener, this.#runtime, this.#store.snapshot)
  }

  /** Counts where requests would go, without sending any; {@link Simulation} says by route and by upstream. */
  simulate(options: SimulateOptions): Simulation {
    return simulate(options, this.listener(options.gateway), this.#store.snapshot, this.#runtime)
  }

  /** What {@link explain} chooses from: every route with each of its matchers, in the order in which they are tried. */
  routes(): readonly RouteSummary[] {
    return summarizeRoutes(this.#store.snapshot.listeners.values())
  }

  /**
   * What works and is probably not meant: routes that no request gets to, resources that nothing refers to and so on;
   * docs/lint.md has them all. Looked for when asked. With `settings.gateway.validation.warnRouteShortCircuiting`, hidden
   * routes are among the {@link issues} of every configuration.
   */
  lint(): readonly LintFinding[] {
    return lint(this.#store.config, this.#store.snapshot)
  }

  /** Health, ejections, counters and limits of every upstream and its hosts at this moment, and why they are so. */
  clusters(): readonly ClusterStatus[] {
    return this.#store.clusters.map((cluster) => cluster.status())
  }

  /**
   * Puts a new configuration in force between two requests; requests in flight end on the one they started with.
   *
   * What has errors does not hold up the rest: a faulty resource keeps its last good version, or is left out where it has
   * none. With `settings.gateway.validation.alwaysAccept: false` any error, and with `allowWarnings: false` any warning,
   * rejects the whole. Never throws: the report says what is wrong.
   */
  update(config: GatewayInput): UpdateReport {
    return this.#store.update(config)
  }

  /** Closes connections to upstreams; requests in flight get `grace` milliseconds (default 0) to end. */
  async close({ grace = 0 }: { readonly grace?: number } = {}): Promise<void> {
    // Health checks must neither hold this up nor take a transport that closes for a host that fails.
    this.#store.close()
    await this.#transport.close?.(grace)
    this.#deadlines.close()
  }
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
