import { type Cancel, systemClock } from '../runtime/clock.ts'
import type { Tunnel, TunnelSink } from './tunnel.ts'

/** As much of a Node socket as a tunnel needs. */
export interface DuplexSocket {
  readonly destroyed: boolean
  on(event: 'data', listener: (chunk: Uint8Array) => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
  on(event: 'end' | 'close' | 'drain', listener: () => void): unknown
  write(chunk: Uint8Array): boolean
  end(): unknown
  pause(): unknown
  resume(): unknown
  destroy(): unknown
}

/** More than this is not taken in before it is known where to. */
const heldBytes = 65_536
/** A peer that does not take the last bytes, or does not close in answer, has its connection cut. */
const lingerMilliseconds = 2000

/** A tunnel on a socket. It reads from the start, or it would not notice that its peer has left. */
export class SocketTunnel implements Tunnel {
  readonly #socket: DuplexSocket
  #sink: TunnelSink | undefined
  readonly #held: Uint8Array[] = []
  #heldBytes = 0
  /** How the peer ended it. */
  #ended: { readonly error: unknown } | undefined
  /** Nobody wants to hear more. */
  #over = false
  #linger: Cancel | undefined

  /**
   * @param first bytes that came with the head
   * @param whenClosed called once, when the socket is gone
   */
  constructor(socket: DuplexSocket, first?: Uint8Array, whenClosed?: () => void) {
    this.#socket = socket
    if (first !== undefined && first.length > 0) this.#hold(first)
    socket.on('error', (error) => this.#stopped(error))
    socket.on('end', () => this.#stopped(undefined))
    socket.on('drain', () => this.#sink?.onDrain())
    socket.on('close', () => {
      this.#linger?.()
      this.#stopped(closed)
      whenClosed?.()
    })
    socket.on('data', (chunk) => this.#received(chunk))
  }

  pipe(sink: TunnelSink): void {
    this.#sink = sink
    this.resume()
  }

  resume(): void {
    const sink = this.#sink
    if (this.#over || sink === undefined) return
    for (let chunk = this.#held.shift(); chunk !== undefined; chunk = this.#held.shift()) {
      if (!sink.write(chunk)) return
      if (this.#over) return
    }
    if (this.#ended === undefined) {
      this.#socket.resume()
      return
    }
    const { error } = this.#ended
    this.#forget()
    if (error === undefined) sink.end()
    else sink.fail(error)
  }

  write(chunk: Uint8Array): boolean {
    return this.#socket.destroyed || this.#socket.write(chunk)
  }

  end(): void {
    this.#forget()
    if (this.#socket.destroyed || this.#linger !== undefined) return
    this.#linger = systemClock.after(lingerMilliseconds, () => this.#socket.destroy())
    this.#socket.end()
    // What still comes is thrown away: unread bytes would turn the end into a reset, which discards what was sent last.
    if (this.#ended === undefined) this.#socket.resume()
  }

  cancel(_reason: unknown): void {
    this.#forget()
    this.#socket.destroy()
  }

  #received(chunk: Uint8Array): void {
    if (this.#over) return
    if (this.#sink === undefined || this.#held.length > 0) this.#hold(chunk)
    else if (!this.#sink.write(chunk) && !this.#over) this.#socket.pause()
  }

  #hold(chunk: Uint8Array): void {
    this.#held.push(chunk)
    this.#heldBytes += chunk.length
    if (this.#sink !== undefined || this.#heldBytes > heldBytes) this.#socket.pause()
  }

  #stopped(error: unknown): void {
    // The peer has closed in answer to our end.
    if (this.#linger !== undefined && !this.#socket.destroyed) this.#socket.destroy()
    if (this.#ended !== undefined) return
    this.#ended = { error }
    if (this.#held.length === 0) this.resume()
  }

  #forget(): void {
    this.#over = true
    this.#held.length = 0
    this.#sink = undefined
  }
}

const closed = new Error('the connection was closed')
