import type { Runtime } from '../runtime/runtime.ts'
import type { AnyFilterDefinition, Filter, FilterScope } from './filter.ts'
import { rank } from './stage.ts'

/** A filter of a chain, with the name that `explain` and errors show. */
export interface NamedFilter {
  readonly name: string
  readonly filter: Filter
  /** Position among all filters of the gateway, the same in every chain. */
  readonly order: number
}

/** The filters of one route in request order; empty for most routes. */
export interface Chain {
  readonly filters: readonly NamedFilter[]
}

const empty: Chain = { filters: [] }

/** Orders definitions by stage, then by registration. */
export function orderFilters(definitions: readonly AnyFilterDefinition[]): readonly AnyFilterDefinition[] {
  return [...definitions].sort((a, b) => rank(a.stage) - rank(b.stage))
}

/** Asks every definition, in order, whether it wants to be in this route's chain. */
export function compileChain(definitions: readonly AnyFilterDefinition[], scope: FilterScope, runtime: Runtime): Chain {
  let filters: NamedFilter[] | undefined
  for (const [order, definition] of definitions.entries()) {
    const config: unknown = definition.configure(scope)
    if (config === undefined) continue
    filters ??= []
    filters.push({ name: definition.name, filter: definition.create(config, runtime), order })
  }
  return filters === undefined ? empty : { filters }
}
