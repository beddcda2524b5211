import type { Host } from '../host.ts'
import type { ConnectionSettings, Endpoint, UpstreamStream } from '../transport.ts'

/** What a host has answered to a health check. */
export type CheckOutcome =
  | { readonly healthy: true }
  | {
      readonly healthy: false
      readonly reason: string
      /** The host asks to be taken out of use at once, whatever the threshold. */
      readonly immediate?: boolean
    }

/** One kind of question that hosts are asked. */
export interface Check {
  /** Asks; exactly one outcome comes, later or at once, unless the check is cancelled. */
  run(endpoint: Endpoint, done: (outcome: CheckOutcome) => void): UpstreamStream
}

/** With this header, in the answer to a check or to a request, a host asks to be taken out of use at once (Envoy). */
export const immediateFailHeader = 'x-envoy-immediate-health-check-fail'

/** What is told about a host that has done so. */
export const immediateFailReason = 'asked to be taken out of use'

export const healthy: CheckOutcome = { healthy: true }

export function unhealthy(reason: string): CheckOutcome {
  return { healthy: false, reason }
}

/**
 * Where the checks of a host go: to connections of their own, so that a host that has its hands full is not taken for a
 * dead one.
 *
 * @param keepAlive milliseconds that a connection is kept for the next check; 0 to make a new one each time
 */
export function checkEndpoint({ endpoint }: Host, keepAlive: number): Endpoint {
  const connection: ConnectionSettings = {
    ...endpoint.connection,
    maxConnections: 1,
    maxPendingRequests: 0,
    usage: { connections: 0, pending: 0, overflows: 0 },
    ...(keepAlive > 0 ? { idleTimeout: keepAlive } : { maxRequestsPerConnection: 1 }),
  }
  return { ...endpoint, connection, port: endpoint.healthCheck?.port || endpoint.port }
}
