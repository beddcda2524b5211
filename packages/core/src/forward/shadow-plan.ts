import type { Destination } from '../config/destination.ts'
import type { DeadlineQueue } from '../runtime/deadline.ts'
import type { ClusterRef } from './plan.ts'

/** Where copies of requests go, and of how many. */
export interface ShadowPlan {
  readonly cluster: ClusterRef
  readonly destination: Destination
  /** Share of requests, between 0 and 1. */
  readonly share: number
  /** Host of the copies; undefined: that of the request. */
  readonly host: string | undefined
  /** Append `-shadow` to the host. */
  readonly suffix: boolean
  /** Deadline for each copy, its response included. */
  readonly timeout: DeadlineQueue
}
