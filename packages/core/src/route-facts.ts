import type { CompiledRoute, CompiledVirtualHost, Target } from './compile/snapshot.ts'

/** An option that is in force, and the level that set it. */
export interface EffectiveOption {
  readonly name: string
  readonly value: unknown
  readonly from: string
}

/** An upstream that a route may choose. */
export interface PossibleDestination {
  /** `namespace.name`. */
  readonly upstream: string
  /** Between 0 and 1. */
  readonly share: number
}

/** Options of a route, with those that it has from the levels above. */
export function routeOptions({ config, optionSources }: CompiledRoute): readonly EffectiveOption[] {
  const options = Object.entries(config.options ?? {})
  return options.map(([name, value]) => ({ name, value: value as unknown, from: optionSources[name] ?? 'route' }))
}

/** Options that a virtual host sets for all of its routes, but for a retry policy, which that of a route replaces. */
export function virtualHostOptions(
  { name: virtualHost, options }: CompiledVirtualHost,
  ofRoute: readonly EffectiveOption[],
): readonly EffectiveOption[] {
  const from = `virtual host ${virtualHost}`
  const replaced = ofRoute.some(({ name }) => name === 'retries')
  return Object.entries(options).flatMap(([name, value]) =>
    replaced && name === 'retries' ? [] : [{ name, value: value as unknown, from }],
  )
}

/** Where a route may send a request; nowhere in particular if a header says. */
export function destinationsOf(target: Target): readonly PossibleDestination[] {
  switch (target.kind) {
    case 'single':
      return [{ upstream: target.branch.cluster?.name ?? '', share: 1 }]
    case 'weighted':
      return target.branches.map(({ cluster }, index) => ({
        upstream: cluster?.name ?? '',
        share: (target.weights[index] ?? 0) / target.total,
      }))
    case 'clusterHeader':
      return []
  }
}
