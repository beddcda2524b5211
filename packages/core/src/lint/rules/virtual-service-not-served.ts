import { resourceKey } from '../../compile/resources.ts'
import { placeOfResource, servedHosts } from '../place.ts'
import type { LintRule } from '../rule.ts'

export const virtualServiceNotServed: LintRule = {
  code: 'virtual-service-not-served',
  severity: 'warning',
  meaning: 'No gateway serves the virtual service.',
  check({ config, snapshot }, report) {
    const served = new Set(servedHosts(snapshot).map(({ virtualHost }) => virtualHost.name))
    for (const { metadata } of config.virtualServices ?? []) {
      if (served.has(resourceKey(metadata))) continue
      report({
        ...placeOfResource('VirtualService', 'virtualServices', metadata),
        message: 'no gateway serves it',
        fix: 'let a gateway select it; those with an sslConfig belong to gateways with "ssl: true"',
      })
    }
  },
}
