import type { Socket } from 'node:net'
import { type Endpoint, type GatewayError, hostAddress, type ProbeExchange, type UpstreamStream } from '@headgate/core'
import { connectorsFor } from './connector.ts'
import { transportFailure } from './failures.ts'

type Done = (error: GatewayError | undefined) => void

/** Answers that go on for longer without what is looked for are given up. */
const longestAnswer = 65_536

/** A connection of its own for one TCP health check. */
export class Probe implements UpstreamStream {
  readonly #exchange: ProbeExchange
  readonly #endpoint: Endpoint
  #done: Done | undefined
  #socket: Socket | undefined
  #received: Buffer = Buffer.alloc(0)
  #found = 0

  constructor(exchange: ProbeExchange, endpoint: Endpoint, done: Done) {
    this.#exchange = exchange
    this.#endpoint = endpoint
    this.#done = done
  }

  start(): this {
    const { address, port, connection } = this.#endpoint
    const target = {
      hostname: address,
      host: hostAddress(this.#endpoint),
      protocol: connection.tls === undefined ? 'http:' : 'https:',
      port: String(port),
    }
    try {
      connectorsFor(this.#endpoint)(ignore)(target, (error, socket) => {
        // On failure undici gives one argument, whatever its types say.
        if (error === null) this.#connected(socket)
        else this.#end(error)
      })
    } catch (error) {
      this.#end(error)
    }
    return this
  }

  cancel(): void {
    this.#done = undefined
    this.#socket?.destroy()
  }

  #connected(socket: Socket): void {
    this.#socket = socket
    if (this.#done === undefined) {
      socket.destroy()
      return
    }
    const { send, receive } = this.#exchange
    socket.on('error', (error) => this.#end(error))
    socket.on('close', () => this.#end(new Error('the connection was closed before the answer was complete')))
    if (receive.length > 0) socket.on('data', (chunk: Buffer) => this.#read(chunk))
    if (send !== undefined) socket.write(send)
    if (receive.length === 0) this.#succeed()
  }

  /** Looks for the blocks in their order; what stands between them does not matter. */
  #read(chunk: Buffer): void {
    const { receive } = this.#exchange
    this.#received = Buffer.concat([this.#received, chunk])
    for (let block = receive[this.#found]; block !== undefined; block = receive[this.#found]) {
      const at = this.#received.indexOf(block)
      if (at === -1) break
      this.#received = this.#received.subarray(at + block.length)
      this.#found++
    }
    if (this.#found === receive.length) this.#succeed()
    else if (this.#received.length > longestAnswer) this.#end(new Error('the answer has not what is looked for'))
  }

  #succeed(): void {
    const done = this.#done
    this.#done = undefined
    // What was written last must still go out.
    this.#socket?.destroySoon()
    done?.(undefined)
  }

  #end(error: unknown): void {
    const done = this.#done
    this.#done = undefined
    this.#socket?.destroy()
    done?.(
      transportFailure(error, {
        upstream: this.#endpoint.connection.upstream,
        address: hostAddress(this.#endpoint),
        connected: this.#socket !== undefined,
        bytesSent: 0,
        responseStarted: false,
        reusedSocket: false,
      }),
    )
  }
}

function ignore(): void {}
