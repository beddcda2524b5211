import type { SubsetSpec } from '../config/upstream-hosts.ts'
import type { Host } from './host.ts'
import { type GroupSettings, HostGroup } from './host-group.ts'

type Labels = Readonly<Record<string, string>>

/**
 * The groups of hosts that routes can ask for by labels: one for each set of values that hosts have for the keys of a
 * selector. Whoever asks for none, or for one that does not exist, gets what the fallback policy says.
 *
 * @see {@link https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/load_balancing/subsets}
 */
export class Subsets {
  readonly #groups = new Map<string, HostGroup>()
  readonly #fallback: HostGroup | undefined

  /** @param all the group of all hosts */
  constructor({ selectors = [], fallbackPolicy, defaultSubset }: SubsetSpec, all: HostGroup, settings: GroupSettings) {
    for (const { keys, singleHostPerSubset = false } of selectors) {
      for (const [name, hosts] of bySubset(all.hosts, keys)) {
        this.#groups.set(name, new HostGroup(singleHostPerSubset ? hosts.slice(0, 1) : hosts, settings))
      }
    }
    if (fallbackPolicy === 'DEFAULT_SUBSET') {
      const wanted = Object.entries(defaultSubset?.values ?? {})
      const hosts = all.hosts.filter(({ metadata }) => wanted.every(([key, value]) => metadata[key] === value))
      this.#fallback = new HostGroup(hosts, settings)
    } else this.#fallback = fallbackPolicy === 'NO_FALLBACK' ? undefined : all
  }

  /**
   * The group of a subset.
   *
   * @param name as {@link subsetName} writes it; undefined for requests that ask for none
   */
  find(name: string | undefined): HostGroup | undefined {
    return (name === undefined ? undefined : this.#groups.get(name)) ?? this.#fallback
  }

  refresh(): void {
    for (const group of this.#groups.values()) group.refresh()
    this.#fallback?.refresh()
  }
}

/** One name for each set of labels, whatever their order. */
export function subsetName(values: Labels): string {
  return JSON.stringify(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Hosts that lack one of the keys belong to no subset. */
function bySubset(hosts: readonly Host[], keys: readonly string[]): ReadonlyMap<string, readonly Host[]> {
  const groups = new Map<string, Host[]>()
  for (const host of hosts) {
    const labels: Record<string, string> = {}
    for (const key of keys) if (host.metadata[key] !== undefined) labels[key] = host.metadata[key]
    if (Object.keys(labels).length < new Set(keys).size) continue
    const name = subsetName(labels)
    const group = groups.get(name)
    if (group === undefined) groups.set(name, [host])
    else group.push(host)
  }
  return groups
}
