import type { WeightedDestination } from '../destination.ts'
import type { UpstreamGroupConfig } from '../upstream-group.ts'
import { type WeightedTarget, weightedDestination } from './destination.ts'
import { metadata, Resource, type ResourceOptions } from './resource.ts'

/** What an {@link UpstreamGroup} is made of. */
export interface UpstreamGroupSpec extends ResourceOptions {
  /** Pairs of a target and its weight, or Gloo's `WeightedDestination`. */
  readonly destinations: readonly (WeightedTarget | WeightedDestination)[]
}

/** A weighted list of destinations under a name of its own. */
export class UpstreamGroup extends Resource<UpstreamGroupConfig> {
  /** Makes a group in the namespace `default`, unless `spec` names another. */
  constructor(name: string, spec: UpstreamGroupSpec)
  /** Takes a group in Gloo's JSON shape. */
  constructor(config: UpstreamGroupConfig)
  constructor(named: string | UpstreamGroupConfig, spec: UpstreamGroupSpec = { destinations: [] }) {
    super(typeof named === 'string' ? fromSpec(named, spec) : named)
  }

  override get kind(): 'UpstreamGroup' {
    return 'UpstreamGroup'
  }
}

function fromSpec(name: string, spec: UpstreamGroupSpec): UpstreamGroupConfig {
  const destinations = spec.destinations.map((item) => ('destination' in item ? item : weightedDestination(item)))
  return { metadata: metadata(name, spec), destinations }
}
