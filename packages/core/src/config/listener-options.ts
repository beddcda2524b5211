import type { Json, JsonObject, Opaque, TokenBucket } from './common.ts'
import type {
  BufferConfig,
  ConnectionLimit,
  CsrfPolicy,
  GzipConfig,
  HealthCheckEndpoint,
  HttpLocalRateLimit,
} from './filters.ts'
import type { HttpConnectionManagerSettings } from './http-connection-manager.ts'
import type { StatefulSession } from './resilience.ts'
import type { Extensions } from './route-options.ts'

/** Options of a listener, whatever it speaks. Source: Gloo `listener_options.proto`. */
export interface ListenerOptions {
  readonly accessLoggingService?: AccessLoggingService
  readonly listenerAccessLoggingService?: AccessLoggingService
  readonly extensions?: Extensions
  /** Cap for everything that buffers: 413 beyond it. Default 1 MiB. */
  readonly perConnectionBufferLimitBytes?: number
  readonly socketOptions?: readonly Opaque[]
  readonly proxyProtocol?: Opaque
  readonly connectionBalanceConfig?: Opaque
  readonly tcpStats?: boolean
}

/** Options of an HTTP listener. Source: Gloo `http_listener_options.proto`. */
export interface HttpListenerOptions {
  readonly httpConnectionManagerSettings?: HttpConnectionManagerSettings
  readonly healthCheck?: HealthCheckEndpoint
  readonly gzip?: GzipConfig
  readonly buffer?: BufferConfig
  readonly csrf?: CsrfPolicy
  readonly router?: RouterOptions
  readonly httpLocalRatelimit?: HttpLocalRateLimit
  readonly networkLocalRatelimit?: TokenBucket
  readonly connectionLimit?: ConnectionLimit
  readonly headerValidationSettings?: HeaderValidationSettings
  /** Take headers that `clusterHeader` routes read off incoming requests. */
  readonly sanitizeClusterHeader?: boolean
  /** The client is the leftmost address of `x-forwarded-for`. Clients can forge it. Default false. */
  readonly leftmostXffAddress?: boolean
  readonly statefulSession?: StatefulSession
  readonly dynamicForwardProxy?: Opaque
  readonly grpcWeb?: GrpcWeb
  readonly grpcJsonTranscoder?: Opaque
  readonly extensions?: Extensions
  readonly proxyLatency?: Opaque
  readonly tap?: Opaque
  readonly caching?: Opaque
  readonly waf?: Opaque
  readonly dlp?: Opaque
  readonly wasm?: Opaque
  readonly extauth?: Opaque
  readonly ratelimitServer?: Opaque
  readonly disableExtProc?: boolean
  readonly extProc?: Opaque
  readonly disableExtProcEarly?: boolean
  readonly extProcEarly?: Opaque
  readonly disableExtProcLate?: boolean
  readonly extProcLate?: Opaque
}

/** What the router adds. */
export interface RouterOptions {
  /** Add no `x-envoy-*` headers. Default false. */
  readonly suppressEnvoyHeaders?: boolean
  readonly dynamicStats?: boolean
}

/** Which requests are refused for their headers. */
export interface HeaderValidationSettings {
  /** Let unknown methods through. */
  readonly disableHttp1MethodValidation?: Readonly<Record<string, never>>
}

/** gRPC-Web. */
export interface GrpcWeb {
  readonly disable?: boolean
}

/** Where access logs go. Source: Gloo `als.proto`. */
export interface AccessLoggingService {
  readonly accessLog?: readonly AccessLog[]
}

/** One access log. Exactly one of `fileSink`, `grpcService` and `openTelemetryService`. */
export interface AccessLog {
  readonly fileSink?: FileSink
  readonly grpcService?: Opaque
  readonly openTelemetryService?: Opaque
  /** Which requests are logged. */
  readonly filter?: JsonObject
}

/** A file. Exactly one format. */
export interface FileSink {
  readonly path?: string
  readonly stringFormat?: string
  readonly jsonFormat?: Readonly<Record<string, Json>>
}
