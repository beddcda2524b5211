import type { HttpListenerOptions } from '../config/listener-options.ts'
import type { RouteOptions } from '../config/route-options.ts'
import type { SettingsConfig } from '../config/settings.ts'
import type { UpstreamConfig } from '../config/upstream.ts'
import type { VirtualHostOptions } from '../config/virtual-host-options.ts'
import type { WeightedDestinationOptions } from '../config/weighted-destination-options.ts'
import type { RequestContext, Verdict } from '../context.ts'
import type { GatewayResponse } from '../http/message.ts'
import type { Runtime } from '../runtime/runtime.ts'
import type { Placement } from './stage.ts'

/** One filter, ready for one route: made by {@link FilterDefinition.create}, shared by all its requests. */
export interface Filter {
  /** Sees the request on its way in. A hook that is not `async` costs no promise. */
  onRequest?(context: RequestContext): Verdict | Promise<Verdict>
  /** Sees every response on its way out, local ones included, in reverse order. */
  onResponse?(context: RequestContext, response: GatewayResponse): Verdict | Promise<Verdict>
  /** Runs once, after the last byte or the failure, whatever happened. */
  onComplete?(context: RequestContext): void
}

/** Describes a filter to the gateway: where it runs, for which routes, and how it is made. */
export interface FilterDefinition<Config> {
  /** Unique; also the key of its settings in `options.extensions`. */
  readonly name: string
  /** Where in the chain it runs. */
  readonly stage: Placement
  /**
   * This filter's settings for one route, decided once per configuration; undefined keeps it out of that route's
   * chain, where it then costs nothing. Throw a `ConfigError` to refuse the configuration. Paths of its issues begin
   * below the route, or with `virtualHost` or `destination` where the fault is in those.
   */
  configure(scope: FilterScope): Config | undefined
  /** Runs once per route and configuration: parse and precompute here. Throw a `ConfigError` to refuse. */
  create(config: Config, runtime: Runtime): Filter
}

// biome-ignore lint/suspicious/noExplicitAny: the one place where settings of different filters meet
export type AnyFilterDefinition = FilterDefinition<any>

/** The options in force for one route, level by level, after delegation and option references were resolved. */
export interface FilterScope {
  readonly listener: HttpListenerOptions
  readonly virtualHost: VirtualHostOptions
  readonly route: RouteOptions
  /** Set when the chain is for one weighted destination of the route. */
  readonly destination: WeightedDestinationOptions | undefined
  /** Where the chain leads; undefined where only the request decides, and for routes that answer by themselves. */
  readonly upstream: UpstreamConfig | undefined
  readonly settings: SettingsConfig
  /** Bytes of a body that may be held in memory: the gateway's `perConnectionBufferLimitBytes`, by default 1 MiB. */
  readonly bufferLimit: number
  /** The route's place in the configuration, for messages. */
  readonly origin: string
  /** Settings of that name in `extensions`, from the most specific level that has them. */
  extension(name: string): unknown
}

/** Helps TypeScript to infer a definition's settings. */
export function defineFilter<Config>(definition: FilterDefinition<Config>): FilterDefinition<Config> {
  return definition
}
