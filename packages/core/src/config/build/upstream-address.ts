import type { StaticHost, StaticUpstream } from '../upstream-hosts.ts'

const address = /^(?:(https?):\/\/)?(?:\[([^[\]]+)\]|([^[\]:/?#@\s]+))(?::(\d+))?\/?$/

/**
 * Gloo's `StaticUpstream` for addresses such as `users:8080`, `[::1]:8080` and `https://users.example.com`. A scheme
 * decides `useTls`; TLS is a matter of the whole upstream, so one `https` is enough.
 *
 * @throws TypeError for a text that is no address
 */
export function staticUpstream(addresses: readonly string[]): StaticUpstream {
  const parsed = addresses.map(parse)
  const schemes = parsed.flatMap(({ scheme }) => scheme ?? [])
  const hosts = parsed.map(({ host }) => host)
  return { hosts, ...(schemes.length > 0 && { useTls: schemes.includes('https') }) }
}

function parse(text: string): { readonly scheme: string | undefined; readonly host: StaticHost } {
  const [matched, scheme, ipv6, name, port] = address.exec(text) ?? []
  if (matched === undefined)
    throw new TypeError(
      `${JSON.stringify(text)} is not the address of a host: write "host:port", with an IPv6 address in brackets and "https://" in front for TLS`,
    )
  const standard = scheme === 'https' ? 443 : 80
  return { scheme, host: { addr: ipv6 ?? name ?? '', port: port === undefined ? standard : Number(port) } }
}
