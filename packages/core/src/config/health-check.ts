import type { Duration, Empty, HeaderValue, Opaque } from './common.ts'
import type { StringMatcher } from './filters.ts'

/** Asks hosts whether they are well. Exactly one of the four checks. Source: Envoy `health_check.proto`. */
export interface HealthCheck {
  readonly timeout: Duration
  readonly interval: Duration
  readonly unhealthyThreshold: number
  readonly healthyThreshold: number
  readonly httpHealthCheck?: HttpHealthCheck
  readonly tcpHealthCheck?: TcpHealthCheck
  readonly grpcHealthCheck?: GrpcHealthCheck
  readonly customHealthCheck?: Opaque
  readonly initialJitter?: Duration
  readonly intervalJitter?: Duration
  readonly intervalJitterPercent?: number
  /** While nothing is sent to the upstream. Default `60s`. */
  readonly noTrafficInterval?: Duration
  readonly unhealthyInterval?: Duration
  readonly unhealthyEdgeInterval?: Duration
  readonly healthyEdgeInterval?: Duration
  /** Default true. */
  readonly reuseConnection?: boolean
  readonly eventLogPath?: string
  readonly alwaysLogHealthCheckFailures?: boolean
}

/** A health check over HTTP. */
export interface HttpHealthCheck {
  readonly path: string
  readonly method?: string
  /** Default: the upstream's name. */
  readonly host?: string
  readonly requestHeadersToAdd?: readonly HealthCheckHeader[]
  readonly requestHeadersToRemove?: readonly string[]
  /** Default: 200 alone. */
  readonly expectedStatuses?: readonly StatusRange[]
  readonly codecClientType?: 'HTTP1' | 'HTTP2' | 'HTTP3'
  /** Deprecated in Gloo: use `codecClientType`. */
  readonly useHttp2?: boolean
  /** Deprecated in Gloo: use `serviceNameMatcher`, with a `prefix`. */
  readonly serviceName?: string
  /** What the header `x-envoy-upstream-healthchecked-cluster` of the answer must be. */
  readonly serviceNameMatcher?: StringMatcher
  /** Takes the place of `expectedStatuses`. */
  readonly responseAssertions?: ResponseAssertions
}

/** Health by what is in an answer. Source: Gloo `advanced_http.proto`. */
export interface ResponseAssertions {
  /** The first that matches decides. */
  readonly responseMatchers?: readonly HealthResponseMatcher[]
  /** When none matches. Default `unhealthy`. */
  readonly noMatchHealth?: HealthCheckResult
}

/** One assertion. */
export interface HealthResponseMatcher {
  readonly responseMatch: HealthResponseMatch
  /** Default `healthy`. */
  readonly matchHealth?: HealthCheckResult
}

/** What a host is, by an assertion. A host that is `degraded` is used as one that is healthy. */
export type HealthCheckResult = 'default' | 'healthy' | 'degraded' | 'unhealthy'

/** A part of an answer, and what it must look like. Exactly one of `header` and `body`. */
export interface HealthResponseMatch {
  /** A value in JSON. Default: the text as a whole. */
  readonly jsonKey?: JsonKey
  /** Take what is not JSON for an empty text, instead of failing the check. Default false. */
  readonly ignoreErrorOnParse?: boolean
  readonly header?: string
  readonly body?: Empty
  /** Must match all of it. */
  readonly regex: string
}

/** The way to a value in JSON. */
export interface JsonKey {
  readonly path: readonly JsonPathSegment[]
}

/** One step of the way. */
export interface JsonPathSegment {
  readonly key: string
}

/** A header of a health check. */
export interface HealthCheckHeader {
  readonly header: HeaderValue
  readonly append?: boolean
}

/** Status codes from `start` up to and without `end`. */
export interface StatusRange {
  readonly start: number
  readonly end: number
}

/** A health check by connecting. */
export interface TcpHealthCheck {
  readonly send?: HealthCheckPayload
  readonly receive?: readonly HealthCheckPayload[]
}

/** Bytes in hexadecimal digits. */
export interface HealthCheckPayload {
  readonly text: string
}

/** A health check by gRPC's health protocol. */
export interface GrpcHealthCheck {
  readonly serviceName?: string
  readonly authority?: string
}
