import { GatewayError } from './errors.ts'
import type { Tunnel, TunnelSink } from './http/tunnel.ts'

/** Whose connections are joined. */
export interface RelayOwner {
  /** Bytes from the upstream to the client, counted here. */
  bytesSent: number
  /** Bytes from the client to the upstream, counted here. */
  bytesReceived: number
  /** Something has passed. */
  touch(): void
  /** One side has ended, and so has the other. Neither this nor `failed` is called after {@link Relay.cancel}. */
  end(trailers: undefined): void
  /** One side broke. */
  failed(error: GatewayError): void
}

/** Joins a client and an upstream that have left HTTP for another protocol. When one of them ends, both do. */
export class Relay {
  readonly #owner: RelayOwner
  readonly #upstream: Tunnel
  #client: Tunnel | undefined
  #over = false

  constructor(owner: RelayOwner, upstream: Tunnel) {
    this.#owner = owner
    this.#upstream = upstream
  }

  start(client: Tunnel): void {
    this.#client = client
    const upstream = this.#upstream
    upstream.pipe(this.#sink(upstream, client, true))
    if (!this.#over) client.pipe(this.#sink(client, upstream, false))
  }

  /** The client reads again. */
  resume(): void {
    this.#upstream.resume()
  }

  /** Closes both sides. */
  cancel(reason: unknown): void {
    this.#over = true
    this.#upstream.cancel(reason)
    this.#client?.cancel(reason)
  }

  #sink(from: Tunnel, to: Tunnel, fromUpstream: boolean): TunnelSink {
    return {
      write: (chunk) => {
        if (fromUpstream) this.#owner.bytesSent += chunk.length
        else this.#owner.bytesReceived += chunk.length
        this.#owner.touch()
        return to.write(chunk)
      },
      onDrain: () => to.resume(),
      end: () => this.#end(from, to, undefined),
      fail: (cause) => this.#end(from, to, broken(cause, fromUpstream)),
    }
  }

  #end(from: Tunnel, to: Tunnel, error: GatewayError | undefined): void {
    if (this.#over) return
    this.#over = true
    from.cancel(error)
    if (error === undefined) {
      // What came before the end has to arrive.
      to.end()
      this.#owner.end(undefined)
    } else {
      to.cancel(error)
      this.#owner.failed(error)
    }
  }
}

function broken(cause: unknown, byUpstream: boolean): GatewayError {
  return byUpstream
    ? new GatewayError('upstreamBodyBroken', { phase: 'response', side: 'upstream', responseStarted: true, cause })
    : new GatewayError('clientGone', { phase: 'close', side: 'client', responseStarted: true, cause })
}
