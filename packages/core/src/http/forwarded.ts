import type { Runtime } from '../runtime/runtime.ts'
import { isInternalAddress, parseAddress, withoutMapping } from './address.ts'
import { Field } from './fields.ts'
import { type ClientCertificateSettings, forwardClientCertificate } from './forwarded-client-cert.ts'
import type { HeaderMap } from './headers.ts'
import type { Client } from './message.ts'

/** Whom to believe about where a request came from, and what to tell the upstream. The names are Gloo's. */
export interface ForwardedSettings extends ClientCertificateSettings {
  /** The peer of the connection is the client, and is added to `x-forwarded-for`. */
  readonly useRemoteAddress: boolean
  /** Proxies in front of the gateway that may be believed. */
  readonly xffNumTrustedHops: number
  readonly skipXffAppend: boolean
  /** Believe the leftmost address of `x-forwarded-for`, which any client can make up. */
  readonly leftmostXffAddress: boolean
  readonly appendXForwardedPort: boolean
  readonly generateRequestId: boolean
  readonly preserveExternalRequestId: boolean
  /** Added to `via`, where it is set. */
  readonly via: string | undefined
  /** Whether an address belongs to the own network; it gets `''` for a client without one (a Unix socket). */
  readonly isInternalAddress: (address: string) => boolean
}

/** Gloo's and Envoy's defaults. */
export const defaultForwardedSettings: ForwardedSettings = {
  useRemoteAddress: true,
  xffNumTrustedHops: 0,
  skipXffAppend: false,
  leftmostXffAddress: false,
  appendXForwardedPort: false,
  generateRequestId: true,
  preserveExternalRequestId: false,
  via: undefined,
  isInternalAddress,
  forwardClientCertDetails: 'SANITIZE',
  setCurrentClientCertDetails: {},
}

/** What becomes known about the client. */
export interface ClientFacts {
  /** The client's address as far as the configured hops can be believed. */
  clientAddress: string
  /** Whether the request comes from the own network: Envoy's rules, `x-envoy-internal`. */
  internal: boolean
}

/**
 * Sets what tells upstreams about the client: `x-forwarded-for`, `-proto` and `-port`, `x-request-id`, `x-envoy-internal`
 * or `x-envoy-external-address`, `via`. Takes away what a client may not claim. The rules are those of Envoy's
 * connection manager.
 *
 * @param seen the {@link Field} bits of the fields that `headers` has; the others are not looked for
 */
export function stampForwarded(
  headers: HeaderMap,
  seen: number,
  client: Client,
  settings: ForwardedSettings,
  runtime: Runtime,
  facts: ClientFacts,
): void {
  const { useRemoteAddress, xffNumTrustedHops } = settings
  stampAddress(headers, seen, client, settings, facts)
  // An edge is where outside and inside meet: whatever comes from outside is replaced there.
  const edge = useRemoteAddress && !facts.internal
  const believesPeer = !useRemoteAddress || xffNumTrustedHops > 0

  if ((seen & Field.forwardedProto) === 0) headers.append('x-forwarded-proto', client.secure ? 'https' : 'http')
  else if (!believesPeer) headers.set('x-forwarded-proto', client.secure ? 'https' : 'http')

  if (settings.appendXForwardedPort && useRemoteAddress && client.localPort !== 0) {
    if (!believesPeer || (seen & Field.forwardedPort) === 0) headers.set('x-forwarded-port', String(client.localPort))
  }

  if ((seen & Field.envoy) !== 0) removeClaims(headers, facts.internal, edge)
  if (facts.internal) headers.append('x-envoy-internal', 'true')
  else if (edge && facts.clientAddress !== '') headers.append('x-envoy-external-address', facts.clientAddress)

  if (settings.generateRequestId) {
    if ((seen & Field.requestId) === 0) headers.append('x-request-id', runtime.requestId())
    else stampRequestId(headers, edge && !settings.preserveExternalRequestId, runtime)
  }
  if ((seen & Field.forwardedClientCert) !== 0 || settings.forwardClientCertDetails !== 'SANITIZE') {
    forwardClientCertificate(headers, client.certificate, settings)
  }
  if (settings.via !== undefined) appendVia(headers, settings.via)
}

/** Adds to `via` (RFC 9110, 7.6.3); responses get it as well. */
export function appendVia(headers: HeaderMap, via: string): void {
  const received = headers.getJoined('via')
  headers.set('via', received === undefined ? via : `${received}, ${via}`)
}

function stampAddress(
  headers: HeaderMap,
  seen: number,
  client: Client,
  settings: ForwardedSettings,
  facts: ClientFacts,
): void {
  const { useRemoteAddress, xffNumTrustedHops: hops, skipXffAppend } = settings
  const peer = withoutMapping(client.address)
  const append = useRemoteAddress && !skipXffAppend && peer !== ''
  const list = (seen & Field.forwardedFor) === 0 ? undefined : headers.getJoined('x-forwarded-for')
  if (list === undefined) {
    if (append) headers.append('x-forwarded-for', peer)
    facts.clientAddress = peer
    // Without the peer's address to go by, nothing says that the request is internal.
    facts.internal = useRemoteAddress && settings.isInternalAddress(peer)
    return
  }
  let address: string | undefined
  if (settings.leftmostXffAddress) address = addressOf(list, 0)
  // The last trusted hop has added the address of its own peer: with one hop, the rightmost is the client's.
  else if (!useRemoteAddress) address = addressFromRight(list, hops)
  else if (hops > 0) address = addressFromRight(list, hops - 1)
  facts.clientAddress = address ?? peer
  facts.internal =
    !useRemoteAddress &&
    hops === 0 &&
    address !== undefined &&
    !list.includes(',') &&
    settings.isInternalAddress(address)
  headers.set('x-forwarded-for', !append ? list : list === '' ? peer : `${list},${peer}`)
}

/** The address that stands `skipped` entries left of the last one. */
function addressFromRight(list: string, skipped: number): string | undefined {
  let end = list.length
  for (let count = 0; count < skipped; count++) {
    end = list.lastIndexOf(',', end - 1)
    if (end <= 0) return undefined
  }
  return addressOf(list, list.lastIndexOf(',', end - 1) + 1)
}

/** The entry that starts at an index, if it is an address. */
function addressOf(list: string, start: number): string | undefined {
  const comma = list.indexOf(',', start)
  const entry = list.slice(start, comma === -1 ? undefined : comma).trim()
  return parseAddress(entry) === undefined ? undefined : withoutMapping(entry)
}

function stampRequestId(headers: HeaderMap, replace: boolean, runtime: Runtime): void {
  const received = headers.get('x-request-id')
  headers.set('x-request-id', replace || !received ? runtime.requestId() : received)
}

/** Only the gateway says so. */
const ownClaims: ReadonlySet<string> = new Set(['x-envoy-internal'])

/** Steers timeouts, retries and statistics, so that only internal callers may send it. */
const internalClaims: ReadonlySet<string> = new Set([
  ...ownClaims,
  'x-envoy-retriable-status-codes',
  'x-envoy-retriable-header-names',
  'x-envoy-retry-on',
  'x-envoy-retry-grpc-on',
  'x-envoy-max-retries',
  'x-envoy-upstream-alt-stat-name',
  'x-envoy-upstream-rq-timeout-ms',
  'x-envoy-upstream-rq-per-try-timeout-ms',
  'x-envoy-upstream-rq-timeout-alt-response',
  'x-envoy-upstream-stream-duration-ms',
  'x-envoy-expected-rq-timeout-ms',
  'x-envoy-force-trace',
  'x-envoy-ip-tags',
  'x-envoy-original-url',
  'x-envoy-hedge-on-per-try-timeout',
])

/** Says what an inner hop has done, which nobody outside can know. */
const edgeClaims: ReadonlySet<string> = new Set([
  ...internalClaims,
  'x-envoy-external-address',
  'x-envoy-decorator-operation',
  'x-envoy-downstream-service-cluster',
  'x-envoy-downstream-service-node',
  'x-envoy-original-path',
  'x-envoy-original-host',
  'x-envoy-original-method',
])

function removeClaims(headers: HeaderMap, internal: boolean, edge: boolean): void {
  const claims = internal ? ownClaims : edge ? edgeClaims : internalClaims
  for (const claim of claims) headers.delete(claim)
}
