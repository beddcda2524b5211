/** A name or an IPv4 address, or an IPv6 address in brackets; a port. Narrower than RFC 3986: no escapes, no sub-delims. */
const authority = /^(?:[\w.~-]{1,255}|\[[\da-f:.]{2,45}\])(?::(\d{0,5}))?$/i

/** Whether this can be the value of `Host`. User information, escapes and anything but name and port are refused. */
export function isValidAuthority(host: string): boolean {
  const parts = authority.exec(host)
  return parts !== null && (parts[1] === undefined || Number(parts[1]) <= 65_535)
}

/** The host without its port; an IPv6 address keeps its brackets. What has no port comes back as it is. */
export function stripPort(host: string): string {
  const colon = host.lastIndexOf(':')
  if (colon === -1 || !/^\d*$/.test(host.slice(colon + 1))) return host
  const bracketed = host.charCodeAt(colon - 1) === 0x5d
  return bracketed || host.indexOf(':') === colon ? host.slice(0, colon) : host
}
