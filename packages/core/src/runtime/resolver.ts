/** One answer to a {@link Resolver}. */
export interface ResolvedAddress {
  /** IPv4 or IPv6, without brackets. */
  readonly address: string
  /** Milliseconds for which the answer holds; undefined where that is not known. */
  readonly ttl?: number | undefined
}

/** What a {@link Resolver} is asked for. */
export interface ResolveOptions {
  /** Whether the time for which answers hold is needed: the operating system's own lookup does not know it. */
  readonly ttl: boolean
}

/** Finds the addresses of a host name. Rejects when there are none. */
export type Resolver = (hostname: string, options: ResolveOptions) => Promise<readonly ResolvedAddress[]>
