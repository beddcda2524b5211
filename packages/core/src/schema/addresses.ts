import { type Rule, wholeRule } from './rule.ts'

/** Bits of an IP address: 32 or 128; undefined for a text that is none. */
export function addressBits(text: string): 32 | 128 | undefined {
  if (isIPv4(text)) return 32
  return isIPv6(text) ? 128 : undefined
}

function isIPv4(text: string): boolean {
  const parts = text.split('.')
  return parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)
}

function isIPv6(text: string): boolean {
  const [address = ''] = text.split('%', 1)
  const halves = address.split('::')
  if (halves.length > 2) return false
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')))
  const last = groups.at(-1)
  const dotted = last !== undefined && isIPv4(last)
  const plain = dotted ? groups.slice(0, -1) : groups
  if (!plain.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return false
  const count = plain.length + (dotted ? 2 : 0)
  return halves.length === 2 ? count < 8 : count === 8
}

/** An IP address or a host name, without scheme and port. */
export const hostAddress: Rule<string> = wholeRule((value, report) => {
  if (value === '')
    report({ code: 'invalid-host', message: 'must not be empty', expected: 'a host name or IP address' })
  else if (addressBits(value) === undefined && !/^[A-Za-z0-9._-]+$/.test(value))
    report({
      code: 'invalid-host',
      message: 'not a host name or IP address',
      expected: 'a host name or IP address, without scheme, path and port',
    })
})
