import type { GatewayConfig, UpstreamConfig } from '@headgate/core'
import { sameData } from './same-data.ts'

/** Upstreams, by `namespace.name`, that only one of two configurations has, or that are defined in two ways. */
export interface UpstreamDiff {
  readonly added: readonly string[]
  readonly removed: readonly string[]
  readonly changed: readonly string[]
}

/** Compares the upstreams of two configurations. */
export function diffUpstreams(before: GatewayConfig, after: GatewayConfig): UpstreamDiff {
  const old = byName(before)
  const current = byName(after)
  return {
    added: [...current.keys()].filter((name) => !old.has(name)),
    removed: [...old.keys()].filter((name) => !current.has(name)),
    changed: [...current].filter(([name, one]) => old.has(name) && !sameData(old.get(name), one)).map(([name]) => name),
  }
}

function byName({ upstreams = [] }: GatewayConfig): ReadonlyMap<string, UpstreamConfig> {
  const named = upstreams.map((one) => [`${one.metadata.namespace ?? 'default'}.${one.metadata.name}`, one] as const)
  return new Map(named)
}
