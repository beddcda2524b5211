import type { MatchedGateway } from '../config/gateway.ts'
import { type AddressRange, isInRanges, parseRange } from '../http/address.ts'
import type { Client } from '../http/message.ts'
import type { CompiledListener } from './snapshot.ts'

/** One of the gateways behind an address, and the connections that are for it. */
export interface HybridEntry {
  /** Server names in lower case; empty: any, also none. */
  readonly serverNames: readonly string[]
  /** Source addresses; empty: any. */
  readonly sources: readonly AddressRange[]
  readonly listener: CompiledListener
}

export function compileHybridEntry({ matcher }: MatchedGateway, listener: CompiledListener): HybridEntry {
  const ranges = matcher?.sourcePrefixRanges ?? []
  return {
    serverNames: (matcher?.sslConfig?.sniDomains ?? []).map((name) => name.toLowerCase()),
    sources: ranges.flatMap(({ addressPrefix, prefixLen = 0 }) => parseRange(addressPrefix, prefixLen) ?? []),
    listener,
  }
}

/** Where a client of a listener comes in; undefined when no gateway of a hybrid one is for it. */
export function entranceOf(listener: CompiledListener, client: Client): CompiledListener | undefined {
  return listener.hybrid === undefined ? listener : chooseEntry(listener.hybrid, client)
}

/**
 * The gateway for a connection, as Envoy chooses among filter chains: the most specific server name first, then, among
 * those of that name alone, the narrowest source range. There is no way back: when the name fits and no range does, the
 * connection is nobody's. Undefined closes it.
 */
function chooseEntry(entries: readonly HybridEntry[], client: Client): CompiledListener | undefined {
  const name = client.serverName?.toLowerCase() ?? ''
  const named = mostSpecific(entries, ({ serverNames }) =>
    serverNames.length === 0 ? 0 : longest(serverNames, (each) => (fits(each, name) ? specificity(each) : -1)),
  )
  const [chosen] = mostSpecific(named, ({ sources }) =>
    sources.length === 0 ? 0 : longest(sources, (range) => (isInRanges(client.address, [range]) ? range.bits + 1 : -1)),
  )
  return chosen?.listener
}

/** All entries that share the highest score; none where every score is negative. */
function mostSpecific(entries: readonly HybridEntry[], score: (entry: HybridEntry) => number): readonly HybridEntry[] {
  const best = longest(entries, score)
  return best < 0 ? [] : entries.filter((entry) => score(entry) === best)
}

function longest<T>(values: readonly T[], score: (value: T) => number): number {
  return values.reduce((best, value) => Math.max(best, score(value)), -1)
}

function fits(pattern: string, name: string): boolean {
  return pattern.startsWith('*')
    ? name.length > pattern.length - 1 && name.endsWith(pattern.slice(1))
    : pattern === name
}

/** A whole name is more specific than the longest wildcard. */
function specificity(pattern: string): number {
  return pattern.startsWith('*') ? pattern.length : 1000 + pattern.length
}
