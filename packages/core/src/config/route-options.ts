import type { Duration, Opaque, RegexRewrite } from './common.ts'
import type { CorsPolicy } from './cors.ts'
import type { BufferPerRoute, CsrfPolicy, RateLimitConfigRefs, RateLimitRoute, RouteTracing } from './filters.ts'
import type { HeaderManipulation } from './header-manipulation.ts'
import type {
  ProtocolUpgradeConfig,
  RetryPolicy,
  RouteActionHashConfig,
  RouteFaults,
  RouteShadowing,
  StatefulSession,
} from './resilience.ts'
import type { EnvoyMetadata, MaxStreamDuration } from './route.ts'
import type { TransformationStages, Transformations } from './transformation.ts'

/**
 * Options of a route. A field that is not set comes from the route's `optionsConfigRefs`, then from the delegating
 * route. Source: Gloo `route_options.proto`.
 */
export interface RouteOptions {
  /** Replaces the matched prefix; on any other match, the whole path. Not together with the other two path rewrites. */
  readonly prefixRewrite?: string
  /** Replaces every match in the path. Not together with the other two path rewrites. */
  readonly regexRewrite?: RegexRewrite
  /**
   * The new path, with the parameters of the matcher's `pathTemplate` filled in: `/u/:id`. Not together with the other two path rewrites.
   * @remarks headgate extension
   */
  readonly pathTemplateRewrite?: string
  /** Host for the upstream. At most one of the four host rewrites. */
  readonly hostRewrite?: string
  /** Use the name of the chosen host. At most one of the four host rewrites. */
  readonly autoHostRewrite?: boolean
  /** Use the value of this header; without one, the host stays. At most one of the four host rewrites. */
  readonly hostRewriteHeader?: string
  /** Make the host from the path; if nothing matches, it stays. At most one of the four host rewrites. */
  readonly hostRewritePathRegex?: RegexRewrite
  /** Add the original host to `x-forwarded-host` when it is rewritten. Default false. */
  readonly appendXForwardedHost?: boolean
  /** From the end of the request to the end of the response, all tries included; 504 after it. `0s`: none. Default `15s`. */
  readonly timeout?: Duration
  /** Time without a byte in either direction. `0s`: none. Default: the gateway's `streamIdleTimeout`. */
  readonly idleTimeout?: Duration
  readonly maxStreamDuration?: MaxStreamDuration
  /** Replaces the virtual host's policy as a whole. */
  readonly retries?: RetryPolicy
  readonly faults?: RouteFaults
  readonly shadowing?: RouteShadowing
  readonly headerManipulation?: HeaderManipulation
  readonly cors?: CorsPolicy
  readonly csrf?: CsrfPolicy
  readonly lbHash?: RouteActionHashConfig
  readonly upgrades?: readonly ProtocolUpgradeConfig[]
  readonly bufferPerRoute?: BufferPerRoute
  readonly tracing?: RouteTracing
  readonly statefulSession?: StatefulSession
  readonly stagedTransformations?: TransformationStages
  /** Deprecated in Gloo: use `stagedTransformations`. */
  readonly transformations?: Transformations
  readonly envoyMetadata?: EnvoyMetadata
  /** Settings of filters that headgate does not ship, by filter name. Gloo's extra level `configs` is accepted and taken away. */
  readonly extensions?: Extensions
  readonly ratelimitBasic?: Opaque
  readonly ratelimit?: RateLimitRoute
  readonly ratelimitEarly?: Opaque
  readonly ratelimitRegular?: Opaque
  readonly rateLimitConfigs?: RateLimitConfigRefs
  readonly rateLimitEarlyConfigs?: RateLimitConfigRefs
  readonly rateLimitRegularConfigs?: RateLimitConfigRefs
  readonly waf?: Opaque
  readonly jwt?: Opaque
  readonly jwtStaged?: Opaque
  readonly jwtProvidersStaged?: Opaque
  readonly rbac?: Opaque
  readonly extauth?: Opaque
  readonly dlp?: Opaque
  readonly extProc?: Opaque
  readonly ai?: Opaque
}

/** Settings of third-party filters, by filter name. */
export type Extensions = Readonly<Record<string, unknown>>
