import type { CircuitBreakers } from '../config/upstream-health.ts'
import type { ConnectionUsage } from './transport.ts'

/** Envoy's defaults. */
const defaults = { maxConnections: 1024, maxPendingRequests: 1024, maxRequests: 1024, maxRetries: 3 } as const

/**
 * What an upstream has in use, and the most it may have. Limits hold for the upstream as a whole, not for each host, as
 * Envoy's do. Whoever uses something counts it here; nothing waits in between, so the limits are exact.
 */
export class CircuitBreaker implements ConnectionUsage {
  readonly maxConnections: number
  readonly maxPendingRequests: number
  readonly maxRequests: number
  readonly maxRetries: number
  readonly trackRemaining: boolean
  connections = 0
  pending = 0
  /** Requests in flight, until their responses have ended. */
  requests = 0
  /** Retries in flight. */
  retries = 0
  /** Requests and retries that were refused because a limit was reached. */
  overflows = 0

  constructor(config: CircuitBreakers = {}) {
    this.maxConnections = config.maxConnections ?? defaults.maxConnections
    this.maxPendingRequests = config.maxPendingRequests ?? defaults.maxPendingRequests
    this.maxRequests = config.maxRequests ?? defaults.maxRequests
    this.maxRetries = config.maxRetries ?? defaults.maxRetries
    this.trackRemaining = config.trackRemaining ?? false
  }

  /** Whether one more retry may be made now. If so, call {@link endRetry} when it is over. */
  startRetry(): boolean {
    if (this.retries >= this.maxRetries) {
      this.overflows++
      return false
    }
    this.retries++
    return true
  }

  endRetry(): void {
    this.retries--
  }

  /** For operators. */
  status(): CircuitBreakerStatus {
    const { connections, pending, requests, retries, overflows } = this
    const used = { connections, pendingRequests: pending, requests, retries }
    const limits = {
      connections: this.maxConnections,
      pendingRequests: this.maxPendingRequests,
      requests: this.maxRequests,
      retries: this.maxRetries,
    }
    return { used, limits, overflows, ...(this.trackRemaining && { remaining: difference(limits, used) }) }
  }
}

/** One number for each thing that is limited. */
export interface BreakerNumbers {
  readonly connections: number
  readonly pendingRequests: number
  readonly requests: number
  readonly retries: number
}

/** What an upstream has in use at a moment. */
export interface CircuitBreakerStatus {
  readonly used: BreakerNumbers
  readonly limits: BreakerNumbers
  /** What is left of the limits; only with `circuitBreakers.trackRemaining`. */
  readonly remaining?: BreakerNumbers
  /** Requests and retries refused so far. */
  readonly overflows: number
}

function difference(limits: BreakerNumbers, used: BreakerNumbers): BreakerNumbers {
  return {
    connections: Math.max(0, limits.connections - used.connections),
    pendingRequests: Math.max(0, limits.pendingRequests - used.pendingRequests),
    requests: Math.max(0, limits.requests - used.requests),
    retries: Math.max(0, limits.retries - used.retries),
  }
}
