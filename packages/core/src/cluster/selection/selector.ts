import type { Subset } from '../../config/destination.ts'
import type { RouteActionHashConfig, StatefulSession } from '../../config/resilience.ts'
import type { RequestContext } from '../../context.ts'
import type { HeaderMap } from '../../http/headers.ts'
import type { Cluster } from '../cluster.ts'
import type { Hash64 } from '../hash/word64.ts'
import type { PickContext } from '../pick-context.ts'
import { subsetName } from '../subset.ts'
import { compileHashPolicies, type HashRequest, type RequestKey } from './hash-policy.ts'
import { compileSession, type Session } from './session.ts'

/** What a route says about the choice of hosts. */
export interface SelectorConfig {
  readonly lbHash: RouteActionHashConfig | undefined
  readonly statefulSession: StatefulSession | undefined
  readonly subset: Subset | undefined
}

/** Chooses how hosts are chosen: turns what a route says into what one request asks for. */
export class HostSelector {
  readonly #hash: HashRequest | undefined
  readonly #session: Session | undefined
  readonly #subset: string | undefined
  /** For requests that ask for nothing of their own. */
  readonly #shared: Selection

  constructor({ lbHash, statefulSession, subset }: SelectorConfig) {
    this.#hash = lbHash === undefined ? undefined : compileHashPolicies(lbHash.hashPolicies)
    this.#session = statefulSession === undefined ? undefined : compileSession(statefulSession)
    this.#subset = subset === undefined ? undefined : subsetName(subset.values)
    this.#shared = new Selection(this.#subset)
  }

  select(context: RequestContext, cluster: Cluster): Selection {
    const key = cluster.usesHash ? this.#hash?.(context) : undefined
    const session = cluster.hasHosts && this.#session?.covers(context.request) ? this.#session : undefined
    if (key === undefined && session === undefined) return this.#shared
    return new Selection(this.#subset, key, session, session?.read(context.request))
  }
}

/** What one request asks of the choice of its host, and what its client is told about it. */
export class Selection implements PickContext {
  readonly subset: string | undefined
  readonly hash: Hash64 | undefined
  readonly sessionHost: string | undefined
  readonly #cookies: readonly string[]
  readonly #session: Session | undefined

  constructor(subset: string | undefined, key?: RequestKey, session?: Session, sessionHost?: string) {
    this.subset = subset
    this.hash = key?.hash
    this.sessionHost = sessionHost
    this.#cookies = key?.cookies ?? []
    this.#session = session
  }

  get strictSession(): boolean {
    return this.#session?.strict === true
  }

  /** Adds to the upstream's response what makes the client come back to the host. */
  respond(headers: HeaderMap, address: string): void {
    for (const cookie of this.#cookies) headers.append('set-cookie', cookie)
    if (address !== this.sessionHost) this.#session?.write(headers, address)
  }
}

/** Undefined for routes that say nothing. */
export function compileSelector(config: SelectorConfig): HostSelector | undefined {
  const saysNothing = Object.values(config).every((value) => value === undefined)
  return saysNothing ? undefined : new HostSelector(config)
}
