import type { Random } from '../../runtime/random.ts'
import type { Hash64 } from '../hash/word64.ts'
import type { Member } from './balancer.ts'

/** What stands for a host in a hash: its address, or its name, which addresses can change behind. */
export type HashKeyOf = (member: Member) => string

export const byAddress: HashKeyOf = ({ host }) => host.address

export const byHostname: HashKeyOf = ({ host }) => host.endpoint.hostname

/** Takes the place of the hash of a request that has none: any host will do. */
export function randomHash(random: Random): Hash64 {
  return { high: Math.floor(random() * 0x1_0000_0000), low: Math.floor(random() * 0x1_0000_0000) }
}
