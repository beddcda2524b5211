import { type ConnectionSettings, type Endpoint, type Transport, UndiciTransport } from 'headgate'

/** The real transport with smaller limits than the configuration gives its endpoints. */
export function limitedTransport(limits: Partial<ConnectionSettings>): Transport {
  const inner = new UndiciTransport()
  const limited = new Map<Endpoint, Endpoint>()
  const limit = (endpoint: Endpoint): Endpoint => {
    const known = limited.get(endpoint)
    if (known !== undefined) return known
    const made = { ...endpoint, connection: { ...endpoint.connection, ...limits } }
    limited.set(endpoint, made)
    return made
  }
  return {
    send: (request, endpoint, receiver) => inner.send(request, limit(endpoint), receiver),
    release: (endpoint) => inner.release(limit(endpoint)),
    close: (grace) => inner.close(grace),
  }
}
