import { Field, fieldOf } from './fields.ts'
import type { HeaderMap } from './headers.ts'

/** What a `Connection` field asks for; several may be set. */
export const ConnectionOption = {
  close: 1,
  keepAlive: 2,
  upgrade: 4,
  /** It names a field that must not go, or too many: a request with it is refused. */
  refused: 8,
} as const

/** From here on a request is refused (Envoy's bound): removing costs a search for each name. */
const tooManyOptions = 10

/**
 * Reads a `Connection` field, all its lines joined by commas, and removes the fields that it names from `headers`
 * (RFC 9110, 7.6.1). Empty elements are skipped, and names that no field can have find nothing.
 *
 * A client must not have the gateway drop what tells where a request came from, where it goes or how long it is, so
 * naming one of these is reported as {@link ConnectionOption.refused} and nothing more is removed.
 */
export function applyConnection(value: string, headers: HeaderMap): number {
  if (value === 'keep-alive') return ConnectionOption.keepAlive
  if (value === 'close') return ConnectionOption.close
  let options = 0
  let count = 0
  for (let start = 0; start < value.length; ) {
    const comma = value.indexOf(',', start)
    const end = comma === -1 ? value.length : comma
    const option = value.slice(start, end).trim().toLowerCase()
    start = end + 1
    if (option === '') continue
    if (++count >= tooManyOptions) return options | ConnectionOption.refused
    if (option === 'close') options |= ConnectionOption.close
    else if (option === 'keep-alive') options |= ConnectionOption.keepAlive
    else if (option === 'upgrade') options |= ConnectionOption.upgrade
    else if (isEssential(option)) return options | ConnectionOption.refused
    else if (!isConnectionScoped(option)) headers.delete(option)
  }
  return options
}

/** As {@link applyConnection} for a response: what may not be named is kept, and nothing is refused. */
export function removeNominated(value: string, headers: HeaderMap): void {
  if (value === 'keep-alive' || value === 'close') return
  for (const element of value.split(',')) {
    const option = element.trim().toLowerCase()
    if (option !== '' && !isEssential(option) && !isConnectionScoped(option)) headers.delete(option)
  }
}

function isEssential(name: string): boolean {
  return (
    name.charCodeAt(0) === 0x3a ||
    name === 'host' ||
    name === 'content-length' ||
    name === 'forwarded' ||
    name.startsWith('x-forwarded-')
  )
}

/** Fields with rules of their own, which hold whether `Connection` names them or not. */
function isConnectionScoped(name: string): boolean {
  const field = fieldOf(name)
  return field !== Field.other && field <= Field.upgrade
}

/**
 * The protocol of an `Upgrade` field that connections may be switched to: only `websocket`, as in Gloo. Others are
 * ignored, as RFC 9110, 7.8 allows; so is HTTP/2 beside it, because a tunnel of HTTP/2 would pass by all rules.
 */
export function upgradeProtocol(upgrade: string): 'websocket' | undefined {
  const lower = upgrade.toLowerCase()
  if (lower === 'websocket') return lower
  const protocols = lower.split(',').map((protocol) => protocol.trim())
  const [first, ...others] = protocols.filter(
    (protocol) => protocol !== '' && !/^(?:h2c?|http\/2(?:\.0)?)$/.test(protocol),
  )
  return first === 'websocket' && others.length === 0 ? first : undefined
}
