import {
  type Endpoint,
  GatewayError,
  hostAddress,
  type Transport,
  type UpstreamReceiver,
  type UpstreamRequest,
  type UpstreamStream,
} from '@headgate/core'
import { Call } from './call.ts'
import { HostPool } from './host-pool.ts'

/** Carries requests over undici: pooled HTTP/1.1 on TCP, TLS and unix sockets. */
export class UndiciTransport implements Transport {
  readonly #pools = new Map<Endpoint, HostPool>()
  readonly #draining = new Set<HostPool>()
  #closed = false

  send(request: UpstreamRequest, endpoint: Endpoint, receiver: UpstreamReceiver): UpstreamStream {
    if (this.#closed) {
      receiver.onFailure(failure('drained', endpoint))
      return nothing
    }
    let pool = this.#pools.get(endpoint)
    if (pool === undefined) {
      pool = new HostPool(endpoint)
      this.#pools.set(endpoint, pool)
    }
    const call = new Call(request, endpoint, pool, receiver)
    if (pool.acquire(call, request.freshConnection === true)) return call
    receiver.onFailure(failure('overflow', endpoint))
    return nothing
  }

  release(endpoint: Endpoint): void {
    const pool = this.#pools.get(endpoint)
    if (pool === undefined) return
    this.#pools.delete(endpoint)
    this.#draining.add(pool)
    pool.drain(() => this.#draining.delete(pool))
  }

  async close(_graceMilliseconds: number): Promise<void> {
    this.#closed = true
    const pools = [...this.#pools.values(), ...this.#draining]
    this.#pools.clear()
    this.#draining.clear()
    await Promise.all(pools.map((pool) => pool.destroy(new Error('the gateway was closed'))))
  }
}

const nothing: UpstreamStream = { cancel() {} }

function failure(code: 'drained' | 'overflow', endpoint: Endpoint): GatewayError {
  const side = code === 'drained' ? 'gateway' : 'upstream'
  return new GatewayError(code, {
    phase: 'connect',
    side,
    upstream: endpoint.connection.upstream,
    address: hostAddress(endpoint),
  })
}
