import type { Member } from '../../packages/core/src/cluster/balance/balancer.ts'
import { Host } from '../../packages/core/src/cluster/host.ts'
import type { Endpoint } from '../../packages/core/src/cluster/transport.ts'
import { endpoint } from './upstream-receiver.ts'

/** What a {@link host} differs in from a plain one. */
export interface HostOptions extends Partial<Endpoint> {
  readonly startedAt?: number
}

/** A host of which nothing is known yet. */
export function host(address: string, { startedAt = 0, ...fields }: HostOptions = {}): Host {
  return new Host({ ...endpoint(address), ...fields }, startedAt)
}

/** Hosts `10.0.0.1`, `10.0.0.2`, and so on, one for each weight. */
export function membersOf(...weights: readonly number[]): readonly Member[] {
  return weights.map((weight, index) => ({ host: host(`10.0.0.${index + 1}`, { weight }), weight }))
}

/** How often each of the hosts comes, in their order. */
export function tally(hosts: readonly Host[], count: number, pick: () => Host | undefined): readonly number[] {
  const counts = new Map<Host | undefined, number>()
  for (let index = 0; index < count; index++) {
    const picked = pick()
    counts.set(picked, (counts.get(picked) ?? 0) + 1)
  }
  return hosts.map((each) => counts.get(each) ?? 0)
}

/**
 * By how many standard deviations of a binomial distribution the counts are off at most, when each of that many draws
 * falls on a host with the probability of its share.
 */
export function deviation(counts: readonly number[], shares: readonly number[]): number {
  const draws = counts.reduce((sum, count) => sum + count, 0)
  const total = shares.reduce((sum, share) => sum + share, 0)
  return counts.reduce((worst, count, index) => {
    const probability = (shares[index] as number) / total
    const sigma = Math.sqrt(draws * probability * (1 - probability))
    return Math.max(worst, Math.abs(count - draws * probability) / sigma)
  }, 0)
}
