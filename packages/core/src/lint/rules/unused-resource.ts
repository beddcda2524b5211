import { resourceKey } from '../../compile/resources.ts'
import type { GatewayConfig } from '../../config/gateway-config.ts'
import { delegationsOf } from '../delegations.ts'
import { placeOfResource, servedHosts } from '../place.ts'
import type { LintRule, LintSubject } from '../rule.ts'

/** Kinds of resources that others refer to by name. */
const referred = [
  ['Upstream', 'upstreams'],
  ['UpstreamGroup', 'upstreamGroups'],
  ['VirtualHostOption', 'virtualHostOptions'],
  ['RouteOption', 'routeOptions'],
  ['Secret', 'secrets'],
] as const

export const unusedResource: LintRule = {
  code: 'unused-resource',
  severity: 'warning',
  meaning: 'Nothing refers to the resource.',
  check(subject, report) {
    const { config } = subject
    const names = namesIn(config)
    const anyUpstream = upstreamsAreNamedByHeader(subject)
    for (const [kind, list] of referred) {
      for (const { metadata } of config[list] ?? []) {
        if (names.has(metadata.name) || (kind === 'Upstream' && anyUpstream)) continue
        const fix = 'remove it, or refer to it'
        report({ ...placeOfResource(kind, list, metadata), message: 'nothing refers to it', fix })
      }
    }
    const targets = new Set(delegationsOf(subject).flatMap(({ tables }) => tables))
    const selected = new Set([...targets].map(({ metadata }) => resourceKey(metadata)))
    for (const { metadata } of config.routeTables ?? []) {
      if (selected.has(resourceKey(metadata))) continue
      const fix = 'delegate to it by name, or by a selector that fits its labels'
      report({ ...placeOfResource('RouteTable', 'routeTables', metadata), message: 'no route delegates to it', fix })
    }
  },
}

/** A route that lets a header name the upstream may go to any of them. */
function upstreamsAreNamedByHeader({ snapshot }: LintSubject): boolean {
  return servedHosts(snapshot).some(({ virtualHost }) =>
    virtualHost.table.entries.some(({ action }) => action.kind === 'forward' && action.target.kind === 'clusterHeader'),
  )
}

/** A name that stands anywhere as that of a reference is in use, so that no kind of reference can be forgotten. */
function namesIn(config: GatewayConfig): ReadonlySet<string> {
  const names = new Set<string>()
  const collect = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    if ('name' in value && typeof value.name === 'string') names.add(value.name)
    for (const part of Object.values(value)) collect(part)
  }
  const { settings, ...lists } = config
  for (const resource of [settings ?? {}, ...Object.values(lists).flat()]) {
    const { metadata: own, ...fields } = resource as Readonly<Record<string, unknown>>
    collect(fields)
  }
  return names
}
