import type { GatewayError } from '../errors.ts'
import type { Body } from './body.ts'
import type { HeaderMap } from './headers.ts'
import { refuse } from './refuse.ts'

/** Beyond this many digits a length cannot be counted exactly. */
const longestLength = 15

/** The value of `Content-Length`; -1 when it is not a plain number of octets (RFC 9110, 8.6). */
export function parseLength(value: string): number {
  const { length } = value
  if (length === 0 || length > longestLength) return -1
  let octets = 0
  for (let index = 0; index < length; index++) {
    const digit = value.charCodeAt(index) - 0x30
    if (digit < 0 || digit > 9) return -1
    octets = octets * 10 + digit
  }
  return octets
}

/** Whether a body can be what its message announces. A stream is measured when it is read. */
export function isFramed(body: Body, contentLength: number, announced: boolean): boolean {
  if (body === null) return !announced
  return !(body instanceof Uint8Array) || contentLength === -1 || body.length === contentLength
}

/** Makes `Content-Length` true again after a body was replaced; a stream is as long as it turns out to be. */
export function reframe(headers: HeaderMap, body: Body): void {
  if (body === null || body instanceof Uint8Array) headers.set('content-length', String(body?.length ?? 0))
  else headers.delete('content-length')
}

/** Refuses a transfer coding other than a single `chunked`: 501 where the end of the body is at least certain, else 400. */
export function refuseCoding(value: string): GatewayError {
  const codings = value.toLowerCase().split(',')
  const certain =
    codings.length > 1 && codings.findIndex((coding) => coding.trim() === 'chunked') === codings.length - 1
  return refuse(certain ? 'transferCoding' : 'badFraming', `Transfer-Encoding is ${JSON.stringify(value)}, not chunked`)
}
