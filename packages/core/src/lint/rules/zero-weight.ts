import type { WeightedDestination } from '../../config/destination.ts'
import { type LintPlace, placeOfResource, placeOfRoute, servedHosts } from '../place.ts'
import type { LintRule } from '../rule.ts'

export const zeroWeight: LintRule = {
  code: 'zero-weight',
  severity: 'warning',
  meaning: 'A destination has the weight 0, or none, and never gets a request.',
  check({ config, snapshot }, report) {
    const look = (destinations: readonly WeightedDestination[] = [], place: (field: string) => LintPlace): void => {
      for (const [index, { weight = 0, destination }] of destinations.entries()) {
        if (weight > 0) continue
        const name = destination.upstream?.name ?? 'the destination'
        const fix = 'give it a weight, or remove it'
        report({ ...place(`destinations[${index}]`), message: `${name} has no weight and gets no request`, fix })
      }
    }
    for (const { virtualHost } of servedHosts(snapshot))
      for (const route of virtualHost.table.entries)
        look(route.config.routeAction?.multi?.destinations, (field) =>
          placeOfRoute(route, `routeAction.multi.${field}`),
        )
    for (const { metadata, destinations } of config.upstreamGroups ?? [])
      look(destinations, (field) => placeOfResource('UpstreamGroup', 'upstreamGroups', metadata, field))
  },
}
