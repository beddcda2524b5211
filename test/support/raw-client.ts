import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { RawResponse } from './http1-message.ts'
import { ResponseReader } from './http1-reader.ts'
import { play, type Step, toBuffer } from './raw-script.ts'
import { until } from './wait.ts'

/** Options of {@link RawClient.send}. */
export interface SendOptions {
  /** Methods of the requests in these bytes, in order. Default: the first word of the bytes. */
  readonly methods?: readonly string[]
}

/** A client that sends bytes and keeps the bytes it gets. Close it at the end of the test. */
export class RawClient {
  readonly socket: Socket
  /** The responses so far, interim ones included; the last one may be incomplete. */
  readonly responses: readonly RawResponse[]
  readonly #reader = new ResponseReader()
  readonly #chunks: Buffer[] = []
  readonly #over = new AbortController()
  #endedBy: 'fin' | 'reset' | undefined
  #taken = 0

  private constructor(socket: Socket) {
    this.socket = socket
    this.responses = this.#reader.messages
    socket.setNoDelay()
    socket.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk)
      this.#reader.push(chunk)
    })
    socket.on('end', () => {
      this.#endedBy ??= 'fin'
      this.#reader.end()
    })
    // A reset is a result; a write that fails because of one says nothing new.
    socket.on('error', () => {
      this.#endedBy ??= 'reset'
    })
    socket.on('close', () => this.#over.abort(new Error('the connection is closed')))
  }

  static async connect(port: number, host = '127.0.0.1'): Promise<RawClient> {
    const socket = connect({ port, host, allowHalfOpen: true })
    await once(socket, 'connect')
    return new RawClient(socket)
  }

  /** Everything that came in. */
  get received(): Buffer {
    return Buffer.concat(this.#chunks)
  }

  /** The responses that are not interim. */
  get finals(): readonly RawResponse[] {
    return this.responses.filter(({ interim }) => !interim)
  }

  /** How the peer ended the connection; undefined while it has not. */
  get endedBy(): 'fin' | 'reset' | undefined {
    return this.#endedBy
  }

  /** Why the bytes are not HTTP/1.1, when they are not. */
  get problem(): string | undefined {
    return this.#reader.problem
  }

  send(bytes: string | Uint8Array, options: SendOptions = {}): this {
    const buffer = toBuffer(bytes)
    const methods = options.methods ?? [/^\S*/.exec(buffer.toString('latin1', 0, 32))?.[0] ?? '']
    for (const method of methods) this.#reader.expect(method)
    this.socket.write(buffer)
    return this
  }

  /** Plays steps, such as `drip` or `delay`; what they write belongs to a request begun with {@link send}. */
  play(...steps: readonly Step[]): Promise<void> {
    return play(steps, this.socket, this.#over.signal)
  }

  /** The next final response, complete. Rejects when it is late, broken or no HTTP/1.1. */
  async response(deadline = 15_000): Promise<RawResponse> {
    const index = this.#taken++
    return until(
      () => {
        const response = this.finals[index]
        if (response?.complete === true) return response
        if (this.problem !== undefined) throw new Error(`no response: ${this.problem}`)
        if (this.#endedBy !== undefined) throw new Error(`no complete response: ${this.#seen()}`)
        return undefined
      },
      { deadline, what: () => `a response; ${this.#seen()}` },
    )
  }

  /** How the peer ended the connection, once it has. */
  closed(deadline = 15_000): Promise<'fin' | 'reset'> {
    return until(() => this.#endedBy, { deadline, what: () => `the end of the connection; ${this.#seen()}` })
  }

  /** Ends this side: FIN. What the peer still sends is kept. */
  finish(): this {
    this.socket.end()
    return this
  }

  /** Resets the connection: RST. */
  reset(): this {
    this.socket.resetAndDestroy()
    return this
  }

  async close(): Promise<void> {
    this.socket.destroy()
    if (!this.socket.closed) await once(this.socket, 'close')
  }

  #seen(): string {
    const text = this.received.toString('latin1')
    const short = text.length > 300 ? `${text.slice(0, 300)}... (${text.length} bytes)` : text
    return `ended by ${this.#endedBy ?? 'nobody'}, received ${JSON.stringify(short)}`
  }
}

/** Sends bytes on a connection of their own; resolves with the final response and closes. */
export async function exchange(port: number, bytes: string | Uint8Array, options?: SendOptions): Promise<RawResponse> {
  const client = await RawClient.connect(port)
  try {
    return await client.send(bytes, options).response()
  } finally {
    await client.close()
  }
}
