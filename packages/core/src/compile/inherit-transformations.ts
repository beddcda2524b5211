import type { RouteOptions } from '../config/route-options.ts'
import type { RequestResponseTransformations, TransformationStages } from '../config/transformation.ts'
import type { SourcedOptions } from './merge-options.ts'

/** Whose transformations are inherited. */
export interface TransformationParent {
  readonly stages: TransformationStages | undefined
  /** What `explain` calls it. */
  readonly source: string
}

/**
 * Appends the parent's transformations to those of a route that sets `inheritTransformation`, stage by stage: the first
 * that matches runs, so the route's own come first. `postRouting` is not inherited this way. A route without a block of
 * its own is not touched here: it takes the parent's as a whole, like any other option.
 *
 * Source: Gloo `converter.go`.
 */
export function inheritTransformations(
  own: SourcedOptions<RouteOptions>,
  { stages, source }: TransformationParent,
): SourcedOptions<RouteOptions> {
  const { stagedTransformations } = own.options
  if (stagedTransformations?.inheritTransformation !== true) return own
  const { inheritTransformation, ...written } = stagedTransformations
  const { early, regular } = stages ?? {}
  const merged: TransformationStages = {
    ...written,
    ...(early && { early: appended(written.early, early) }),
    ...(regular && { regular: appended(written.regular, regular) }),
  }
  const options = { ...own.options, stagedTransformations: merged }
  const before = own.sources.stagedTransformations
  if (before === undefined || (early ?? regular) === undefined) return { ...own, options }
  const both = { here: `${before.here} and ${source}`, below: `${before.below} and ${source}` }
  return { options, sources: { ...own.sources, stagedTransformations: both } }
}

function appended(
  own: RequestResponseTransformations | undefined,
  parent: RequestResponseTransformations,
): RequestResponseTransformations {
  if (own === undefined) return parent
  const requestTransforms = [...(own.requestTransforms ?? []), ...(parent.requestTransforms ?? [])]
  const responseTransforms = [...(own.responseTransforms ?? []), ...(parent.responseTransforms ?? [])]
  return {
    ...(requestTransforms.length > 0 && { requestTransforms }),
    ...(responseTransforms.length > 0 && { responseTransforms }),
  }
}
