import type { Cluster } from '../cluster/cluster.ts'
import type { Destination } from '../config/destination.ts'
import type { DeadlineQueue } from '../runtime/deadline.ts'
import type { Rewrite } from './rewrite.ts'

/** An upstream by name; its live cluster is filled in when the configuration takes over. */
export interface ClusterRef {
  /** `namespace.name`. */
  readonly name: string
  cluster: Cluster | undefined
}

/** How a route forwards, decided when its configuration was compiled. */
export interface ForwardPlan {
  /** Deadline for the whole exchange with the upstream, all attempts included; undefined: none. */
  readonly timeout: DeadlineQueue | undefined
  readonly rewrite: Rewrite | undefined
  /** Sent upstream as `x-envoy-expected-rq-timeout-ms`; undefined: nothing. */
  readonly expectedTimeout: string | undefined
}

/** The upstream that one request goes to. */
export interface ForwardTarget {
  readonly cluster: Cluster
  readonly destination: Destination
}
