import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { HeaderMap } from '@headgate/core'

/** A request as an echo origin got it. */
export interface OriginRequest {
  readonly method: string
  readonly target: string
  readonly headers: HeaderMap
  readonly body: Buffer
  readonly trailers: HeaderMap
  /** The connection it came on, counted from 0. */
  readonly connection: number
}

/** Answers in place of the echo. */
export type OriginHandler = (response: ServerResponse, request: OriginRequest) => void

/** What the echo answers, as JSON. */
export interface Echo {
  readonly origin: string
  readonly method: string
  readonly target: string
  /** Header lines as pairs, in order. */
  readonly headers: readonly (readonly [string, string])[]
  readonly body: string
}

/**
 * A well-behaved upstream on `node:http`: it answers with what it was asked, as JSON, and its name in
 * `x-origin`. Close it at the end of the test.
 */
export class HttpOrigin {
  readonly name: string
  /** The requests so far, complete ones only. */
  readonly requests: OriginRequest[] = []
  /** Requests that broke off. */
  aborted = 0
  /** Connections that were ever made. */
  connections = 0
  /** Changes what is answered from now on. */
  handler: OriginHandler
  readonly #server: Server
  readonly #sockets = new Map<Socket, number>()

  private constructor(name: string, handler: OriginHandler | undefined) {
    this.name = name
    this.handler = handler ?? ((response, request) => this.#echo(response, request))
    this.#server = createServer({ keepAliveTimeout: 60_000, maxHeaderSize: 1 << 20 }, (request, response) => {
      // A request that breaks off is counted where it is read.
      void this.#serve(request, response)
    })
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.set(socket, this.connections++)
      socket.on('close', () => this.#sockets.delete(socket))
    })
  }

  static async listen(name = 'origin', handler?: OriginHandler): Promise<HttpOrigin> {
    const origin = new HttpOrigin(name, handler)
    origin.#server.listen(0, '127.0.0.1')
    await once(origin.#server, 'listening')
    return origin
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  get openConnections(): number {
    return this.#sockets.size
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    if (!this.#server.listening) return
    this.#server.close()
    await once(this.#server, 'close')
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const connection = this.#sockets.get(request.socket) ?? -1
    const chunks: Buffer[] = []
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer)
    } catch {
      this.aborted++
      return
    }
    const received: OriginRequest = {
      method: request.method ?? '',
      target: request.url ?? '',
      headers: HeaderMap.fromRaw(request.rawHeaders),
      body: Buffer.concat(chunks),
      trailers: HeaderMap.fromRaw(request.rawTrailers),
      connection,
    }
    this.requests.push(received)
    this.handler(response, received)
  }

  #echo(response: ServerResponse, { method, target, headers, body }: OriginRequest): void {
    const echo: Echo = { origin: this.name, method, target, headers: [...headers], body: body.toString() }
    const text = JSON.stringify(echo)
    const length = Buffer.byteLength(text)
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': length, 'x-origin': this.name })
    response.end(text)
  }
}
