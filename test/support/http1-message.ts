import { HeaderMap } from '@headgate/core'

/** How the end of a body is known: there is none, a length, chunks, the end of the connection; or it is no body. */
export type Framing = 'none' | 'length' | 'chunked' | 'close' | 'tunnel'

/** What requests and responses have in common. Bytes of heads are latin-1. */
export interface RawMessage {
  readonly startLine: string
  /** `1.1` or `1.0`. */
  readonly version: string
  /** The header lines as they came. */
  readonly headers: HeaderMap
  readonly framing: Framing
  /** What has come of the body, decoded from its chunks. */
  readonly body: Buffer
  /** Sizes of the chunks, the last one of size 0 left out. */
  readonly chunks: readonly number[]
  readonly trailers: HeaderMap
  /** Whether the message has come to its end. */
  readonly complete: boolean
}

export interface RawRequest extends RawMessage {
  readonly method: string
  readonly target: string
}

export interface RawResponse extends RawMessage {
  readonly status: number
  readonly reason: string
  /** 1xx but 101: another response follows. */
  readonly interim: boolean
}

/** Bytes that a strict reader of RFC 9112 refuses. */
export class Http1Error extends Error {
  override readonly name = 'Http1Error'
}

const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
const badValue = /[\x00-\x08\x0a-\x1f\x7f]/
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
const badTarget = /[\x00-\x20\x7f-\xff]/

export function refuse(what: string, where: string): never {
  throw new Http1Error(`${what}: ${JSON.stringify(where.length > 80 ? `${where.slice(0, 80)}...` : where)}`)
}

/** Reads header or trailer lines. */
export function parseFields(lines: readonly string[]): HeaderMap {
  const fields = new HeaderMap()
  for (const line of lines) {
    if (/^[ \t]/.test(line)) refuse('folded line', line)
    const colon = line.indexOf(':')
    if (colon === -1) refuse('line without a colon', line)
    const name = line.slice(0, colon)
    const value = line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, '')
    if (!token.test(name)) refuse('bad field name', line)
    if (badValue.test(value)) refuse('bad field value', line)
    fields.append(name, value)
  }
  return fields
}

export interface RequestLine {
  readonly method: string
  readonly target: string
  readonly version: string
}

export function parseRequestLine(line: string): RequestLine {
  const [, method, target, version] = /^([^ ]+) ([^ ]+) HTTP\/(1\.[01])$/.exec(line) ?? []
  if (method === undefined || target === undefined || version === undefined) refuse('bad request line', line)
  if (!token.test(method)) refuse('bad method', method)
  if (badTarget.test(target) || target.includes('#')) refuse('bad target', target)
  return { method, target, version }
}

export interface StatusLine {
  readonly status: number
  readonly reason: string
  readonly version: string
}

export function parseStatusLine(line: string): StatusLine {
  const [, version, status, reason = ''] = /^HTTP\/(1\.[01]) ([1-9]\d\d)(?: (.*))?$/.exec(line) ?? []
  if (version === undefined || status === undefined) refuse('bad status line', line)
  if (badValue.test(reason)) refuse('bad reason phrase', line)
  return { status: Number(status), reason, version }
}

/** Which framing the fields give, and for `length` how long; `otherwise` when they give none. */
export function framingOf(
  headers: HeaderMap,
  version: string,
  otherwise: Framing,
): { readonly framing: Framing; readonly length: number } {
  const lengths = headers.getAll('content-length')
  const codings = headers.getAll('transfer-encoding')
  if (codings.length > 0) {
    if (lengths.length > 0) refuse('both content-length and transfer-encoding', lengths.join())
    if (version === '1.0') refuse('transfer-encoding in HTTP/1.0', codings.join())
    if (codings.length > 1 || codings[0]?.toLowerCase() !== 'chunked') refuse('bad transfer-encoding', codings.join())
    return { framing: 'chunked', length: 0 }
  }
  const [length] = lengths
  if (length === undefined) return { framing: otherwise, length: 0 }
  if (lengths.length > 1 || !/^\d{1,15}$/.test(length)) refuse('bad content-length', lengths.join())
  return { framing: 'length', length: Number(length) }
}

/** Checks the one `Host` that a request of HTTP/1.1 has. */
export function checkHost(headers: HeaderMap, version: string): void {
  const hosts = headers.getAll('host')
  if (hosts.length > 1 || (version === '1.1' && hosts.length === 0)) refuse('not one host', hosts.join())
  if (/[\s,/?#@\\]/.test(hosts[0] ?? '')) refuse('bad host', hosts.join())
}

/** The size at the front of a chunk's line. */
export function parseChunkSize(line: string): number {
  const [, size] = /^([0-9A-Fa-f]{1,8})(?:[ \t]*;[\t\x20-\x7e\x80-\xff]*)?$/.exec(line) ?? []
  if (size === undefined) refuse('bad chunk size', line)
  return Number.parseInt(size, 16)
}
