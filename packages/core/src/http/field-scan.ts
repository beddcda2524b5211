import type { GatewayError } from '../errors.ts'
import { isValidAuthority } from './authority.ts'
import { Field, fieldOf } from './fields.ts'
import { parseLength, refuseCoding } from './framing.ts'
import { isReferer } from './referer.ts'
import { refuse } from './refuse.ts'
import { isFieldValue, isToken } from './valid.ts'

/** The part of the intake's settings that decides about single fields. */
export interface FieldSettings {
  /** Field lines of a request; 431 beyond it. */
  readonly maxHeadersCount: number
  /** Octets of the target and of all names and values together; 431 beyond it. */
  readonly maxRequestHeaderBytes: number
  readonly headersWithUnderscoresAction: 'ALLOW' | 'REJECT_CLIENT_REQUEST' | 'DROP_HEADER'
}

/**
 * One pass over the fields of a request. What must not be passed on is left out, what has to be known is remembered,
 * and whatever two servers could understand in different ways is refused.
 */
export class FieldScan {
  /** The fields that stay, flat, in their order and letter case. */
  readonly raw: string[]
  /** {@link Field} bits of the fields that stay and need a second look. */
  seen = 0
  /** Where in `raw` the value of `Host` is; -1 without one. */
  hostAt = -1
  /** -1 without one. */
  contentLength = -1
  chunked = false
  acceptsTrailers = false
  expectsContinue = false
  /** How many there were; only a valid one stays. */
  referers = 0
  /** All lines, joined by commas. */
  connection: string | undefined = undefined
  /** All lines, joined by commas. */
  upgrade: string | undefined = undefined
  readonly #oldVersion: boolean
  #cookieAt = -1

  constructor(received: readonly string[], oldVersion: boolean) {
    this.raw = received.slice()
    this.#oldVersion = oldVersion
  }

  /**
   * @param targetLength counts with the fields
   * @param unparsed no HTTP parser has seen the fields
   * @returns why the request is refused; undefined when all is well
   */
  run(settings: FieldSettings, targetLength: number, unparsed: boolean): GatewayError | undefined {
    const { raw } = this
    const received = raw.length
    if (received > settings.maxHeadersCount * 2) return refuse('headersTooLarge', 'more fields than maxHeadersCount')
    const watchesUnderscores = settings.headersWithUnderscoresAction !== 'ALLOW'
    let bytes = targetLength
    let seen = 0
    let write = 0
    for (let read = 0; read < received; read += 2) {
      const name = raw[read] as string
      let value = raw[read + 1] as string
      if (unparsed && !(isToken(name) && isFieldValue(value))) return refuse('badHeader', 'a field is not well-formed')
      bytes += name.length + value.length
      const field = fieldOf(name)
      if (field >= Field.requestId) seen |= field
      else if (field !== Field.other) {
        const kept = this.#treat(field, value, write + 1)
        if (kept === undefined) continue
        if (typeof kept !== 'string') return kept
        value = kept
      } else if (watchesUnderscores && name.includes('_')) {
        if (settings.headersWithUnderscoresAction === 'DROP_HEADER') continue
        return refuse('headerUnderscore', 'the name of a field has an underscore')
      }
      raw[write] = name
      raw[write + 1] = value
      write += 2
    }
    raw.length = write
    this.seen = seen
    if (bytes > settings.maxRequestHeaderBytes) return refuse('headersTooLarge', 'more octets than maxRequestHeadersKb')
    if (this.chunked && this.contentLength !== -1) return refuse('badFraming', 'two framings')
    return undefined
  }

  /** The value to keep, at index `at`; undefined to leave the field out; or why the request is refused. */
  #treat(field: number, value: string, at: number): string | undefined | GatewayError {
    switch (field) {
      case Field.pseudo:
        return refuse('badHeader', 'the name of a field begins with a colon')
      case Field.host:
        if (this.hostAt !== -1) return refuse('badHost', 'more than one Host')
        if (!isValidAuthority(value)) return refuse('badHost', 'Host is not a name with or without a port')
        this.hostAt = at
        return value
      case Field.contentLength:
        if (this.contentLength !== -1) return refuse('badFraming', 'more than one Content-Length')
        this.contentLength = parseLength(value)
        if (this.contentLength === -1) return refuse('badFraming', 'Content-Length is not a number of octets')
        // Leading zeros make the number octal to some.
        return value.charCodeAt(0) === 0x30 ? String(this.contentLength) : value
      case Field.transferEncoding:
        if (this.chunked) return refuse('badFraming', 'more than one Transfer-Encoding')
        // HTTP/1.0 has none, and a hop that did not know it would have passed it on (RFC 9112, 6.1).
        if (this.#oldVersion) return refuse('badFraming', 'Transfer-Encoding in HTTP/1.0')
        if (value.toLowerCase() !== 'chunked') return refuseCoding(value)
        this.chunked = true
        return undefined
      case Field.connection:
        this.connection = this.connection === undefined ? value : `${this.connection},${value}`
        return undefined
      case Field.upgrade:
        this.upgrade = this.upgrade === undefined ? value : `${this.upgrade},${value}`
        return undefined
      case Field.te:
        if (this.acceptsTrailers || !hasTrailers(value)) return undefined
        this.acceptsTrailers = true
        return 'trailers'
      case Field.expect:
        if (this.#oldVersion) return undefined
        if (value.toLowerCase() !== '100-continue') return refuse('expectationFailed', 'only 100-continue is known')
        this.expectsContinue = true
        return undefined
      case Field.cookie:
        if (this.#cookieAt === -1) {
          this.#cookieAt = at
          return value
        }
        // HTTP/2 clients part cookies; HTTP/1.1 has them in one line (RFC 9113, 8.2.3).
        this.raw[this.#cookieAt] += `; ${value}`
        return undefined
      case Field.referer:
        this.referers++
        return isReferer(value) ? value : undefined
      default:
        return undefined
    }
  }
}

/** The other values are codings between client and gateway (RFC 9110, 10.1.4). */
function hasTrailers(te: string): boolean {
  return te === 'trailers' || te.split(',').some((element) => element.trim().toLowerCase() === 'trailers')
}
