import type { Member } from './balance/balancer.ts'
import type { Host } from './host.ts'

/**
 * Weights by which localities share according to their own weights, whatever the number of their hosts: the weight of a
 * locality is divided among its hosts by theirs. A locality loses weight only when less than `100 / overprovisioning` of
 * its hosts can be used. Hosts without a locality count as one of weight 0, and get nothing; when nobody has a weight,
 * hosts share as if there were no localities.
 *
 * @param all hosts of the priority
 * @param usable those to choose from
 * @param overprovisioning in percent
 * @see {@link https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/load_balancing/locality_weight}
 */
export function localityMembers(
  all: readonly Host[],
  usable: readonly Host[],
  overprovisioning: number,
): readonly Member[] {
  const totals = byLocality(all)
  const groups = [...byLocality(usable)].map(([name, hosts]) => {
    const availability = Math.min(1, (overprovisioning / 100) * (hosts.length / (totals.get(name)?.length ?? 1)))
    const weight = (hosts[0]?.locality?.weight ?? 0) * availability
    return { hosts, weight, sum: hosts.reduce((sum, host) => sum + host.weight, 0) }
  })
  if (groups.every(({ weight }) => weight === 0)) return usable.map((host) => ({ host, weight: host.weight }))
  return groups
    .filter(({ weight }) => weight > 0)
    .flatMap(({ hosts, weight, sum }) => hosts.map((host) => ({ host, weight: (weight * host.weight) / sum })))
}

function byLocality(hosts: readonly Host[]): ReadonlyMap<string, readonly Host[]> {
  const groups = new Map<string, Host[]>()
  for (const host of hosts) {
    const name = host.locality?.name ?? ''
    const group = groups.get(name)
    if (group === undefined) groups.set(name, [host])
    else group.push(host)
  }
  return groups
}
