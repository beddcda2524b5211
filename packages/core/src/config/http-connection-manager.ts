import type { CidrRange, Duration } from './common.ts'
import type { TracePercentages } from './filters.ts'
import type { EarlyHeaderManipulation } from './header-manipulation.ts'
import type { ProtocolUpgradeConfig } from './resilience.ts'

/** How the gateway speaks HTTP with clients. Source: Gloo `hcm.proto`. */
export interface HttpConnectionManagerSettings {
  /** The client is the peer of the connection, which is added to `x-forwarded-for`. */
  readonly useRemoteAddress?: boolean
  /** Proxies in front of the gateway that are trusted; counts `x-forwarded-for` from the right. Default 0. */
  readonly xffNumTrustedHops?: number
  /** Leave `x-forwarded-for` alone. Default false. */
  readonly skipXffAppend?: boolean
  /** Which addresses are internal. */
  readonly internalAddressConfig?: InternalAddressConfig
  /** Add `x-forwarded-port` where there is none. Default false. */
  readonly appendXForwardedPort?: boolean
  /** Added to `via` of requests and responses. */
  readonly via?: string
  /** Value of `server`, where `serverHeaderTransformation` wants one. */
  readonly serverName?: string
  /** What happens to the upstream's `server` header. */
  readonly serverHeaderTransformation?: 'OVERWRITE' | 'APPEND_IF_ABSENT' | 'PASS_THROUGH'
  /** Give requests without one an `x-request-id`. Default true. */
  readonly generateRequestId?: boolean
  /** Keep the `x-request-id` that an external client sends. Default false. */
  readonly preserveExternalRequestId?: boolean
  readonly uuidRequestIdConfig?: UuidRequestIdConfig
  /** Pass `expect: 100-continue` on instead of answering it. Default false. */
  readonly proxy100Continue?: boolean
  /** Time without a byte in either direction: 408 or 504, later a broken stream. `0s`: none. Default `5m`. */
  readonly streamIdleTimeout?: Duration
  /** How long an idle client connection is kept. Default `1h`. */
  readonly idleTimeout?: Duration
  /** Time for a whole request to arrive: 408 after it. Default: none. */
  readonly requestTimeout?: Duration
  /** Time for a request's headers to arrive. Default: none. */
  readonly requestHeadersTimeout?: Duration
  readonly drainTimeout?: Duration
  readonly delayedCloseTimeout?: Duration
  readonly maxConnectionDuration?: Duration
  readonly maxStreamDuration?: Duration
  readonly maxRequestsPerConnection?: number
  /** All headers together; 431 beyond it. Default 60. */
  readonly maxRequestHeadersKb?: number
  /** 431 beyond it. Default 100. */
  readonly maxHeadersCount?: number
  /** What to do with names that contain `_`. Default `ALLOW`. */
  readonly headersWithUnderscoresAction?: 'ALLOW' | 'REJECT_CLIENT_REQUEST' | 'DROP_HEADER'
  /** Resolve `.` and `..` before matching and forwarding, as RFC 3986 says. Default true. */
  readonly normalizePath?: boolean
  /** Make several slashes one before matching and forwarding. Default false. */
  readonly mergeSlashes?: boolean
  /** What to do with `%2F` and `%5C` in paths. Default `KEEP_UNCHANGED`. */
  readonly pathWithEscapedSlashesAction?: PathWithEscapedSlashesAction
  /** Take the port off the host before domains are matched. Default false. */
  readonly stripAnyHostPort?: boolean
  /** Serve HTTP/1.0. Default false: 426. */
  readonly acceptHttp10?: boolean
  /** Host of HTTP/1.0 requests that name none. */
  readonly defaultHostForHttp10?: string
  readonly codecType?: 'AUTO' | 'HTTP1' | 'HTTP2'
  readonly allowChunkedLength?: boolean
  readonly enableTrailers?: boolean
  readonly properCaseHeaderKeyFormat?: boolean
  readonly preserveCaseHeaderKeyFormat?: boolean
  readonly http2ProtocolOptions?: Http2ProtocolOptions
  /** What becomes of `x-forwarded-client-cert`. Default `SANITIZE`. */
  readonly forwardClientCertDetails?:
    | 'SANITIZE'
    | 'FORWARD_ONLY'
    | 'APPEND_FORWARD'
    | 'SANITIZE_SET'
    | 'ALWAYS_FORWARD_ONLY'
  readonly setCurrentClientCertDetails?: SetCurrentClientCertDetails
  /** WebSocket is on unless it is disabled here. */
  readonly upgrades?: readonly ProtocolUpgradeConfig[]
  readonly earlyHeaderManipulation?: EarlyHeaderManipulation
  readonly tracing?: ListenerTracing
}

/** What to do with an escaped slash: keep it, answer 400, redirect (307) to the unescaped path, or unescape it. */
export type PathWithEscapedSlashesAction =
  | 'IMPLEMENTATION_SPECIFIC_DEFAULT'
  | 'KEEP_UNCHANGED'
  | 'REJECT_REQUEST'
  | 'UNESCAPE_AND_REDIRECT'
  | 'UNESCAPE_AND_FORWARD'

/** Which peers count as internal. */
export interface InternalAddressConfig {
  readonly unixSockets?: boolean
  readonly cidrRanges?: readonly CidrRange[]
}

/** Envoy's own use of request ids. */
export interface UuidRequestIdConfig {
  readonly packTraceReason?: boolean
  readonly useRequestIdForTraceSampling?: boolean
}

/** Limits of HTTP/2 with clients. */
export interface Http2ProtocolOptions {
  readonly maxConcurrentStreams?: number
  readonly initialStreamWindowSize?: number
  readonly initialConnectionWindowSize?: number
  readonly overrideStreamErrorOnInvalidHttpMessage?: boolean
}

/** What `x-forwarded-client-cert` tells about the client's certificate. */
export interface SetCurrentClientCertDetails {
  readonly subject?: boolean
  readonly cert?: boolean
  readonly chain?: boolean
  readonly dns?: boolean
  readonly uri?: boolean
}

/** Tracing of all requests of a gateway. Source: Gloo `tracing.proto`. */
export interface ListenerTracing {
  readonly requestHeadersForTags?: readonly string[]
  readonly environmentVariablesForTags?: readonly TracingTag[]
  readonly literalsForTags?: readonly TracingTag[]
  readonly metadataForTags?: readonly TracingMetadataTag[]
  readonly tracePercentages?: TracePercentages
  readonly verbose?: boolean
  readonly spawnUpstreamSpan?: boolean
  readonly zipkinConfig?: Readonly<Record<string, unknown>>
  readonly datadogConfig?: Readonly<Record<string, unknown>>
  readonly openTelemetryConfig?: Readonly<Record<string, unknown>>
  readonly openCensusConfig?: Readonly<Record<string, unknown>>
}

/** A tag with a fixed value, or the value of an environment variable. */
export interface TracingTag {
  readonly tag?: string
  readonly value?: string
  readonly name?: string
  readonly defaultValue?: string
}

/** A tag with a value from metadata. */
export interface TracingMetadataTag {
  readonly tag?: string
  readonly kind?: 'REQUEST' | 'ENDPOINT'
  readonly value?: Readonly<Record<string, unknown>>
  readonly defaultValue?: string
}
