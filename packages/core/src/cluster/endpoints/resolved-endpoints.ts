import type { Cancel } from '../../runtime/clock.ts'
import type { ResolvedAddress, Resolver } from '../../runtime/resolver.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import { addressBits } from '../../schema/addresses.ts'
import type { EndpointSource } from '../driver.ts'
import type { Endpoint } from '../transport.ts'

/** How host names are looked up. */
export interface LookupSettings {
  /** `namespace.name` of the upstream. */
  readonly upstream: string
  readonly runtime: Runtime
  readonly resolver: Resolver
  /** Milliseconds between two lookups of a name. */
  readonly refreshRate: number
  /** Look a name up again as soon as its answer does not hold any more, where that is known. */
  readonly respectTtl: boolean
}

/**
 * Endpoints by address in the place of endpoints by name, as Envoy's STRICT_DNS clusters have them: every address is a
 * host of its own. A lookup that fails, or finds nothing, leaves things as they are. Until the first answer the name
 * itself is the host, so that requests need not wait for it.
 */
export function resolvedEndpoints(endpoints: readonly Endpoint[], settings: LookupSettings): EndpointSource {
  return (changed) => {
    const names = new Set(endpoints.filter(isNamed).map(({ address }) => address))
    const lookups = new Map<string, NameLookup>()
    const tell = (): void => changed(endpoints.flatMap((endpoint) => addressed(endpoint, lookups)))
    for (const name of names) lookups.set(name, new NameLookup(name, settings, tell))
    tell()
    return () => {
      for (const lookup of lookups.values()) lookup.close()
    }
  }
}

function isNamed({ address, connection }: Endpoint): boolean {
  return !connection.pipe && addressBits(address) === undefined
}

function addressed(endpoint: Endpoint, lookups: ReadonlyMap<string, NameLookup>): readonly Endpoint[] {
  const addresses = lookups.get(endpoint.address)?.addresses
  return addresses === undefined ? [endpoint] : addresses.map((address) => ({ ...endpoint, address }))
}

/** Looks one name up, again and again. */
class NameLookup {
  /** The last good answer. */
  addresses: readonly string[] | undefined
  readonly #name: string
  readonly #settings: LookupSettings
  readonly #changed: () => void
  #timer: Cancel | undefined
  #failing = false
  #closed = false

  constructor(name: string, settings: LookupSettings, changed: () => void) {
    this.#name = name
    this.#settings = settings
    this.#changed = changed
    this.#ask()
  }

  close(): void {
    this.#closed = true
    this.#timer?.()
  }

  #ask(): void {
    const { resolver, respectTtl } = this.#settings
    // One that throws, instead of rejecting, must not do so in a timer.
    new Promise<readonly ResolvedAddress[]>((resolve) => resolve(resolver(this.#name, { ttl: respectTtl }))).then(
      (answers) => this.#answered(answers),
      (error: unknown) => this.#failed(error),
    )
  }

  #answered(answers: readonly ResolvedAddress[]): void {
    if (this.#closed) return
    if (answers.length === 0) {
      this.#failed(new Error(`there are no addresses for ${this.#name}`))
      return
    }
    this.#failing = false
    this.#wait(this.#untilRefresh(answers))
    const addresses = preferred(answers)
    if (addresses.join() === this.addresses?.join()) return
    this.addresses = addresses
    this.#changed()
  }

  #failed(error: unknown): void {
    if (this.#closed) return
    const { runtime, upstream, refreshRate } = this.#settings
    if (!this.#failing) runtime.report({ type: 'resolve-failed', upstream, hostname: this.#name, error })
    this.#failing = true
    this.#wait(refreshRate)
  }

  #wait(milliseconds: number): void {
    this.#timer = this.#settings.runtime.clock.after(milliseconds, () => this.#ask())
  }

  /** An answer that does not hold at all would have the name looked up without a pause. */
  #untilRefresh(answers: readonly ResolvedAddress[]): number {
    const { respectTtl, refreshRate } = this.#settings
    const ttls = answers.flatMap(({ ttl }) => (ttl === undefined || ttl <= 0 ? [] : [ttl]))
    return respectTtl && ttls.length > 0 ? Math.min(...ttls) : refreshRate
  }
}

/** IPv4 where there is any, as in Gloo; in one order, whatever the order of the answers. */
function preferred(answers: readonly ResolvedAddress[]): readonly string[] {
  const all = [...new Set(answers.map(({ address }) => address))].sort()
  const old = all.filter((address) => !address.includes(':'))
  return old.length > 0 ? old : all
}
