/** A block of addresses: those that share the first `bits` bits with `prefix`. */
export interface AddressRange {
  readonly prefix: readonly number[]
  readonly bits: number
}

/**
 * The octets of an IPv4 or IPv6 address; undefined for anything else, ports, brackets and zones among it. An IPv4
 * address mapped into IPv6 counts as the IPv4 address.
 */
export function parseAddress(text: string): readonly number[] | undefined {
  return text.includes(':') ? parseVersion6(text) : parseVersion4(text)
}

/** The range of Envoy's `CidrRange`; undefined when it is not one. */
export function parseRange(addressPrefix: string, prefixLen: number): AddressRange | undefined {
  const prefix = parseAddress(addressPrefix)
  if (prefix === undefined || !Number.isInteger(prefixLen) || prefixLen < 0) return undefined
  const mapped = addressPrefix.includes(':') && prefix.length === 4
  const bits = mapped ? prefixLen - 96 : prefixLen
  return bits < 0 || bits > prefix.length * 8 ? undefined : { prefix, bits }
}

/** Whether one of the ranges has the address. What is no address is in none. */
export function isInRanges(text: string, ranges: readonly AddressRange[]): boolean {
  const address = parseAddress(text)
  return address !== undefined && ranges.some((range) => contains(range, address))
}

/**
 * Whether an address is internal where nothing else is configured: RFC 1918, RFC 4193 and loopback, as Envoy has it. It
 * runs for every request, so it looks at the text of what is known to be an address (or empty) only.
 */
export function isInternalAddress(address: string): boolean {
  switch (address.charCodeAt(0)) {
    case 0x31: // 1
      if (address.charCodeAt(1) === 0x30) return address.charCodeAt(2) === 0x2e
      if (address.startsWith('192.168.') || address.startsWith('127.')) return true
      return address.startsWith('172.') && /^(?:1[6-9]|2\d|3[01])\./.test(address.slice(4, 7))
    case 0x3a: // :
      return address === '::1'
    default:
      return /^f[cd][\da-f]{2}:/i.test(address)
  }
}

/** Takes the wrapping off an IPv4 address that a dual-stack socket reports: `::ffff:192.0.2.1`. */
export function withoutMapping(address: string): string {
  return address.charCodeAt(0) === 0x3a && address.startsWith('::ffff:') && address.includes('.')
    ? address.slice(7)
    : address
}

function contains({ prefix, bits }: AddressRange, address: readonly number[]): boolean {
  if (address.length !== prefix.length) return false
  const whole = bits >> 3
  for (let index = 0; index < whole; index++) if (address[index] !== prefix[index]) return false
  const rest = 8 - (bits & 7)
  return rest === 8 || (address[whole] as number) >> rest === (prefix[whole] as number) >> rest
}

function parseVersion4(text: string): number[] | undefined {
  const parts = text.split('.')
  if (parts.length !== 4) return undefined
  const octets: number[] = []
  for (const part of parts) {
    if (!/^(?:0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined
    octets.push(Number(part))
  }
  return octets
}

function parseVersion6(text: string): number[] | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const head = parseGroups(halves[0] as string, halves.length === 1)
  const tail = halves.length === 2 ? parseGroups(halves[1] as string, true) : []
  if (head === undefined || tail === undefined) return undefined
  const missing = 16 - head.length - tail.length
  if (halves.length === 1 ? missing !== 0 : missing < 2) return undefined
  const octets = [...head, ...new Array<number>(missing).fill(0), ...tail]
  const mapped = octets.slice(0, 10).every((octet) => octet === 0) && octets[10] === 0xff && octets[11] === 0xff
  return mapped ? octets.slice(12) : octets
}

/** Groups between colons as octets; the last may be an IPv4 address. */
function parseGroups(text: string, last: boolean): number[] | undefined {
  if (text === '') return []
  const octets: number[] = []
  const groups = text.split(':')
  for (const [index, group] of groups.entries()) {
    if (last && index === groups.length - 1 && group.includes('.')) {
      const embedded = parseVersion4(group)
      if (embedded === undefined) return undefined
      octets.push(...embedded)
      continue
    }
    if (!/^[\da-f]{1,4}$/i.test(group)) return undefined
    const value = Number.parseInt(group, 16)
    octets.push(value >> 8, value & 0xff)
  }
  return octets
}
