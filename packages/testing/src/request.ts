import { type Body, type Client, GatewayRequest, type HeaderMap, localClient } from '@headgate/core'
import { type Fields, fieldsToMap } from './fields.ts'

/** What a request of {@link request} says beyond its target. */
export interface RequestInit {
  /** Default: the method in front of the target, then `GET`. */
  readonly method?: string
  readonly headers?: Fields
  /** The `Host` header. Default: that of {@link RequestInit.headers}, then that of the target, then `localhost`. */
  readonly host?: string
  /** Text is sent as UTF-8. An iterable is sent chunk by chunk, with an unknown length. */
  readonly body?: string | Uint8Array | AsyncIterable<Uint8Array>
  /** Trailer fields behind the body. */
  readonly trailers?: Fields
  /** Who sends it. Default: 127.0.0.1, encrypted when the target begins with `https:`. */
  readonly client?: Partial<Client>
}

/** Methods that a client sends with `content-length: 0` when they have no body (RFC 9110, 8.6). */
const methodsWithBody: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH'])
const encoder = new TextEncoder()

/**
 * Makes a request as a client would send it: with `host`, and with `content-length` or `transfer-encoding` where they
 * belong. The target is kept byte for byte.
 *
 * @param target `/users/1?full`, `http://host/users/1`, or either behind a method: `DELETE http://host/users/1`.
 * @throws TypeError When the target is none of these.
 */
export function request(target: string, init: RequestInit = {}): GatewayRequest {
  const parsed = parseTarget(target)
  const method = init.method ?? parsed.method ?? 'GET'
  const given = fieldsToMap(init.headers)
  const host = init.host ?? given.get('host') ?? parsed.host ?? 'localhost'
  given.delete('host')
  const headers = fieldsToMap([['host', host], ...given])
  const trailers = init.trailers === undefined ? undefined : fieldsToMap(init.trailers)
  let read = false
  const whenRead = (): void => {
    read = true
  }
  const body = trailers === undefined ? bodyOf(init) : streamOf(bodyOf(init), whenRead)
  frame(method, headers, body)
  const client = { ...localClient, ...(parsed.secure && { secure: true, localPort: 443 }), ...init.client }
  const made = new GatewayRequest(method, parsed.target, headers, body, client)
  if (trailers !== undefined) made.trailers = () => (read ? trailers : undefined)
  return made
}

interface Target {
  readonly method: string | undefined
  readonly host: string | undefined
  readonly secure: boolean
  readonly target: string
}

function parseTarget(text: string): Target {
  const [, method, rest = text] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+) (.+)$/s.exec(text) ?? []
  const absolute = /^(https?):\/\/([^/?#]+)([^#]*)/i.exec(rest)
  if (absolute !== null) {
    const [, scheme = '', host, after = ''] = absolute
    const target = after.startsWith('/') ? after : `/${after}`
    return { method, host, secure: scheme.toLowerCase() === 'https', target }
  }
  if (method === 'CONNECT') return { method, host: rest, secure: false, target: rest }
  if (rest.startsWith('/') || rest === '*') return { method, host: undefined, secure: false, target: rest }
  throw new TypeError(`request target ${JSON.stringify(text)}: expected "/path", "http://host/path" or "METHOD /path"`)
}

function bodyOf({ body }: RequestInit): Body {
  const bytes = typeof body === 'string' ? encoder.encode(body) : (body ?? null)
  return bytes instanceof Uint8Array && bytes.length === 0 ? null : bytes
}

function frame(method: string, headers: HeaderMap, body: Body): void {
  if (headers.has('content-length') || headers.has('transfer-encoding')) return
  if (body instanceof Uint8Array) headers.set('content-length', String(body.length))
  else if (body !== null) headers.set('transfer-encoding', 'chunked')
  else if (methodsWithBody.has(method)) headers.set('content-length', '0')
}

async function* streamOf(body: Body, whenRead: () => void): AsyncGenerator<Uint8Array> {
  if (body instanceof Uint8Array) yield body
  else if (body !== null) yield* body
  whenRead()
}
