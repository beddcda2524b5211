import type { CircuitBreakerStatus } from './circuit-breaker.ts'
import type { Host } from './host.ts'

/** What there is to know about an upstream at a moment. */
export interface ClusterStatus {
  /** `namespace.name`. */
  readonly name: string
  /** Empty for functions and handlers. */
  readonly hosts: readonly HostStatus[]
  /** Priorities that use all of their hosts, because too few of them are healthy. */
  readonly panic: readonly number[]
  readonly circuitBreakers: CircuitBreakerStatus
}

/** What there is to know about a host at a moment. */
export interface HostStatus {
  /** `address:port`, or the path of a unix socket. */
  readonly address: string
  /** What it is called in the configuration. */
  readonly hostname: string
  readonly priority: number
  /** `region/zone/subZone`; `''` where it has none. */
  readonly locality: string
  readonly weight: number
  readonly metadata: Readonly<Record<string, string>>
  /** Whether it is used, unless there is a panic. */
  readonly healthy: boolean
  /** Why it is not healthy, in sentences; empty when it is. */
  readonly because: readonly string[]
  /** Requests in flight. */
  readonly active: number
  /** Requests ever sent. */
  readonly total: number
  /** Of these, the ones that got no response. */
  readonly failed: number
  /** How often outlier detection has taken it out of use. */
  readonly ejections: number
  /** Milliseconds until it comes back, at the sweep that follows; only while it is out. */
  readonly ejectedFor?: number
  /** Good answers in percent in the last interval of outlier detection, if there were enough. */
  readonly successRate?: number
}

/** @param failures of health checks */
export function hostStatus(host: Host, failures: readonly string[], now: number): HostStatus {
  const { outlier } = host
  const ejected = host.ejected && outlier !== undefined ? [`ejected: ${outlier.reason}`] : []
  const successRate = outlier?.successRate
  return {
    address: host.address,
    hostname: host.endpoint.hostname,
    priority: host.priority,
    locality: host.locality?.name ?? '',
    weight: host.weight,
    metadata: host.metadata,
    healthy: host.healthy,
    because: [...ejected, ...failures.map((failure) => `health check: ${failure}`)],
    active: host.active,
    total: host.total,
    failed: host.failed,
    ejections: outlier?.ejections ?? 0,
    ...(host.ejected && outlier !== undefined && { ejectedFor: Math.max(0, outlier.ejectedUntil - now) }),
    ...(successRate !== undefined && { successRate }),
  }
}
