/** Gloo's filter stages, in request order; responses pass them in reverse. */
export const stages = ['fault', 'cors', 'waf', 'authn', 'authz', 'rateLimit', 'accepted', 'outAuth', 'route'] as const

export type Stage = (typeof stages)[number]

/** Where in the chain a filter runs: during a stage, before it or after it. */
export type Placement = Stage | { readonly before: Stage } | { readonly after: Stage }

/** Orders placements; filters of one rank run in order of registration. */
export function rank(placement: Placement): number {
  if (typeof placement === 'string') return stages.indexOf(placement) * 3 + 1
  if ('before' in placement) return stages.indexOf(placement.before) * 3
  return stages.indexOf(placement.after) * 3 + 2
}
