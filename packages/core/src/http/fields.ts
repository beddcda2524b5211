/**
 * What the intake has to do about a field; {@link Field.other} is copied unseen. Those from {@link Field.requestId} on are
 * copied as well, but remembered: each is a bit, so that one number holds all that a message had.
 */
export const Field = {
  other: 0,
  /** Belongs to one connection and is never passed on. */
  hop: 1,
  pseudo: 2,
  connection: 3,
  te: 4,
  trailer: 5,
  transferEncoding: 6,
  contentLength: 7,
  upgrade: 8,
  host: 9,
  cookie: 10,
  expect: 11,
  referer: 12,
  requestId: 0x20,
  forwardedFor: 0x40,
  forwardedProto: 0x80,
  forwardedPort: 0x100,
  forwardedClientCert: 0x200,
  envoy: 0x400,
  maxForwards: 0x800,
} as const

/**
 * Sorts a field by its name. It runs for every field of every request, so it looks at the first letter, then at the
 * length, and compares only what is left; it allocates nothing.
 *
 * The hop-by-hop fields are those of RFC 9110, 7.6.1, and those that older specifications meant for one connection.
 * `proxy-status` (RFC 9209) is meant for all; `proxy` is not a field at all but becomes a variable in CGI servers.
 */
export function fieldOf(name: string): number {
  const { length } = name
  switch (name.charCodeAt(0) | 0x20) {
    case 0x3a: // :
      return Field.pseudo
    case 0x61: // a
      return (length === 4 && same(name, 'alpn')) || (length === 7 && same(name, 'alt-svc')) ? Field.hop : Field.other
    case 0x63: // c
      if (length === 6) return same(name, 'cookie') ? Field.cookie : Field.other
      if (length === 10) return same(name, 'connection') ? Field.connection : Field.other
      if (length === 14) return same(name, 'content-length') ? Field.contentLength : Field.other
      return length === 5 && same(name, 'close') ? Field.hop : Field.other
    case 0x65: // e
      return length === 6 && same(name, 'expect') ? Field.expect : Field.other
    case 0x68: // h
      if (length === 4) return same(name, 'host') ? Field.host : Field.other
      return length === 14 && same(name, 'http2-settings') ? Field.hop : Field.other
    case 0x6b: // k
      return length === 10 && same(name, 'keep-alive') ? Field.hop : Field.other
    case 0x6d: // m
      return length === 12 && same(name, 'max-forwards') ? Field.maxForwards : Field.other
    case 0x70: // p
      if (length < 5 || !begins(name, 'proxy')) return Field.other
      if (length === 5) return Field.hop
      return name.charCodeAt(5) !== 0x2d || (length === 12 && same(name, 'proxy-status')) ? Field.other : Field.hop
    case 0x72: // r
      return length === 7 && same(name, 'referer') ? Field.referer : Field.other
    case 0x73: // s
      return length === 15 && same(name, 'security-scheme') ? Field.hop : Field.other
    case 0x74: // t
      if (length === 2) return same(name, 'te') ? Field.te : Field.other
      if (length === 7) return same(name, 'trailer') ? Field.trailer : Field.other
      return length === 17 && same(name, 'transfer-encoding') ? Field.transferEncoding : Field.other
    case 0x75: // u
      return length === 7 && same(name, 'upgrade') ? Field.upgrade : Field.other
    case 0x78: // x
      return length < 12 ? Field.other : extensionOf(name, length)
    default:
      return Field.other
  }
}

function extensionOf(name: string, length: number): number {
  switch (name.charCodeAt(2) | 0x20) {
    case 0x65: // e
      return begins(name, 'x-envoy-') ? Field.envoy : Field.other
    case 0x66: // f
      if (length === 15) return same(name, 'x-forwarded-for') ? Field.forwardedFor : Field.other
      if (length === 16) return same(name, 'x-forwarded-port') ? Field.forwardedPort : Field.other
      if (length === 17) return same(name, 'x-forwarded-proto') ? Field.forwardedProto : Field.other
      return length === 23 && same(name, 'x-forwarded-client-cert') ? Field.forwardedClientCert : Field.other
    case 0x72: // r
      return length === 12 && same(name, 'x-request-id') ? Field.requestId : Field.other
    default:
      return Field.other
  }
}

/** Compares a name with one in lower case that is as long. */
function same(name: string, lower: string): boolean {
  return name === lower || begins(name, lower)
}

/** Setting bit 0x20 lowers letters and leaves `-` and digits alone; what else it changes is no character of a token. */
function begins(name: string, lower: string): boolean {
  for (let index = 0; index < lower.length; index++) {
    if ((name.charCodeAt(index) | 0x20) !== lower.charCodeAt(index)) return false
  }
  return true
}
