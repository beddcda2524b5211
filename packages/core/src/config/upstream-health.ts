import type { Duration, Empty, JsonObject } from './common.ts'
import type { UpstreamSslConfig } from './ssl.ts'

/** How a host is chosen. At most one algorithm; default round robin. Source: Gloo `load_balancer.proto`. */
export interface LoadBalancerConfig {
  readonly roundRobin?: RoundRobinConfig
  readonly leastRequest?: LeastRequestConfig
  readonly random?: Empty
  readonly ringHash?: RingHashLoadBalancing
  readonly maglev?: Empty
  /** Below this share of healthy hosts, 0 to 100, all hosts are used. 0: never. Default 50. */
  readonly healthyPanicThreshold?: number
  readonly updateMergeWindow?: Duration
  /** Hash host names instead of addresses. Default false. */
  readonly useHostnameForHashing?: boolean
  /** Close connections, once what is in flight has ended, whenever hosts come or go. Default false. */
  readonly closeConnectionsOnHostSetChange?: boolean
  /** Let localities share by their `loadBalancingWeight`, whatever the number of their hosts. */
  readonly localityWeightedLbConfig?: Empty
}

/** Hosts in turn. */
export interface RoundRobinConfig {
  readonly slowStartConfig?: SlowStartConfig
}

/** Of some random hosts, the least busy. */
export interface LeastRequestConfig {
  /** How many are compared. Default 2. */
  readonly choiceCount?: number
  readonly slowStartConfig?: SlowStartConfig
}

/** Consistent hashing on a ring. */
export interface RingHashLoadBalancing {
  readonly ringHashConfig?: RingHashConfig
}

/** Size of the ring. */
export interface RingHashConfig {
  /** Default 1024, at most 8388608. */
  readonly minimumRingSize?: number
  /** Default and limit 8388608. */
  readonly maximumRingSize?: number
}

/** New hosts get their share little by little. */
export interface SlowStartConfig {
  readonly slowStartWindow?: Duration
  /** Above 0. Default 1: in proportion to time. */
  readonly aggression?: number
  /** Share at the start, 0 to 100. Default 10. */
  readonly minWeightPercent?: number
}

/** Limits on what an upstream is asked at a time; 503 beyond them. Source: Gloo `circuit_breaker.proto`. */
export interface CircuitBreakers {
  /** Default 1024. */
  readonly maxConnections?: number
  /** Requests waiting for a connection. Default 1024. */
  readonly maxPendingRequests?: number
  /** Default 1024. */
  readonly maxRequests?: number
  /** Retries at a time; no more are made beyond it. Default 3. */
  readonly maxRetries?: number
  readonly trackRemaining?: boolean
}

/** Takes hosts that fail out of use for a while. Source: Envoy `outlier_detection.proto`. */
export interface OutlierDetection {
  /** Failures in a row. Default 5. */
  readonly consecutive5xx?: number
  /** Time between sweeps. Gloo requires it. */
  readonly interval: Duration
  /** Times the number of ejections so far. Default `30s`. */
  readonly baseEjectionTime?: Duration
  /** Default 10, but always at least one host. */
  readonly maxEjectionPercent?: number
  /** Chance in percent that such a host is ejected; so are all that begin with `enforcing`. Default 100. */
  readonly enforcingConsecutive5xx?: number
  /** Default 100. */
  readonly enforcingSuccessRate?: number
  /** Hosts with enough requests that there must be for success rates to be compared. Default 5. */
  readonly successRateMinimumHosts?: number
  /** Requests in an interval that a host must have had. Default 100. */
  readonly successRateRequestVolume?: number
  /** By how many thousandths of the standard deviation a host must be below the mean. Default 1900. */
  readonly successRateStdevFactor?: number
  /** 502, 503 and 504 in a row. Default 5. */
  readonly consecutiveGatewayFailure?: number
  /** Default 0. */
  readonly enforcingConsecutiveGatewayFailure?: number
  /** Count failures without a response (refused, reset, timed out) apart from 5xx. Default false. */
  readonly splitExternalLocalOriginErrors?: boolean
  /** Failures without a response in a row, if they are counted apart. Default 5. */
  readonly consecutiveLocalOriginFailure?: number
  /** Default 100. */
  readonly enforcingConsecutiveLocalOriginFailure?: number
  /** Default 100. */
  readonly enforcingLocalOriginSuccessRate?: number
  /**
   * No ejection is longer, but for the jitter. Default `300s`, or `baseEjectionTime` if that is more.
   * @remarks headgate extension: Envoy's, which Gloo does not have
   */
  readonly maxEjectionTime?: Duration
  /**
   * Ejections are longer by a random time up to this, so that hosts do not return all at once. Default `0s`.
   * @remarks headgate extension: Envoy's, which Gloo does not have
   */
  readonly maxEjectionTimeJitter?: Duration
  /**
   * Failures in percent of an interval's requests from which on a host counts as failing. Default 85.
   * @remarks headgate extension: Envoy's, which Gloo does not have
   */
  readonly failurePercentageThreshold?: number
  /**
   * Chance in percent that such a host is ejected. Default 0.
   * @remarks headgate extension: Envoy's, which Gloo does not have
   */
  readonly enforcingFailurePercentage?: number
  /**
   * The same for failures without a response, with `splitExternalLocalOriginErrors`. Default 0.
   * @remarks headgate extension: Envoy's, which Gloo does not have
   */
  readonly enforcingFailurePercentageLocalOrigin?: number
  /**
   * Hosts with enough requests that there must be. Default 5.
   * @remarks headgate extension: Envoy's, which Gloo does not have
   */
  readonly failurePercentageMinimumHosts?: number
  /**
   * Requests in an interval that a host must have had. Default 50.
   * @remarks headgate extension: Envoy's, which Gloo does not have
   */
  readonly failurePercentageRequestVolume?: number
}

/** Hosts for when those of the upstream are not well. Source: Gloo `failover.proto`. */
export interface Failover {
  /** The first is used first. */
  readonly prioritizedLocalities?: readonly PrioritizedLocality[]
  readonly policy?: FailoverPolicy
}

/** When traffic moves on. */
export interface FailoverPolicy {
  /** In percent. Default 140: traffic moves when less than 1 / 1.4 of the hosts are healthy. */
  readonly overprovisioningFactor?: number
}

/** Hosts of one priority. */
export interface PrioritizedLocality {
  readonly localityEndpoints?: readonly LocalityLbEndpoints[]
}

/** Hosts in one place. */
export interface LocalityLbEndpoints {
  readonly locality?: Locality
  readonly lbEndpoints?: readonly LbEndpoint[]
  readonly loadBalancingWeight?: number
}

/** A place; empty parts say nothing. */
export interface Locality {
  readonly region?: string
  readonly zone?: string
  readonly subZone?: string
}

/** A host to fail over to. */
export interface LbEndpoint {
  readonly address: string
  readonly port: number
  readonly healthCheckConfig?: LbEndpointHealthCheck
  readonly upstreamSslConfig?: UpstreamSslConfig
  readonly loadBalancingWeight?: number
  readonly metadata?: Readonly<Record<string, JsonObject>>
}

/** What the health check asks this host for. */
export interface LbEndpointHealthCheck {
  /** Another port than that of the traffic. */
  readonly portValue?: number
  /** `host` of the request. */
  readonly hostname?: string
  readonly path?: string
  readonly method?: string
}
