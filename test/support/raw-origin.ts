import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import type { RawRequest } from './http1-message.ts'
import { RequestReader } from './http1-reader.ts'
import { play, reply, type Step } from './raw-script.ts'

/** What an origin does: steps for each request, or a function that says which. */
export type OriginScript = readonly Step[] | ((request: RawRequest, connection: OriginConnection) => readonly Step[])

/** Options of {@link RawOrigin.listen}. */
export interface RawOriginOptions {
  /** Default: status 200 with the body `ok`. */
  readonly script?: OriginScript
  /** Steps are played once a request is complete, once its head is complete, or for a connection as it opens. */
  readonly when?: 'request' | 'head' | 'connection'
}

/** One connection to an origin, byte by byte. */
export class OriginConnection {
  readonly socket: Socket
  /** The requests so far; the last one may be incomplete. */
  readonly requests: readonly RawRequest[]
  /** How the peer ended it; undefined while it has not. */
  endedBy: 'fin' | 'reset' | undefined
  readonly #reader = new RequestReader()
  readonly #chunks: Buffer[] = []
  readonly #over = new AbortController()
  #open = true

  constructor(socket: Socket) {
    this.socket = socket
    this.requests = this.#reader.messages
    socket.setNoDelay()
    socket.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk)
      this.#reader.push(chunk)
    })
    socket.on('end', () => {
      this.endedBy ??= 'fin'
    })
    // Only a reset by the peer is of interest; how our own writes fail is not.
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNRESET') this.endedBy = 'reset'
    })
    socket.on('close', () => {
      this.#open = false
      this.#over.abort(new Error('the connection is closed'))
    })
  }

  get open(): boolean {
    return this.#open
  }

  /** Aborts when the connection is closed. */
  get over(): AbortSignal {
    return this.#over.signal
  }

  /** Everything that came in. */
  get received(): Buffer {
    return Buffer.concat(this.#chunks)
  }

  /** Why the bytes are not HTTP/1.1, when they are not. */
  get problem(): string | undefined {
    return this.#reader.problem
  }

  /** Bytes that belong to no request. */
  get unread(): number {
    return this.#reader.unread
  }
}

/** An upstream that answers with bytes, and keeps every byte it gets. Close it at the end of the test. */
export class RawOrigin {
  readonly connections: OriginConnection[] = []
  /** Changes what is done with the requests that follow. */
  script: OriginScript
  readonly #when: 'request' | 'head' | 'connection'
  readonly #server: Server

  private constructor(options: RawOriginOptions) {
    this.script = options.script ?? [reply(200, [], 'ok')]
    this.#when = options.when ?? 'request'
    this.#server = createServer({ allowHalfOpen: true }, (socket) => this.#accept(socket))
  }

  static async listen(options: RawOriginOptions = {}): Promise<RawOrigin> {
    const origin = new RawOrigin(options)
    origin.#server.listen(0, '127.0.0.1')
    await once(origin.#server, 'listening')
    return origin
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** All requests of all connections, in the order of the connections. */
  get requests(): readonly RawRequest[] {
    return this.connections.flatMap((connection) => connection.requests)
  }

  get openConnections(): number {
    return this.connections.filter((connection) => connection.open).length
  }

  /** What was not HTTP/1.1 on any connection: none, if all is well. */
  get problems(): readonly string[] {
    return this.connections.flatMap(({ problem }) => problem ?? [])
  }

  /** Cuts all connections and stops listening. */
  async close(): Promise<void> {
    for (const { socket } of this.connections) socket.destroy()
    if (!this.#server.listening) return
    this.#server.close()
    await once(this.#server, 'close')
  }

  #accept(socket: Socket): void {
    const connection = new OriginConnection(socket)
    this.connections.push(connection)
    if (this.#when === 'connection') {
      const steps = typeof this.script === 'function' ? [] : this.script
      void play(steps, socket, connection.over)
      return
    }
    let played = 0
    let turn = Promise.resolve()
    const playNew = (): void => {
      for (let request = connection.requests[played]; request !== undefined; request = connection.requests[played]) {
        if (this.#when === 'request' && !request.complete) return
        const current = request
        played++
        // Pipelined requests are answered one after the other.
        turn = turn.then(() => play(this.#stepsFor(current, connection), socket, connection.over))
      }
    }
    socket.on('data', playNew)
    // A peer that has ended its side still gets what it asked for.
    socket.on('end', () => {
      turn = turn.then(() => void socket.end())
    })
  }

  #stepsFor(request: RawRequest, connection: OriginConnection): readonly Step[] {
    return typeof this.script === 'function' ? this.script(request, connection) : this.script
  }
}
