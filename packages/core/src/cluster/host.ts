import type { OutlierRecord } from './outlier/record.ts'
import type { Endpoint, Locality } from './transport.ts'

/** A live endpoint. Its counters and its health outlive a configuration change that leaves its upstream alone. */
export class Host {
  /** Transports keep connections by this object, so it stays the same for as long as they are to be used. */
  endpoint: Endpoint
  /** `address:port`, or the path of a unix socket. */
  readonly address: string
  // What may change while the host stays
  weight: number
  priority: number
  locality: Locality | undefined
  metadata: Readonly<Record<string, string>>
  /** Requests in flight, until their responses have ended. */
  active = 0
  /** Requests ever sent. */
  total = 0
  /** Of these, the ones that got no response. */
  failed = 0
  /** Taken out of use by outlier detection. */
  ejected = false
  /** What outlier detection knows about it, once it has seen any of its traffic. */
  outlier: OutlierRecord | undefined = undefined
  /** Health checks that it does not pass. */
  failingChecks = 0
  /** When it was added or has passed its health checks again, on the runtime's clock: slow start begins here. */
  startedAt: number

  constructor(endpoint: Endpoint, now: number) {
    this.endpoint = endpoint
    this.address = hostAddress(endpoint)
    this.weight = weightOf(endpoint)
    this.priority = endpoint.priority ?? 0
    this.locality = endpoint.locality
    this.metadata = endpoint.metadata
    this.startedAt = now
  }

  get healthy(): boolean {
    return !this.ejected && this.failingChecks === 0
  }

  /** Takes over what has changed about the same endpoint. */
  update(endpoint: Endpoint): void {
    this.weight = weightOf(endpoint)
    this.priority = endpoint.priority ?? 0
    this.locality = endpoint.locality
    this.metadata = endpoint.metadata
  }

  /** From now on requests go over new connections; the endpoint of the old ones comes back, to be released. */
  renew(): Endpoint {
    const { endpoint } = this
    this.endpoint = { ...endpoint }
    return endpoint
  }

  /** Whether the endpoint is where this host already is, and is reached in the same way. */
  isAt(endpoint: Endpoint): boolean {
    const known = this.endpoint
    return (
      known.address === endpoint.address &&
      known.port === endpoint.port &&
      known.hostname === endpoint.hostname &&
      known.sni === endpoint.sni &&
      known.connection === endpoint.connection
    )
  }
}

/** Shares are divided by the sum of weights, which must not be nothing; sources of endpoints may say anything. */
function weightOf({ weight }: Endpoint): number {
  return weight > 0 ? weight : 1
}

/** How an endpoint is written in logs and metrics: IPv6 addresses in brackets. */
export function hostAddress(endpoint: Endpoint): string {
  if (endpoint.connection.pipe) return endpoint.address
  return endpoint.address.includes(':')
    ? `[${endpoint.address}]:${endpoint.port}`
    : `${endpoint.address}:${endpoint.port}`
}
