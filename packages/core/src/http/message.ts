import type { Body } from './body.ts'
import type { ClientCertificate } from './forwarded-client-cert.ts'
import { HeaderMap } from './headers.ts'

/** Who sent a request, as the adapter saw it. */
export interface Client {
  /** The address of the peer on the connection, without a port: `192.0.2.1`, `::1`; `''` where there is none. */
  readonly address: string
  /** The peer's port; 0 where there is none. */
  readonly port: number
  /** Whether the connection is encrypted (decides `x-forwarded-proto` and `:scheme`). */
  readonly secure: boolean
  /** The address and port the request came in on. */
  readonly localAddress: string
  readonly localPort: number
  /** The server name that the client asked for in TLS. */
  readonly serverName?: string | undefined
  /** The client's certificate, where it has shown one and the adapter has verified it. */
  readonly certificate?: ClientCertificate | undefined
}

/** A client that has no connection: in-process calls. */
export const localClient: Client = {
  address: '127.0.0.1',
  port: 0,
  secure: false,
  localAddress: '127.0.0.1',
  localPort: 80,
}

/**
 * A request on its way through the gateway. The target is kept byte for byte; `path` and `query` are views of it.
 * Headers contain `host`, never pseudo-headers.
 */
export class GatewayRequest {
  method: string
  readonly headers: HeaderMap
  body: Body
  readonly client: Client
  /** Trailer fields, known once the body has been read to its end. */
  trailers: (() => HeaderMap | undefined) | undefined
  #target: string
  #mark: number

  constructor(method: string, target: string, headers: HeaderMap, body: Body, client: Client) {
    this.method = method
    this.headers = headers
    this.body = body
    this.client = client
    this.trailers = undefined
    this.#target = target
    this.#mark = target.indexOf('?')
  }

  /** Path and query in one, as they are sent upstream: not decoded, never parsed as a URL. */
  get target(): string {
    return this.#target
  }

  set target(target: string) {
    this.#target = target
    this.#mark = target.indexOf('?')
  }

  /** The path: not decoded, without the query. */
  get path(): string {
    return this.#mark === -1 ? this.#target : this.#target.slice(0, this.#mark)
  }

  set path(path: string) {
    this.target = this.#mark === -1 ? path : path + this.#target.slice(this.#mark)
  }

  /** The raw query without `?`; empty when there is none. */
  get query(): string {
    return this.#mark === -1 ? '' : this.#target.slice(this.#mark + 1)
  }

  set query(query: string) {
    this.target = query === '' ? this.path : `${this.path}?${query}`
  }

  /** The `Host` header (`:authority`); empty when there is none. */
  get authority(): string {
    return this.headers.get('host') ?? ''
  }

  set authority(authority: string) {
    this.headers.set('host', authority)
  }
}

/** A response on its way back. */
export interface GatewayResponse {
  status: number
  readonly headers: HeaderMap
  body: Body
  /** Trailer fields, known once the body has been read to its end. */
  trailers?: (() => HeaderMap | undefined) | undefined
}

/** Options of {@link respond}. */
export interface RespondOptions {
  readonly headers?: Iterable<readonly [string, string]>
  /** Text is sent as UTF-8 with `content-type: text/plain` unless a content type is given. */
  readonly body?: string | Uint8Array
}

const encoder = new TextEncoder()

/** Makes a response out of a status and, if wanted, headers and a body; sets `content-length`. */
export function respond(status: number, options: RespondOptions = {}): GatewayResponse {
  const headers = new HeaderMap(options.headers)
  const { body } = options
  const bytes = typeof body === 'string' ? encoder.encode(body) : (body ?? null)
  if (typeof body === 'string' && body !== '' && !headers.has('content-type')) headers.set('content-type', 'text/plain')
  if (bytes !== null || !isBodyless(status)) headers.set('content-length', String(bytes?.length ?? 0))
  return { status, headers, body: bytes !== null && bytes.length === 0 ? null : bytes }
}

/** Whether a response with that status never has a body (RFC 9110, 6.4.1); HEAD is the caller's to know. */
export function isBodyless(status: number): boolean {
  return status < 200 || status === 204 || status === 304
}
