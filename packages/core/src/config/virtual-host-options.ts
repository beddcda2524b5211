import type { Opaque } from './common.ts'
import type { CorsPolicy, CorsPolicyMergeSettings } from './cors.ts'
import type { BufferPerRoute, CsrfPolicy, RateLimitConfigRefs, RateLimitVirtualHost, StatsConfig } from './filters.ts'
import type { HeaderManipulation } from './header-manipulation.ts'
import type { RetryPolicy } from './resilience.ts'
import type { Extensions } from './route-options.ts'
import type { TransformationStages, Transformations } from './transformation.ts'

/** Options of all routes of a virtual host, unless a route has its own. Source: Gloo `virtual_host_options.proto`. */
export interface VirtualHostOptions {
  readonly headerManipulation?: HeaderManipulation
  readonly retries?: RetryPolicy
  readonly cors?: CorsPolicy
  readonly corsPolicyMergeSettings?: CorsPolicyMergeSettings
  readonly csrf?: CsrfPolicy
  readonly bufferPerRoute?: BufferPerRoute
  readonly stats?: StatsConfig
  /** Send `x-envoy-attempt-count` to upstreams. Default false. */
  readonly includeRequestAttemptCount?: boolean
  /** Send `x-envoy-attempt-count` to clients. Default false. */
  readonly includeAttemptCountInResponse?: boolean
  readonly stagedTransformations?: TransformationStages
  /** Deprecated in Gloo: use `stagedTransformations`. */
  readonly transformations?: Transformations
  /** Settings of filters that headgate does not ship, by filter name. */
  readonly extensions?: Extensions
  readonly ratelimitBasic?: Opaque
  readonly ratelimit?: RateLimitVirtualHost
  readonly ratelimitEarly?: Opaque
  readonly ratelimitRegular?: Opaque
  readonly rateLimitConfigs?: RateLimitConfigRefs
  readonly rateLimitEarlyConfigs?: RateLimitConfigRefs
  readonly rateLimitRegularConfigs?: RateLimitConfigRefs
  readonly waf?: Opaque
  readonly jwt?: Opaque
  readonly jwtStaged?: Opaque
  readonly rbac?: Opaque
  readonly extauth?: Opaque
  readonly dlp?: Opaque
  readonly extProc?: Opaque
}
