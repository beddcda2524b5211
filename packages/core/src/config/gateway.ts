import type { CidrRange, Metadata, Opaque, ResourceRef } from './common.ts'
import type { HttpListenerOptions, ListenerOptions } from './listener-options.ts'
import type { SelectorExpression } from './selector.ts'
import type { SslConfig } from './ssl.ts'

/**
 * A way into the gateway. The host application owns the socket; bind address and port only name the entrance. Exactly
 * one of `httpGateway`, `hybridGateway` and `tcpGateway`. Source: Gloo `gateway.proto`.
 */
export interface GatewayResource {
  readonly metadata?: Metadata
  /** Default `::`. */
  readonly bindAddress?: string
  /** No two gateways may share address and port. */
  readonly bindPort?: number
  /** Serve the virtual services with an `sslConfig`, and only those. Default false: only those without. */
  readonly ssl?: boolean
  /** Which of Gloo's proxies the gateway belongs to. There is one proxy here, so it says nothing. */
  readonly proxyNames?: readonly string[]
  readonly httpGateway?: HttpGateway
  readonly hybridGateway?: HybridGateway
  readonly tcpGateway?: Opaque
  readonly options?: ListenerOptions
  readonly routeOptions?: RouteConfigurationOptions
  /** Deprecated in Gloo: use `options.proxyProtocol`. */
  readonly useProxyProto?: boolean
}

/**
 * Which virtual services a gateway serves. Precedence: `virtualServiceExpressions`, `virtualServiceSelector`,
 * `virtualServices`; with none of them, all. Source: Gloo `http_gateway.proto`.
 */
export interface HttpGateway {
  readonly virtualServices?: readonly ResourceRef[]
  /** Labels that must all be equal. */
  readonly virtualServiceSelector?: Readonly<Record<string, string>>
  readonly virtualServiceExpressions?: VirtualServiceSelectorExpressions
  /** Only services of these namespaces, `*` for all. Does not filter `virtualServices`. */
  readonly virtualServiceNamespaces?: readonly string[]
  readonly options?: HttpListenerOptions
}

/** Conditions on labels that must all hold. */
export interface VirtualServiceSelectorExpressions {
  readonly expressions?: readonly SelectorExpression[]
}

/** Several gateways behind one address. The most specific server name decides, then the source address; there is no way back. */
export interface HybridGateway {
  readonly matchedGateways?: readonly MatchedGateway[]
  readonly delegatedHttpGateways?: Opaque
  readonly delegatedTcpGateways?: Opaque
}

/** One of them. Exactly one of `httpGateway` and `tcpGateway`. */
export interface MatchedGateway {
  /** Must be unique; at most one may be empty. */
  readonly matcher?: ConnectionMatcher
  readonly httpGateway?: HttpGateway
  readonly tcpGateway?: Opaque
}

/** A condition on a connection. */
export interface ConnectionMatcher {
  /** Its `sniDomains` count. */
  readonly sslConfig?: SslConfig
  readonly sourcePrefixRanges?: readonly CidrRange[]
  readonly passthroughCipherSuites?: readonly string[]
}

/** Settings for all routes of a gateway. */
export interface RouteConfigurationOptions {
  /** Longest body of a direct response. Default 4096. */
  readonly maxDirectResponseBodySizeBytes?: number
  /** Let header changes of the more specific level have the last word. Default false. */
  readonly mostSpecificHeaderMutationsWins?: boolean
}
