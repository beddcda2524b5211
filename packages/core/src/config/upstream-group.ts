import type { Metadata } from './common.ts'
import type { WeightedDestination } from './destination.ts'

/** A weighted list of destinations under a name of its own. Source: Gloo `proxy.proto`. */
export interface UpstreamGroupConfig {
  readonly metadata: Metadata
  readonly destinations: readonly WeightedDestination[]
}
