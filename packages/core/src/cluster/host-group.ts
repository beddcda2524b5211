import type { Random } from '../runtime/random.ts'
import type { CreateBalancer, LoadBalancer, Member } from './balance/balancer.ts'
import { type Hash64, remainder } from './hash/word64.ts'
import type { Host } from './host.ts'
import { localityMembers } from './locality-weights.ts'
import { type PriorityLoads, priorityLoads } from './priority-load.ts'

/** How the hosts of an upstream are chosen, whatever group of them. */
export interface GroupSettings {
  readonly create: CreateBalancer
  readonly random: Random
  /** In percent; 0 for no panic. */
  readonly panicThreshold: number
  /** In percent. */
  readonly overprovisioning: number
  /** Whether localities share by weights of their own. */
  readonly localityWeighted: boolean
}

/** The hosts of one priority. */
interface Tier {
  readonly priority: number
  readonly hosts: readonly Host[]
  members: readonly Member[]
  balancer: LoadBalancer
}

/**
 * Hosts among which a request may choose: all of an upstream, or a subset. Finds the priority, then has the balancer
 * choose among the hosts that are healthy, or among all in a panic.
 */
export class HostGroup {
  readonly hosts: readonly Host[]
  readonly #settings: GroupSettings
  readonly #tiers: readonly Tier[]
  #state: PriorityLoads = { loads: [], panic: [] }

  constructor(hosts: readonly Host[], settings: GroupSettings) {
    this.hosts = hosts
    this.#settings = settings
    const priorities = [...new Set(hosts.map(({ priority }) => priority))].sort((a, b) => a - b)
    this.#tiers = priorities.map((priority) => {
      const own = hosts.filter((host) => host.priority === priority)
      return { priority, hosts: own, members: [], balancer: settings.create([]) }
    })
    this.refresh()
  }

  /** Priorities in a panic. */
  get panic(): readonly number[] {
    return this.#tiers.flatMap(({ priority }, index) => (this.#state.panic[index] ? [priority] : []))
  }

  /** The only host there is to choose, whatever the request; undefined when there is a choice, or nothing. */
  get only(): Host | undefined {
    return this.hosts.length === 1 && this.#tiers[0]?.members.length === 1 ? this.hosts[0] : undefined
  }

  /** Takes note of what has changed about the health of hosts. Balancers whose hosts are the same go on as they are. */
  refresh(): void {
    const { panicThreshold, overprovisioning, create } = this.#settings
    this.#state = priorityLoads(this.#tiers.map(healthOf), overprovisioning, panicThreshold)
    for (const [index, tier] of this.#tiers.entries()) {
      const members = this.#members(tier, this.#state.panic[index] === true)
      if (sameMembers(members, tier.members)) continue
      tier.members = members
      tier.balancer = create(members)
    }
  }

  /** @param avoid priorities that a retry leaves out as long as there are others */
  pick(tried: readonly Host[], hash: Hash64 | undefined, avoid?: readonly number[]): Host | undefined {
    const tiers = this.#tiers
    const tier = tiers.length === 1 ? tiers[0] : tiers[this.#choosePriority(hash, this.#loads(avoid))]
    return tier?.balancer.pick(tried, hash)
  }

  #members({ hosts }: Tier, panic: boolean): readonly Member[] {
    const { localityWeighted, overprovisioning } = this.#settings
    const usable = panic ? hosts : hosts.filter(({ healthy }) => healthy)
    if (localityWeighted) return localityMembers(hosts, usable, overprovisioning)
    return usable.map((host) => ({ host, weight: host.weight }))
  }

  #choosePriority(hash: Hash64 | undefined, loads: readonly number[]): number {
    let point = hash === undefined ? Math.floor(this.#settings.random() * 100) : remainder(hash, 100)
    for (let index = 0; index < loads.length; index++) {
      point -= loads[index] as number
      if (point < 0) return index
    }
    return 0
  }

  /** Loads as they would be if what is to be avoided had no healthy host; unchanged when nothing else has one. */
  #loads(avoid: readonly number[] | undefined): readonly number[] {
    if (avoid === undefined || avoid.length === 0) return this.#state.loads
    const left = this.#tiers.map((tier) =>
      avoid.includes(tier.priority) ? { healthy: 0, total: tier.hosts.length } : healthOf(tier),
    )
    if (left.every(({ healthy }) => healthy === 0)) return this.#state.loads
    return priorityLoads(left, this.#settings.overprovisioning, 0).loads
  }
}

function healthOf({ hosts }: Tier): { readonly healthy: number; readonly total: number } {
  return { healthy: hosts.reduce((sum, { healthy }) => sum + (healthy ? 1 : 0), 0), total: hosts.length }
}

function sameMembers(left: readonly Member[], right: readonly Member[]): boolean {
  return (
    left.length === right.length &&
    left.every(({ host, weight }, index) => host === right[index]?.host && weight === right[index].weight)
  )
}
