import type { HostSelector } from '../cluster/selection/selector.ts'
import type { Destination } from '../config/destination.ts'
import type { HttpListenerOptions } from '../config/listener-options.ts'
import type { RouteConfig } from '../config/route.ts'
import type { VirtualHostOptions } from '../config/virtual-host-options.ts'
import type { VirtualServiceConfig } from '../config/virtual-service.ts'
import type { RequestContext, RouteInfo } from '../context.ts'
import type { GatewayError } from '../errors.ts'
import type { Chain } from '../filter/chain.ts'
import type { HeaderMutation } from '../forward/header-manipulation.ts'
import type { ClusterRef, ForwardPlan } from '../forward/plan.ts'
import type { StreamLimits } from '../forward/stream-limits.ts'
import type { IngressSettings } from '../http/ingress.ts'
import type { GatewayRequest, GatewayResponse } from '../http/message.ts'
import type { CompiledMatcher } from '../match/matcher.ts'
import type { DeadlineQueue } from '../runtime/deadline.ts'
import type { DomainTable } from './domains.ts'
import type { HybridEntry } from './hybrid.ts'
import type { InvalidRouteReply } from './invalid-route.ts'
import type { RouteTable } from './table.ts'

/**
 * Configuration, ready to serve: immutable, swapped as a whole. Nothing of the configuration is interpreted after this.
 * A request keeps the snapshot that it started with.
 */
export interface Snapshot {
  readonly revision: number
  readonly listeners: ReadonlyMap<string, CompiledListener>
  /** Upstreams that routes refer to, by `namespace.name`. */
  readonly clusters: ReadonlyMap<string, ClusterRef>
}

/** A Gateway resource: one entry point with its virtual services. */
export interface CompiledListener {
  readonly name: string
  readonly bindAddress: string
  readonly bindPort: number
  readonly options: HttpListenerOptions
  readonly ingress: IngressSettings
  /** In the order of the configuration. */
  readonly virtualHosts: readonly CompiledVirtualHost[]
  readonly domains: DomainTable<CompiledVirtualHost>
  /** The gateways of a hybrid one, which connections are divided among; undefined for others. */
  readonly hybrid: readonly HybridEntry[] | undefined
  readonly earlyHeaders: HeaderMutation | undefined
  /** Headers by which clients could choose upstreams, taken off requests as they come in. */
  readonly sanitizedHeaders: readonly string[]
  /** Milliseconds without a byte in either direction after which an exchange is ended. */
  readonly streamIdle: DeadlineQueue | undefined
  /** Milliseconds for the whole request to arrive. */
  readonly requestTimeout: DeadlineQueue | undefined
  readonly connections: ConnectionLimits
  /** Takes the place of the upstream's `server`. */
  readonly serverName: string | undefined
}

/** What the adapter's server has to know; undefined leaves it the server's default. */
interface ConnectionLimits {
  /** Milliseconds for the headers of a request to arrive. */
  readonly requestHeadersTimeout: number | undefined
  /** Milliseconds that an idle connection is kept. */
  readonly idleTimeout: number | undefined
}

export interface CompiledVirtualHost {
  /** `namespace.name` of the virtual service. */
  readonly name: string
  readonly config: VirtualServiceConfig
  /** With those of option resources. */
  readonly options: VirtualHostOptions
  readonly domains: readonly string[]
  readonly table: RouteTable<CompiledRoute>
}

/** One matcher of one route; a route with several matchers becomes several of these, in a row. */
export interface CompiledRoute extends RouteInfo {
  readonly config: RouteConfig
  readonly matcher: CompiledMatcher
  readonly action: Action
  /** Limits on the stream; undefined: the listener's. */
  readonly limits: StreamLimits | undefined
  /** Whether connections may be switched to WebSocket. */
  readonly websocket: boolean
  /** The level that each of the route's options came from. */
  readonly optionSources: Readonly<Record<string, string>>
}

/** What a route does. */
export type Action = RespondAction | ForwardAction

/** Redirect, direct response, or the answer that takes the place of a route that cannot work. */
export interface RespondAction {
  readonly kind: 'redirect' | 'directResponse' | 'invalid'
  readonly branch: Branch
  respond(request: GatewayRequest, route: CompiledRoute, context: RequestContext): GatewayResponse | GatewayError
}

/** Sends the request to an upstream. */
export interface ForwardAction {
  readonly kind: 'forward'
  readonly plan: ForwardPlan
  readonly target: Target
}

/** How a destination is chosen. Weighted destinations are chosen with the route, before any filter runs. */
export type Target =
  | { readonly kind: 'single'; readonly branch: Branch }
  | {
      readonly kind: 'weighted'
      readonly branches: readonly Branch[]
      readonly weights: readonly number[]
      readonly total: number
    }
  | {
      readonly kind: 'clusterHeader'
      readonly header: string
      readonly branch: Branch
      readonly clusters: ReadonlyMap<string, ClusterRef>
    }

/** One of a route's ways: its filters, its header manipulation and, where it forwards, its upstream. */
export interface Branch {
  readonly chain: Chain
  readonly requestHeaders: HeaderMutation | undefined
  readonly responseHeaders: HeaderMutation | undefined
  readonly cluster: ClusterRef | undefined
  readonly destination: Destination
  /** Undefined where any host will do. */
  readonly selector: HostSelector | undefined
  /** Answers when there is no such upstream, where the configuration wants that. */
  readonly replacement: InvalidRouteReply | undefined
}
