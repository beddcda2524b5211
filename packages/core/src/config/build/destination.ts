import type { ResourceRef } from '../common.ts'
import type { Destination, WeightedDestination } from '../destination.ts'
import type { WeightedDestinationOptions } from '../weighted-destination-options.ts'
import type { PlainRef } from './resource.ts'
import type { Upstream } from './upstream.ts'

/** Names a resource: itself, its name within the namespace of whoever refers to it, or a plain reference. */
export type ResourceReference<Kind extends ResourceRef> = Kind | string | PlainRef

/** Where requests go: an upstream, or Gloo's `Destination` for a function or a subset of one. */
export type RouteTarget = ResourceReference<Upstream> | Destination

/** A target and its share of the traffic. */
export type WeightedTarget = readonly [target: RouteTarget, weight: number, options?: WeightedDestinationOptions]

/** Gloo's `ResourceRef`; a resource is left for `plain` to replace. */
export function resourceRef(resource: string | ResourceRef): ResourceRef {
  return typeof resource === 'string' ? { name: resource } : resource
}

/** Gloo's `Destination`. */
export function destination(target: RouteTarget): Destination {
  return typeof target === 'string' || 'name' in target ? { upstream: resourceRef(target) } : target
}

/** Gloo's `WeightedDestination`. */
export function weightedDestination([target, weight, options]: WeightedTarget): WeightedDestination {
  return { destination: destination(target), weight, ...(options && { options }) }
}
