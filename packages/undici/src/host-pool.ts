import type { Socket } from 'node:net'
import type { Endpoint } from '@headgate/core'
import { Client } from 'undici'
import { type ConnectorFactory, connectorsFor, serverName } from './connector.ts'

/** One connection to a host: an undici client that carries one request at a time. */
export class Connection {
  readonly client: Client
  /** Requests answered on the present socket; above 0 the next one finds it reused. */
  served = 0
  /** The present or the last socket. */
  socket: Socket | undefined
  connected = false
  /** After a switch of protocols undici does not know its socket any more. */
  switched = false

  constructor(client: Client) {
    this.client = client
  }

  destroy(reason: Error): Promise<void> {
    if (this.switched) this.socket?.destroy(reason)
    return this.client.destroy(reason)
  }
}

/** Whoever waits for a connection. */
export interface Waiter {
  dispatch(connection: Connection): void
  /** The wait is over without one. */
  refuse(): void
}

/**
 * The connections of one endpoint, last used first. undici's own Pool scans all its clients for each request and hangs
 * for ever after as many invalid requests as it has connections; this one does neither, and bounds its queue.
 */
export class HostPool {
  readonly servername: string | undefined
  readonly #endpoint: Endpoint
  readonly #origin: string
  readonly #connectors: ConnectorFactory
  readonly #idle: Connection[] = []
  readonly #waiting: Waiter[] = []
  readonly #all = new Set<Connection>()
  #closing = false
  #drained: (() => void) | undefined

  /** @throws what reading a certificate's file throws */
  constructor(endpoint: Endpoint) {
    this.#endpoint = endpoint
    this.servername = serverName(endpoint)
    this.#origin = originOf(endpoint)
    this.#connectors = connectorsFor(endpoint)
  }

  get size(): number {
    return this.#all.size
  }

  /** Hands the waiter a connection, now or when one is free; false when the queue is full. `fresh` asks for a new one. */
  acquire(waiter: Waiter, fresh: boolean): boolean {
    const idle = this.#idle.pop()
    if (idle !== undefined && fresh) {
      this.#drop(idle)
    } else if (idle !== undefined) {
      waiter.dispatch(idle)
      return true
    }
    const { maxConnections, maxPendingRequests, usage } = this.#endpoint.connection
    // Limits hold for all hosts together; one without any connection may make one, or its requests would wait for ever.
    if (this.#all.size === 0 || usage.connections < maxConnections) {
      waiter.dispatch(this.#open())
      return true
    }
    if (usage.pending >= maxPendingRequests) {
      usage.overflows++
      return false
    }
    this.#waiting.push(waiter)
    usage.pending++
    return true
  }

  /**
   * Takes a connection back after its request has ended. One that failed is not used again: undici may be in the middle
   * of failing everything it holds, and must not get new work meanwhile. Requests are counted here, because undici's own
   * `maxRequestsPerClient` lets one more through.
   */
  release(connection: Connection, isWhole: boolean): void {
    const { maxRequestsPerConnection: most } = this.#endpoint.connection
    const usable = isWhole && (most === 0 || connection.served < most)
    if (!usable) this.#drop(connection)
    const next = this.#waiting.shift()
    if (next !== undefined) {
      this.#endpoint.connection.usage.pending--
      next.dispatch(usable ? connection : this.#open())
    } else if (usable && (this.#closing || !connection.connected)) this.#drop(connection)
    else if (usable) this.#idle.push(connection)
  }

  /** A waiter has given up. */
  forget(waiter: Waiter): void {
    const index = this.#waiting.indexOf(waiter)
    if (index === -1) return
    this.#waiting.splice(index, 1)
    this.#endpoint.connection.usage.pending--
  }

  /** No new connections; idle ones are closed now, busy ones after their request. */
  drain(drained: () => void): void {
    this.#closing = true
    this.#drained = drained
    for (const connection of this.#idle.splice(0)) this.#drop(connection)
    if (this.#all.size === 0) drained()
  }

  /** Closes everything at once. */
  async destroy(reason: Error): Promise<void> {
    this.#closing = true
    const { usage } = this.#endpoint.connection
    usage.pending -= this.#waiting.length
    usage.connections -= this.#all.size
    for (const waiter of this.#waiting.splice(0)) waiter.refuse()
    this.#idle.length = 0
    const all = [...this.#all]
    this.#all.clear()
    await Promise.all(all.map((connection) => connection.destroy(reason)))
  }

  #open(): Connection {
    const { connection: settings } = this.#endpoint
    const connection: Connection = new Connection(
      new Client(this.#origin, {
        connect: this.#connectors((socket) => {
          connection.socket = socket
          connection.served = 0
          connection.connected = true
        }),
        pipelining: 1,
        keepAliveTimeout: settings.idleTimeout,
        keepAliveMaxTimeout: Math.max(settings.idleTimeout, 1),
        maxHeaderSize: settings.maxResponseHeaderBytes,
        // Deadlines are the gateway's; undici's coarse timers would only get in their way.
        headersTimeout: 0,
        bodyTimeout: 0,
      }),
    )
    connection.client.on('disconnect', () => {
      connection.connected = false
      // An idle connection that its peer closed is of no more use than a new one: let it go.
      const index = this.#idle.indexOf(connection)
      if (index !== -1) {
        this.#idle.splice(index, 1)
        this.#drop(connection)
      }
    })
    this.#all.add(connection)
    settings.usage.connections++
    return connection
  }

  #drop(connection: Connection): void {
    if (this.#all.delete(connection)) this.#endpoint.connection.usage.connections--
    setImmediate(() => connection.client.destroy().catch(ignore))
    if (this.#closing && this.#all.size === 0) this.#drained?.()
  }
}

/** undici reports failures of requests to their handlers; closing has none of its own. */
function ignore(): void {}

function originOf({ address, port, connection }: Endpoint): string {
  const scheme = connection.tls === undefined ? 'http' : 'https'
  if (connection.pipe) return `${scheme}://localhost`
  return `${scheme}://${address.includes(':') ? `[${address}]` : address}:${port}`
}
