import type { Duration, Opaque, RegexPattern, ResourceRef, TokenBucket } from './common.ts'

/** Refuses cross-site requests that change something. Source: Envoy `csrf.proto`. */
export interface CsrfPolicy {
  /** Share of requests that are checked and refused. Default 0. */
  readonly filterEnabled?: RuntimeFractionalPercent
  /** Share of requests that are checked and only counted. */
  readonly shadowEnabled?: RuntimeFractionalPercent
  /** Origins that are welcome besides the target itself. */
  readonly additionalOrigins?: readonly StringMatcher[]
}

/** A share of all requests. */
export interface RuntimeFractionalPercent {
  readonly defaultValue?: FractionalPercent
  /** Name in Envoy's runtime, which headgate has not. */
  readonly runtimeKey?: string
}

/** `numerator` of `denominator`. */
export interface FractionalPercent {
  readonly numerator?: number
  /** Default `HUNDRED`. */
  readonly denominator?: 'HUNDRED' | 'TEN_THOUSAND' | 'MILLION'
}

/** A condition on a text. Exactly one of the first four. */
export interface StringMatcher {
  readonly exact?: string
  readonly prefix?: string
  readonly suffix?: string
  readonly safeRegex?: RegexPattern
  /** For `exact`, `prefix` and `suffix`. Default false. */
  readonly ignoreCase?: boolean
}

/** Reads the whole request before it goes to an upstream. */
export interface BufferConfig {
  /** A longer request gets 413. */
  readonly maxRequestBytes: number
}

/** Another limit for one level, or none. Exactly one of the two. No effect without a `buffer` on the gateway. */
export interface BufferPerRoute {
  readonly disabled?: boolean
  readonly buffer?: BufferConfig
}

/** Compresses responses. Source: Envoy `gzip.proto`. */
export interface GzipConfig {
  /** 1 to 9. Default 5. */
  readonly memoryLevel?: number
  /** Shorter bodies are left alone. Default 30. */
  readonly contentLength?: number
  readonly compressionLevel?: 'DEFAULT' | 'BEST' | 'SPEED'
  readonly compressionStrategy?: 'DEFAULT' | 'FILTERED' | 'HUFFMAN' | 'RLE'
  /** Media types to compress. Default: JavaScript, JSON, XHTML, SVG, CSS, HTML, plain text, XML. */
  readonly contentType?: readonly string[]
  /** Leave responses with an `etag` alone. Default false. */
  readonly disableOnEtagHeader?: boolean
  /** Hide `accept-encoding` from upstreams. Default false. */
  readonly removeAcceptEncodingHeader?: boolean
  /** 9 to 15. Default 12. */
  readonly windowBits?: number
}

/** A rate limit kept in this process. Source: Gloo `local_ratelimit.proto`. */
export interface HttpLocalRateLimit {
  /** For routes and virtual hosts without a bucket of their own. */
  readonly defaultLimit?: TokenBucket
  /** One bucket for each connection. Default false. */
  readonly localRateLimitPerDownstreamConnection?: boolean
  /** Add `x-ratelimit-*` to responses. Default false. */
  readonly enableXRatelimitHeaders?: boolean
}

/** Rate limits of a virtual host. */
export interface RateLimitVirtualHost {
  readonly localRatelimit?: TokenBucket
  /** Limits kept by a rate limit server. */
  readonly rateLimits?: readonly Opaque[]
}

/** Rate limits of a route. */
export interface RateLimitRoute extends RateLimitVirtualHost {
  /** Apply the virtual host's `rateLimits`, too. Default false. */
  readonly includeVhRateLimits?: boolean
}

/** References to RateLimitConfig resources. */
export interface RateLimitConfigRefs {
  readonly refs?: readonly ResourceRef[]
}

/** Statistics by groups of paths. Source: Gloo `stats.proto`. */
export interface StatsConfig {
  readonly virtualClusters?: readonly VirtualCluster[]
}

/** Requests that are counted together. */
export interface VirtualCluster {
  readonly name: string
  /** RE2 expression for the whole path. */
  readonly pattern: string
  readonly method?: string
}

/** Tracing of one route. Source: Gloo `tracing.proto`. */
export interface RouteTracing {
  /** Operation name of the span. */
  readonly routeDescriptor?: string
  readonly tracePercentages?: TracePercentages
  /** Pass trace headers on. Default true. */
  readonly propagate?: boolean
}

/** Shares of requests that are traced, 0 to 100. */
export interface TracePercentages {
  readonly clientSamplePercentage?: number
  readonly randomSamplePercentage?: number
  readonly overallSamplePercentage?: number
}

/** Answers health probes of the gateway itself. */
export interface HealthCheckEndpoint {
  /** The path, exactly. */
  readonly path: string
}

/** Limits how many requests are served at a time. */
export interface ConnectionLimit {
  /** At least 1. */
  readonly maxActiveConnections: number
  /** Wait so long before closing what is over the limit. Default 0. */
  readonly delayBeforeClose?: Duration
}
