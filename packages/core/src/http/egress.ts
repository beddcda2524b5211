import { Field, fieldOf } from './fields.ts'
import { parseLength } from './framing.ts'
import type { HeaderMap } from './headers.ts'
import { removeNominated } from './hop-by-hop.ts'
import { isFieldValue, isToken } from './valid.ts'

/**
 * Removes from a response what belongs to the connection it came in on, in place: hop-by-hop fields, those that
 * `Connection` names, pseudo-headers, and a length or an announcement of trailers where there can be none (RFC 9110,
 * 7.6.1 and 8.6). `Upgrade` stays on 101 only.
 *
 * @returns why the length of the body cannot be believed, in which case `Content-Length` is gone and the response must
 *   not be passed on as if it were whole; undefined when all is well
 */
export function cleanResponse(headers: HeaderMap, status: number, requestMethod: string): string | undefined {
  const { raw } = headers
  const { length } = raw
  const lengthless = status < 200 || status === 204 || (requestMethod === 'CONNECT' && status < 300)
  let write = 0
  let contentLength: string | undefined
  let connection: string | undefined
  let problem: string | undefined
  let announcesTrailers = false
  for (let read = 0; read < length; read += 2) {
    const name = raw[read] as string
    const value = raw[read + 1] as string
    switch (fieldOf(name)) {
      case Field.hop:
      case Field.te:
      case Field.pseudo:
      case Field.transferEncoding:
        continue
      case Field.upgrade:
        if (status !== 101) continue
        break
      case Field.connection:
        connection = connection === undefined ? value : `${connection},${value}`
        continue
      case Field.trailer:
        announcesTrailers = true
        break
      case Field.contentLength:
        if (lengthless) continue
        if (parseLength(value) === -1) problem = 'Content-Length is not a number of octets'
        else if (contentLength !== undefined && contentLength !== value) problem = 'two values of Content-Length'
        if (contentLength !== undefined) continue
        contentLength = value
    }
    raw[write] = name
    raw[write + 1] = value
    write += 2
  }
  raw.length = write
  if (connection !== undefined) removeNominated(connection, headers)
  if (problem !== undefined) headers.delete('content-length')
  if (announcesTrailers && (lengthless || contentLength !== undefined || status === 304)) headers.delete('trailer')
  if (status === 101 && headers.has('upgrade')) headers.append('connection', 'upgrade')
  return problem
}

/** Fields that say how to read, route or trust a message, which is settled when trailers come (RFC 9110, 6.5.1). */
const notInTrailers: ReadonlySet<string> = new Set([
  'age',
  'authorization',
  'cache-control',
  'content-encoding',
  'content-range',
  'content-type',
  'date',
  'expires',
  'forwarded',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'location',
  'pragma',
  'range',
  'retry-after',
  'set-cookie',
  'vary',
  'warning',
  'www-authenticate',
])

/** Removes from trailers, in place, what may not be there and what is not well-formed. */
export function cleanTrailers(trailers: HeaderMap): HeaderMap {
  const { raw } = trailers
  const { length } = raw
  let write = 0
  for (let read = 0; read < length; read += 2) {
    const name = raw[read] as string
    const value = raw[read + 1] as string
    // Of the fields with a code none may come late, be it framing, routing or what a client claims about itself.
    if (fieldOf(name) !== Field.other || notInTrailers.has(name.toLowerCase())) continue
    if (!isToken(name) || !isFieldValue(value)) continue
    raw[write] = name
    raw[write + 1] = value
    write += 2
  }
  raw.length = write
  return trailers
}
