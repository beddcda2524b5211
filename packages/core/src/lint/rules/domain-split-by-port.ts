import { entrances, placeOfResource } from '../place.ts'
import type { LintRule } from '../rule.ts'

export const domainSplitByPort: LintRule = {
  code: 'domain-split-by-port',
  severity: 'warning',
  meaning: 'A domain belongs to one virtual service with a port and to another without.',
  check({ snapshot }, report) {
    for (const { virtualHosts, ingress } of entrances(snapshot)) {
      if (ingress.stripAnyHostPort) continue
      const owners = new Map(virtualHosts.flatMap((host) => host.domains.map((domain) => [domain.toLowerCase(), host])))
      for (const [domain, owner] of owners) {
        const bare = domain.replace(/:\d+$/, '')
        const other = bare === domain ? undefined : owners.get(bare)
        if (other === undefined || other === owner) continue
        report({
          ...placeOfResource('VirtualService', 'virtualServices', owner.config.metadata, 'virtualHost.domains'),
          message: `clients that send the port get here for ${domain}, all others get to ${other.name} for ${bare}`,
          fix: 'give both to one virtual service, or set stripAnyHostPort on the gateway',
        })
      }
    }
  },
}
