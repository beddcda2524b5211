import {
  type Endpoint,
  GatewayError,
  hostAddress,
  type ProbeExchange,
  type Transport,
  type UpstreamReceiver,
  type UpstreamRequest,
  type UpstreamStream,
} from '@headgate/core'
import { Call } from './call.ts'
import { HostPool } from './host-pool.ts'
import { Probe } from './probe.ts'

/** Carries requests over undici: pooled HTTP/1.1 on TCP, TLS and unix sockets. */
export class UndiciTransport implements Transport {
  readonly #pools = new Map<Endpoint, HostPool>()
  readonly #draining = new Set<HostPool>()
  readonly #released = new WeakSet<Endpoint>()
  #closed = false
  #whenDrained: (() => void) | undefined

  send(request: UpstreamRequest, endpoint: Endpoint, receiver: UpstreamReceiver): UpstreamStream {
    if (this.#closed) {
      receiver.onFailure(failure('drained', endpoint))
      return nothing
    }
    const known = this.#pools.get(endpoint)
    const pool = known ?? this.#open(endpoint, receiver)
    if (pool === undefined) return nothing
    const call = new Call(request, endpoint, pool, receiver)
    const accepted = pool.acquire(call, request.freshConnection === true)
    // A request may come after its upstream is gone, if it began before: nobody else would close what it leaves.
    if (known === undefined && this.#released.has(endpoint)) this.#drain(pool)
    if (accepted) return call
    receiver.onFailure(failure('overflow', endpoint))
    return nothing
  }

  probe(exchange: ProbeExchange, endpoint: Endpoint, done: (error: GatewayError | undefined) => void): UpstreamStream {
    return new Probe(exchange, endpoint, done).start()
  }

  release(endpoint: Endpoint): void {
    this.#released.add(endpoint)
    const pool = this.#pools.get(endpoint)
    if (pool === undefined) return
    this.#pools.delete(endpoint)
    this.#drain(pool)
  }

  async close(graceMilliseconds: number): Promise<void> {
    this.#closed = true
    for (const pool of this.#pools.values()) this.#drain(pool)
    this.#pools.clear()
    if (graceMilliseconds > 0) await this.#drained(graceMilliseconds)
    const pools = [...this.#draining]
    this.#draining.clear()
    await Promise.all(pools.map((pool) => pool.destroy(new Error('the gateway was closed'))))
  }

  /** Waits until what is in flight has ended, but no longer than that. */
  #drained(milliseconds: number): Promise<void> {
    if (this.#draining.size === 0) return Promise.resolve()
    return new Promise((resolve) => {
      const deadline = setTimeout(resolve, milliseconds)
      this.#whenDrained = () => {
        clearTimeout(deadline)
        resolve()
      }
    })
  }

  #open(endpoint: Endpoint, receiver: UpstreamReceiver): HostPool | undefined {
    try {
      const pool = new HostPool(endpoint)
      if (!this.#released.has(endpoint)) this.#pools.set(endpoint, pool)
      return pool
    } catch (error) {
      receiver.onFailure(failure('tlsFailure', endpoint, error))
      return undefined
    }
  }

  #drain(pool: HostPool): void {
    this.#draining.add(pool)
    pool.drain(() => {
      this.#draining.delete(pool)
      if (this.#draining.size === 0) this.#whenDrained?.()
    })
  }
}

const nothing: UpstreamStream = { cancel() {} }

function failure(code: 'drained' | 'overflow' | 'tlsFailure', endpoint: Endpoint, cause?: unknown): GatewayError {
  return new GatewayError(code, {
    phase: 'connect',
    side: code === 'drained' ? 'gateway' : 'upstream',
    upstream: endpoint.connection.upstream,
    address: hostAddress(endpoint),
    ...(cause !== undefined && { cause, message: String(cause) }),
  })
}
