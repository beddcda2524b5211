import type { ServedHost } from '../place.ts'
import { placeOfResource, servedHosts } from '../place.ts'
import type { LintRule, LintWitness } from '../rule.ts'
import { requestOf, witnessOf } from '../witness.ts'

export const missingCatchAll: LintRule = {
  code: 'missing-catch-all',
  severity: 'info',
  meaning: 'Some requests for the domains of a virtual service find no route and get 404.',
  check({ snapshot }, report) {
    for (const served of servedHosts(snapshot)) {
      const { config, table } = served.virtualHost
      const witness = table.entries.length === 0 ? undefined : unmatched(served)
      if (witness === undefined) continue
      report({
        ...placeOfResource('VirtualService', 'virtualServices', config.metadata, 'virtualHost.routes'),
        message: `${witness.target} finds no route`,
        fix: 'add a last route for the prefix "/", if something else than 404 is wanted',
        witness,
      })
    }
  },
}

/** A request for one of its domains that no route takes. */
function unmatched(served: ServedHost): LintWitness | undefined {
  for (const path of ['/', '/nowhere-else', '/nowhere/else']) {
    const witness = witnessOf(served, path)
    if (witness !== undefined && served.virtualHost.table.find(requestOf(witness)) === undefined) return witness
  }
  return undefined
}
