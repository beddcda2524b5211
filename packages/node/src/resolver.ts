import { promises as dns } from 'node:dns'
import type { ResolvedAddress, Resolver } from '@headgate/core'

/**
 * Looks host names up as the operating system does, its hosts file included. Where the time for which answers hold is
 * wanted, asks name servers first, which alone know it.
 */
export const systemResolver: Resolver = async (hostname, { ttl }) => {
  const records = ttl ? await query(hostname) : []
  if (records.length > 0) return records
  const found = await dns.lookup(hostname, { all: true })
  return found.map(({ address }) => ({ address }))
}

/** A and AAAA records; none where name servers do not know the name, or cannot be asked. */
async function query(hostname: string): Promise<readonly ResolvedAddress[]> {
  const answers = await Promise.allSettled([
    dns.resolve4(hostname, { ttl: true }),
    dns.resolve6(hostname, { ttl: true }),
  ])
  return answers.flatMap((answer) =>
    answer.status === 'rejected' ? [] : answer.value.map(({ address, ttl }) => ({ address, ttl: ttl * 1000 })),
  )
}
