import { delegationTargets } from '../compile/delegation-targets.ts'
import { defaultNamespace } from '../compile/resources.ts'
import type { RouteConfig } from '../config/route.ts'
import type { RouteTableConfig } from '../config/route-table.ts'
import { type LintPlace, placeOfResource } from './place.ts'
import type { LintSubject } from './rule.ts'

/** A route that goes on in route tables, and the tables. */
export interface Delegation {
  readonly place: LintPlace
  readonly tables: readonly RouteTableConfig[]
}

/** Every delegation of the configuration, whether anything leads to it or not. */
export function delegationsOf({ config, resources }: LintSubject): readonly Delegation[] {
  const found = (
    routes: readonly RouteConfig[] = [],
    owner: string = defaultNamespace,
    place: (field: string) => LintPlace,
  ): readonly Delegation[] =>
    [...routes.entries()].flatMap(([index, { delegateAction }]) => {
      if (delegateAction === undefined) return []
      const at = place(`routes[${index}].delegateAction`)
      return [{ place: at, tables: delegationTargets(delegateAction, owner, resources, at.path, ignore) }]
    })
  const services = (config.virtualServices ?? []).flatMap(({ metadata, virtualHost }) =>
    found(virtualHost?.routes, metadata.namespace, (field) =>
      placeOfResource('VirtualService', 'virtualServices', metadata, `virtualHost.${field}`),
    ),
  )
  const tables = (config.routeTables ?? []).flatMap(({ metadata, routes }) =>
    found(routes, metadata.namespace, (field) => placeOfResource('RouteTable', 'routeTables', metadata, field)),
  )
  return [...services, ...tables]
}

function ignore(): void {}
