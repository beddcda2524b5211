import type { Duration, JsonObject, RegexRewrite, ResourceRef } from './common.ts'
import type { Destination, MultiDestination } from './destination.ts'
import type { Matcher } from './matcher.ts'
import type { RouteOptions } from './route-options.ts'
import type { Selector } from './selector.ts'

/**
 * What happens to the requests that match. Routes are tried in their order and the first match wins. Exactly one of
 * `routeAction`, `redirectAction`, `directResponseAction` and `delegateAction` must be set.
 *
 * Source: Gloo `virtual_service.proto`.
 */
export interface RouteConfig {
  /** Shown in logs and by `explain`; the operator `%ROUTE_NAME%` inserts it. */
  readonly name?: string
  /** Alternatives. Default: the prefix `/`. */
  readonly matchers?: readonly Matcher[]
  /** Add the parent route's headers, query parameters and methods to every matcher. Default: the parent's choice, at the root false. */
  readonly inheritableMatchers?: boolean
  /** Take the parent route's path instead of one's own. Default: the parent's choice, at the root false. */
  readonly inheritablePathMatchers?: boolean
  /** Send the request to an upstream. */
  readonly routeAction?: RouteAction
  /** Answer with a redirect. */
  readonly redirectAction?: RedirectAction
  /** Answer with a fixed response. */
  readonly directResponseAction?: DirectResponseAction
  /** Go on in route tables. */
  readonly delegateAction?: DelegateAction
  /** Removed from Gloo in 1.20. */
  readonly graphqlApiRef?: ResourceRef
  readonly options?: RouteOptions
  /** Shared options, which fill what `options` leaves unset, in order. */
  readonly optionsConfigRefs?: DelegateOptionsRefs
}

/** Option resources to take settings from, most important first. */
export interface DelegateOptionsRefs {
  readonly delegateOptions?: readonly ResourceRef[]
}

/** Where requests are sent. Exactly one of `single`, `multi`, `upstreamGroup`, `clusterHeader` and `dynamicForwardProxy`. */
export interface RouteAction {
  readonly single?: Destination
  readonly multi?: MultiDestination
  /** A reusable list of weighted destinations. */
  readonly upstreamGroup?: ResourceRef
  /** The header whose value names the upstream, as `<name>_<namespace>`. */
  readonly clusterHeader?: string
  /** Send the request to the host it names. */
  readonly dynamicForwardProxy?: DynamicForwardProxyRouteAction
}

/** Which host a dynamically forwarded request goes to. At most one of the two. */
export interface DynamicForwardProxyRouteAction {
  readonly hostRewrite?: string
  readonly autoHostRewriteHeader?: string
}

/** Status code of a redirect: 301, 302, 303, 307, 308. */
export type RedirectResponseCode =
  | 'MOVED_PERMANENTLY'
  | 'FOUND'
  | 'SEE_OTHER'
  | 'TEMPORARY_REDIRECT'
  | 'PERMANENT_REDIRECT'

/** A redirect. At most one of `pathRedirect`, `prefixRewrite` and `regexRewrite`. Source: Gloo `proxy.proto`. */
export interface RedirectAction {
  /** Replaces the host. */
  readonly hostRedirect?: string
  /** Replaces the whole path. A query in it replaces the request's. */
  readonly pathRedirect?: string
  /** Replaces the matched prefix. */
  readonly prefixRewrite?: string
  /** Replaces every match in the path. */
  readonly regexRewrite?: RegexRewrite
  /** Default `MOVED_PERMANENTLY`. */
  readonly responseCode?: RedirectResponseCode
  /** Redirect to `https`. Default: the scheme stays. */
  readonly httpsRedirect?: boolean
  /** Drop the request's query. Default false. */
  readonly stripQuery?: boolean
  /** Replaces the port. */
  readonly portRedirect?: number
}

/** A fixed response. */
export interface DirectResponseAction {
  /** From 200 to 599. */
  readonly status: number
  /** Sent as `text/plain`. At most 4096 bytes, unless the gateway's `maxDirectResponseBodySizeBytes` says otherwise. */
  readonly body?: string
}

/** Which route tables a route goes on in. `ref` or `selector`. */
export interface DelegateAction {
  readonly ref?: ResourceRef
  readonly selector?: Selector
  /** Deprecated in Gloo: use `ref`. */
  readonly name?: string
  /** Deprecated in Gloo: use `ref`. */
  readonly namespace?: string
  /**
   * Whether paths in the tables are relative to the path of this route: `/users` under `/api` is `/api/users`. Default false.
   * @remarks headgate extension
   */
  readonly relativePaths?: boolean
}

/** Values other parts of the gateway may read from the matched route, by namespace. */
export type EnvoyMetadata = Readonly<Record<string, JsonObject>>

/** How long a stream may last. */
export interface MaxStreamDuration {
  /** Time from the request's first byte to the response's last. 0: no limit. */
  readonly maxStreamDuration?: Duration
  /** Longest time a `grpc-timeout` header may ask for. 0: any. Default: the header is ignored. */
  readonly grpcTimeoutHeaderMax?: Duration
  /** Taken off the time that `grpc-timeout` asks for. */
  readonly grpcTimeoutHeaderOffset?: Duration
}
