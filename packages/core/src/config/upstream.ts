import type { Duration, HeaderValue, Metadata } from './common.ts'
import type { HealthCheck } from './health-check.ts'
import type { UpstreamSslConfig } from './ssl.ts'
import type { UpstreamEndpoints } from './upstream-endpoints.ts'
import type { CloudFunctions } from './upstream-functions.ts'
import type { UpstreamHandler } from './upstream-handler.ts'
import type { CircuitBreakers, Failover, LoadBalancerConfig, OutlierDetection } from './upstream-health.ts'
import type { ConsulUpstream, Ec2Upstream, KubernetesUpstream, PipeUpstream, StaticUpstream } from './upstream-hosts.ts'

/**
 * A service that requests are sent to. Exactly one of `static`, `pipe`, `handler`, `endpoints`, `kube`, `consul`, `awsEc2`, `aws`,
 * `azure` and `gcp`. Source: Gloo `upstream.proto`.
 */
export interface UpstreamConfig extends CloudFunctions {
  readonly metadata: Metadata
  /** Hosts by address. */
  readonly static?: StaticUpstream
  /** A Unix domain socket. */
  readonly pipe?: PipeUpstream
  /**
   * A function in this process.
   * @remarks headgate extension
   */
  readonly handler?: UpstreamHandler
  /**
   * Hosts that a function in this process finds.
   * @remarks headgate extension
   */
  readonly endpoints?: UpstreamEndpoints
  readonly kube?: KubernetesUpstream
  readonly consul?: ConsulUpstream
  readonly awsEc2?: Ec2Upstream
  readonly sslConfig?: UpstreamSslConfig
  readonly healthChecks?: readonly HealthCheck[]
  readonly outlierDetection?: OutlierDetection
  /** Replaces the `circuitBreakers` of the settings as a whole. */
  readonly circuitBreakers?: CircuitBreakers
  readonly loadBalancerConfig?: LoadBalancerConfig
  readonly connectionConfig?: ConnectionConfig
  readonly failover?: Failover
  /** Speak HTTP/2. Default false. */
  readonly useHttp2?: boolean
  /** `USE_DOWNSTREAM_PROTOCOL`: speak what the client speaks. */
  readonly protocolSelection?: 'USE_CONFIGURED_PROTOCOL' | 'USE_DOWNSTREAM_PROTOCOL'
  /** 65535 to 2147483647. */
  readonly initialStreamWindowSize?: number
  /** 65535 to 2147483647. */
  readonly initialConnectionWindowSize?: number
  readonly maxConcurrentStreams?: number
  readonly overrideStreamErrorOnInvalidHttpMessage?: boolean
  /** Reach the upstream through an HTTP proxy: the hosts are the proxy, and this is where it connects to, `host:port`. */
  readonly httpProxyHostname?: string
  readonly httpConnectSslConfig?: UpstreamSslConfig
  readonly httpConnectHeaders?: readonly HeaderValue[]
  /** Look host names up again after as long as DNS says. Default false. */
  readonly respectDnsTtl?: boolean
  /** Look host names up again after so long, at least `1ms`. Default `5s`. */
  readonly dnsRefreshRate?: Duration
  readonly ignoreHealthOnHostRemoval?: boolean
  readonly preconnectPolicy?: PreconnectPolicy
  readonly proxyProtocolVersion?: 'V1' | 'V2'
  readonly disableIstioAutoMtls?: boolean
  /** Written by discovery. */
  readonly discoveryMetadata?: DiscoveryMetadata
}

/** Connections to an upstream. Source: Gloo `connection.proto`. */
export interface ConnectionConfig {
  /** Time to connect, TLS included. Default `5s`. */
  readonly connectTimeout?: Duration
  /** Close a connection after so many requests. 0, the default: never. */
  readonly maxRequestsPerConnection?: number
  readonly tcpKeepalive?: TcpKeepAlive
  readonly perConnectionBufferLimitBytes?: number
  readonly commonHttpProtocolOptions?: HttpProtocolOptions
  readonly http1ProtocolOptions?: Http1ProtocolOptions
}

/** Probes on idle connections. */
export interface TcpKeepAlive {
  readonly keepaliveProbes?: number
  /** Idle time before the first probe. */
  readonly keepaliveTime?: Duration
  /** Time between probes. */
  readonly keepaliveInterval?: Duration
}

/** Limits of HTTP with an upstream. */
export interface HttpProtocolOptions {
  /** How long an idle connection is kept. Default `4s`: below what most servers keep (Gloo: `1h`). */
  readonly idleTimeout?: Duration
  /** Most headers in a response. */
  readonly maxHeadersCount?: number
  readonly maxStreamDuration?: Duration
  readonly headersWithUnderscoresAction?: 'ALLOW' | 'REJECT_REQUEST' | 'DROP_HEADER'
}

/** HTTP/1 with an upstream. */
export interface Http1ProtocolOptions {
  readonly enableTrailers?: boolean
  readonly properCaseHeaderKeyFormat?: boolean
  readonly preserveCaseHeaderKeyFormat?: boolean
  readonly overrideStreamErrorOnInvalidHttpMessage?: boolean
}

/** Connections made before they are needed; ratios from 1 to 3. */
export interface PreconnectPolicy {
  readonly perUpstreamPreconnectRatio?: number
  readonly predictivePreconnectRatio?: number
}

/** What discovery has noted. */
export interface DiscoveryMetadata {
  readonly labels?: Readonly<Record<string, string>>
}
