import type { Locality } from './upstream-health.ts'
import type { StaticHost } from './upstream-hosts.ts'

/**
 * A source of hosts in this process: tells all hosts of an upstream, at once or later, and again whenever they change.
 * Hosts that stay keep their connections, counters and health; no request is lost because others come or go.
 *
 * @param changed takes all hosts there are now; with an empty list requests get 503
 * @returns how to stop; called once, when the upstream is not used any more
 */
export type UpstreamEndpoints = (changed: (hosts: readonly DiscoveredHost[]) => void) => () => void

/** A host that such a source tells. */
export interface DiscoveredHost extends StaticHost {
  /** 0, the default, is used first; the others as far as those before them are not well. */
  readonly priority?: number
  /** Where it stands, for `localityWeightedLbConfig`. */
  readonly locality?: HostLocality
}

/** A place, and its share among the places of one priority. */
export interface HostLocality extends Locality {
  /** At least 1; without one the place gets nothing, as long as others have one. */
  readonly loadBalancingWeight?: number
}
