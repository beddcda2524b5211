import type { Hash64 } from '../hash/word64.ts'
import type { Host } from '../host.ts'

/** Chooses among hosts that may be used. Made anew whenever these change. */
export interface LoadBalancer {
  /**
   * A host, avoiding those already tried for this request as long as there are others; undefined when there is none.
   *
   * @param hash key of the request, for balancers that keep requests of one key on one host
   */
  pick(tried: readonly Host[], hash: Hash64 | undefined): Host | undefined
}

/** A host and its share, in proportion to the others'. */
export interface Member {
  readonly host: Host
  /** Above 0. */
  readonly weight: number
}

/** Makes a balancer of one kind. */
export type CreateBalancer = (members: readonly Member[]) => LoadBalancer

/** The member at that place, or the next one after it, around the end, whose host has not been tried. */
export function untriedFrom(members: readonly Member[], start: number, tried: readonly Host[]): Host | undefined {
  const first = members[start]?.host
  if (first === undefined || tried.length === 0 || !tried.includes(first)) return first
  for (let step = 1; step < members.length; step++) {
    const { host } = members[(start + step) % members.length] as Member
    if (!tried.includes(host)) return host
  }
  return first
}

/** Whether all members have the same share. */
export function sameWeights(members: readonly Member[]): boolean {
  return members.every(({ weight }) => weight === members[0]?.weight)
}
