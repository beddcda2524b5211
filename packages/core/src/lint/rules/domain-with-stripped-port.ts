import { placeOfResource, servedHosts } from '../place.ts'
import type { LintRule } from '../rule.ts'

export const domainWithStrippedPort: LintRule = {
  code: 'domain-with-stripped-port',
  severity: 'warning',
  meaning: 'A domain has a port, which the gateway takes off every host before it looks for the domain.',
  check({ snapshot }, report) {
    for (const { listener, virtualHost } of servedHosts(snapshot)) {
      if (!listener.ingress.stripAnyHostPort) continue
      for (const domain of virtualHost.domains) {
        if (!/:\d+$/.test(domain)) continue
        report({
          ...placeOfResource('VirtualService', 'virtualServices', virtualHost.config.metadata, 'virtualHost.domains'),
          message: `no request gets here for ${domain}: the gateway ${listener.name} takes ports off`,
          fix: 'write the domain without its port',
        })
      }
    }
  },
}
