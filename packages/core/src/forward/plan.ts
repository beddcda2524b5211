import type { Cluster } from '../cluster/cluster.ts'
import type { Selection } from '../cluster/selection/selector.ts'
import type { Destination } from '../config/destination.ts'
import type { DeadlineQueue } from '../runtime/deadline.ts'
import type { RetryPlan } from './retry-plan.ts'
import type { Rewrite } from './rewrite.ts'
import type { ShadowPlan } from './shadow-plan.ts'

/** An upstream by name; its live cluster is filled in when the configuration takes over. */
export interface ClusterRef {
  /** `namespace.name`. */
  readonly name: string
  cluster: Cluster | undefined
  /** Deadline for one request on a connection of this upstream, response included: Gloo's `maxStreamDuration`. */
  readonly maxStreamDuration: DeadlineQueue | undefined
}

/** How a route forwards, decided when its configuration was compiled. */
export interface ForwardPlan {
  /** Deadline for the whole exchange with the upstream, all attempts included; undefined: none. */
  readonly timeout: DeadlineQueue | undefined
  /** Deadline for the headers of the response, for each attempt. */
  readonly perTryTimeout: DeadlineQueue | undefined
  /** Sent upstream as `x-envoy-expected-rq-timeout-ms`: the time of a try, where it has one, else of the exchange. */
  readonly expectedTimeout: string | undefined
  readonly rewrite: Rewrite | undefined
  /** What a request of an internal client may add conditions to. */
  readonly policy: RetryPlan
  /** The same, where it has conditions. Undefined: nothing is tried again, but for requests that a stale connection has lost. */
  readonly retry: RetryPlan | undefined
  readonly shadow: ShadowPlan | undefined
  /** Bytes of a request that may be held to send them again, or for a shadow that is slower. */
  readonly bufferLimit: number
  /** Send `x-envoy-attempt-count` to the upstream. */
  readonly countInRequest: boolean
  /** Send `x-envoy-attempt-count` to the client. */
  readonly countInResponse: boolean
  /** Add what Envoy's router adds: timeouts to requests, service times to responses. */
  readonly envoyHeaders: boolean
}

/** The upstream that one request goes to. */
export interface ForwardTarget {
  readonly cluster: Cluster
  readonly destination: Destination
  readonly maxStreamDuration: DeadlineQueue | undefined
  /** What the request asks of the choice of its host. */
  readonly selection: Selection | undefined
}
