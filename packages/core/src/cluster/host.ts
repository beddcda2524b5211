import type { Endpoint } from './transport.ts'

/** A live endpoint. Its counters outlive a configuration change that leaves its upstream alone. */
export class Host {
  readonly endpoint: Endpoint
  /** `address:port`, or the path of a unix socket. */
  readonly address: string
  /** Requests in flight. */
  active = 0
  /** Requests ever sent. */
  total = 0
  /** Of these, the ones that got no response. */
  failed = 0

  constructor(endpoint: Endpoint) {
    this.endpoint = endpoint
    this.address = hostAddress(endpoint)
  }
}

/** How an endpoint is written in logs and metrics: IPv6 addresses in brackets. */
export function hostAddress(endpoint: Endpoint): string {
  if (endpoint.connection.pipe) return endpoint.address
  return endpoint.address.includes(':')
    ? `[${endpoint.address}]:${endpoint.port}`
    : `${endpoint.address}:${endpoint.port}`
}
