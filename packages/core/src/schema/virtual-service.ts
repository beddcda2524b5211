import type { RouteOptionConfig, VirtualHostOptionConfig } from '../config/option-resources.ts'
import type { RouteTableConfig } from '../config/route-table.ts'
import type { UpstreamGroupConfig } from '../config/upstream-group.ts'
import type { VirtualHost, VirtualServiceConfig } from '../config/virtual-service.ts'
import { metadata, resource } from './common.ts'
import { weightedDestinations } from './destination.ts'
import type { Field } from './field.ts'
import { int32, list, message, required, text } from './protobuf-json.ts'
import { optionsConfigRefs, route } from './route.ts'
import { routeOptions } from './route-options.ts'
import { type Rule, rule, wholeRule } from './rule.ts'
import { sslConfig } from './ssl.ts'
import { virtualHostOptions } from './virtual-host-options.ts'

const domain: Rule<string> = wholeRule((value, report) => {
  if (value === '')
    report({ code: 'out-of-range', message: 'a domain cannot be empty', expected: 'a domain', fix: 'use "*" for all' })
  else if (!/^\*?[^*\s/]*\*?$/.test(value) || (value.length > 2 && value.startsWith('*') && value.endsWith('*')))
    report({
      code: 'no-effect',
      severity: 'warning',
      message: 'no host matches this domain',
      expected: 'a host name, with "*" at its start or its end if need be',
    })
})

/** Envoy refuses a virtual host that names a domain twice, and compares without regard to letter case. */
const differentDomains: Rule<readonly string[]> = wholeRule((domains, report) => {
  const seen = new Set<string>()
  domains.forEach((name, index) => {
    const folded = name.toLowerCase()
    if (seen.has(folded))
      report({ code: 'duplicate-entry', at: [index], message: `the domain "${name}" is here twice` })
    seen.add(folded)
  })
})

const virtualHost: Field<VirtualHost> = message<VirtualHost>('VirtualHost', {
  domains: list(text(domain), {}, differentDomains),
  routes: list(route),
  options: virtualHostOptions,
  optionsConfigRefs,
})

export const virtualService: Field<VirtualServiceConfig> = resource(
  message<VirtualServiceConfig>(
    'VirtualServiceConfig',
    { metadata: required(metadata), virtualHost, sslConfig, displayName: text() },
    rule(['virtualHost'], (service, report) => {
      if (service.virtualHost === undefined)
        report({
          code: 'no-effect',
          severity: 'warning',
          message: 'a virtual service without a virtualHost serves nothing',
          expected: 'virtualHost',
        })
    }),
  ),
)

export const routeTable: Field<RouteTableConfig> = resource(
  message<RouteTableConfig>('RouteTableConfig', { metadata: required(metadata), routes: list(route), weight: int32() }),
)

export const upstreamGroup: Field<UpstreamGroupConfig> = resource(
  message<UpstreamGroupConfig>('UpstreamGroupConfig', {
    metadata: required(metadata),
    destinations: required(weightedDestinations),
  }),
)

export const virtualHostOption: Field<VirtualHostOptionConfig> = resource(
  message<VirtualHostOptionConfig>('VirtualHostOptionConfig', {
    metadata: required(metadata),
    options: virtualHostOptions,
  }),
)

export const routeOption: Field<RouteOptionConfig> = resource(
  message<RouteOptionConfig>('RouteOptionConfig', { metadata: required(metadata), options: routeOptions }),
)
