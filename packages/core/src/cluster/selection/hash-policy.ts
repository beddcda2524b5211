import type { HashCookie, HashPolicy } from '../../config/resilience.ts'
import type { RequestContext } from '../../context.ts'
import { durationMs } from '../../schema/duration.ts'
import { type Hash64, toHex, Word64 } from '../hash/word64.ts'
import { xxHash64 } from '../hash/xxhash64.ts'
import { readCookie, setCookie } from './cookie.ts'

/** A request's key, and the cookies that the client is to be given so that it has the same key next time. */
export interface RequestKey {
  readonly hash: Hash64 | undefined
  /** Lines of `set-cookie`. */
  readonly cookies: readonly string[]
}

/** Makes the key of a request, as `lbHash.hashPolicies` say. */
export type HashRequest = (context: RequestContext) => RequestKey

type Step = (context: RequestContext, cookies: string[]) => Hash64 | undefined

/** Makes hash policies ready. Hashes are Envoy's, so that both gateways agree on the host. */
export function compileHashPolicies(policies: readonly HashPolicy[]): HashRequest {
  const steps = policies.map((policy) => ({ step: stepOf(policy), terminal: policy.terminal === true }))
  return (context) => {
    const cookies: string[] = []
    let hash: Hash64 | undefined
    for (const { step, terminal } of steps) {
      const next = step(context, cookies)
      if (next !== undefined) hash = hash === undefined ? next : new Word64().set(hash).rotateLeft(1).xor(next)
      if (terminal && hash !== undefined) break
    }
    return { hash, cookies }
  }
}

function stepOf({ header, cookie, sourceIp }: HashPolicy): Step {
  if (header !== undefined) return (context) => hashAll(context.request.headers.getAll(header))
  if (cookie !== undefined) return cookieStep(cookie)
  if (sourceIp === true) return ({ clientAddress }) => (clientAddress === '' ? undefined : xxHash64(clientAddress))
  return () => undefined
}

/** Several lines of one header count in whatever order they come. */
function hashAll(values: readonly string[]): Hash64 | undefined {
  if (values.length === 0) return undefined
  return [...values].sort().reduce<Hash64>((seed, value) => xxHash64(value, seed), { high: 0, low: 0 })
}

function cookieStep({ name, ttl, path }: HashCookie): Step {
  const lifetime = durationMs(ttl, undefined)
  return (context, cookies) => {
    const sent = readCookie(context.request.headers, name)
    if (sent !== undefined && sent !== '') return xxHash64(sent)
    if (lifetime === undefined) return undefined
    const value = toHex(xxHash64(connectionOf(context)))
    cookies.push(setCookie({ name, value, ttl: lifetime, path }))
    return xxHash64(value)
  }
}

/**
 * What a new cookie is made from: requests that race on one connection get one cookie. The client's own address counts
 * too, because a proxy in front sends many clients over one connection.
 */
function connectionOf({ clientAddress, request }: RequestContext): string {
  const { address, port, localAddress, localPort } = request.client
  return `${clientAddress} ${address}:${port} ${localAddress}:${localPort}`
}
