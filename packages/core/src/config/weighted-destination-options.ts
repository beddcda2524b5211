import type { Opaque } from './common.ts'
import type { BufferPerRoute, CsrfPolicy } from './filters.ts'
import type { HeaderManipulation } from './header-manipulation.ts'
import type { Extensions } from './route-options.ts'
import type { TransformationStages, Transformations } from './transformation.ts'

/** Options of one weighted destination. They win over those of the route. Source: Gloo `weighted_destination_options.proto`. */
export interface WeightedDestinationOptions {
  readonly headerManipulation?: HeaderManipulation
  readonly csrf?: CsrfPolicy
  readonly bufferPerRoute?: BufferPerRoute
  readonly stagedTransformations?: TransformationStages
  /** Deprecated in Gloo: use `stagedTransformations`. */
  readonly transformations?: Transformations
  /** Settings of filters that headgate does not ship, by filter name. */
  readonly extensions?: Extensions
  readonly extauth?: Opaque
}
