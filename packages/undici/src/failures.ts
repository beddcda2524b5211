import { type ErrorCode, type ErrorFacts, GatewayError } from '@headgate/core'

/** What is known about an attempt when it fails. */
export interface AttemptFacts {
  readonly upstream: string
  readonly address: string
  readonly connected: boolean
  readonly bytesSent: number
  readonly responseStarted: boolean
  readonly reusedSocket: boolean
}

interface NodeError {
  readonly name?: string
  readonly code?: string
  readonly message?: string
  readonly errors?: readonly unknown[]
  readonly cause?: unknown
}

/** Node's and undici's many errors as the few of the gateway; the original stays as `cause`. */
export function transportFailure(error: unknown, facts: AttemptFacts): GatewayError {
  const raw = (typeof error === 'object' && error !== null ? error : { message: String(error) }) as NodeError
  const code = classify(raw, facts)
  const phase = phaseOf(code, facts)
  const known: ErrorFacts = {
    phase,
    side: sideOf(code),
    bytesSent: facts.bytesSent,
    responseStarted: facts.responseStarted,
    reusedSocket: facts.reusedSocket,
    upstream: facts.upstream,
    address: facts.address,
    message: describe(raw),
    cause: error,
  }
  return new GatewayError(code, known)
}

function sideOf(code: ErrorCode): ErrorFacts['side'] {
  if (code === 'clientBodyBroken') return 'client'
  return code === 'invalidOutgoing' || code === 'drained' || code === 'internal' ? 'gateway' : 'upstream'
}

function phaseOf(code: ErrorCode, facts: AttemptFacts): ErrorFacts['phase'] {
  if (facts.responseStarted) return 'response'
  if (!facts.connected || code === 'connectionTimeout') return 'connect'
  return code === 'invalidOutgoing' || code === 'clientBodyBroken' ? 'send' : 'wait'
}

function classify(error: NodeError, facts: AttemptFacts): ErrorCode {
  if (error.name === 'HTTPParserError') return facts.responseStarted ? 'upstreamBodyBroken' : 'protocolError'
  const code = error.code ?? (error.errors?.[0] as NodeError | undefined)?.code ?? ''
  const known = byCode[code]
  if (known !== undefined) {
    const late = facts.responseStarted && (known === 'protocolError' || known === 'connectionTermination')
    return late ? 'upstreamBodyBroken' : known
  }
  if (/^(ERR_TLS|ERR_SSL|CERT_|ERR_OSSL)/.test(code) || tlsVerification.has(code)) return 'tlsFailure'
  if (!facts.connected) return 'connectionFailure'
  return facts.responseStarted ? 'upstreamBodyBroken' : 'connectionTermination'
}

/** Every error class of undici 7 and the codes of Node that a connection can end with; a test holds this complete. */
export const byCode: Readonly<Record<string, ErrorCode>> = {
  ECONNREFUSED: 'connectionFailure',
  EHOSTUNREACH: 'connectionFailure',
  ENETUNREACH: 'connectionFailure',
  EHOSTDOWN: 'connectionFailure',
  EADDRNOTAVAIL: 'connectionFailure',
  EACCES: 'connectionFailure',
  EPERM: 'connectionFailure',
  ENOENT: 'connectionFailure',
  EMFILE: 'connectionFailure',
  ETIMEDOUT: 'connectionTimeout',
  ENOTFOUND: 'dnsFailure',
  EAI_AGAIN: 'dnsFailure',
  EAI_FAIL: 'dnsFailure',
  ECONNRESET: 'connectionTermination',
  EPIPE: 'connectionTermination',
  ECONNABORTED: 'connectionTermination',
  UND_ERR: 'connectionTermination',
  UND_ERR_CONNECT_TIMEOUT: 'connectionTimeout',
  ERR_TLS_HANDSHAKE_TIMEOUT: 'tlsTimeout',
  UND_ERR_SOCKET: 'connectionTermination',
  UND_ERR_HEADERS_TIMEOUT: 'upstreamTimeout',
  UND_ERR_BODY_TIMEOUT: 'streamIdleTimeout',
  UND_ERR_HEADERS_OVERFLOW: 'protocolError',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'protocolError',
  UND_ERR_RES_EXCEEDED_MAX_SIZE: 'protocolError',
  UND_ERR_RESPONSE: 'protocolError',
  UND_ERR_RESPONSE_STATUS_CODE: 'protocolError',
  UND_ERR_REQ_CONTENT_LENGTH_MISMATCH: 'clientBodyBroken',
  UND_ERR_INVALID_ARG: 'invalidOutgoing',
  UND_ERR_NOT_SUPPORTED: 'invalidOutgoing',
  UND_ERR_INVALID_RETURN_VALUE: 'internal',
  UND_ERR_REQ_RETRY: 'internal',
  UND_ERR_BPL_MISSING_UPSTREAM: 'internal',
  UND_ERR_MAX_ORIGINS_REACHED: 'internal',
  UND_ERR_PRX_TLS: 'tlsFailure',
  UND_ERR_SOCKS5: 'connectionFailure',
  UND_ERR_WS_MESSAGE_SIZE_EXCEEDED: 'protocolError',
  UND_ERR_ABORT: 'drained',
  UND_ERR_ABORTED: 'drained',
  UND_ERR_DESTROYED: 'drained',
  UND_ERR_CLOSED: 'drained',
  UND_ERR_INFO: 'connectionTermination',
  // undici asserts, rather than checks, some of what an upstream must not send: a status below 100.
  ERR_ASSERTION: 'protocolError',
}

const tlsVerification: ReadonlySet<string> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'HOSTNAME_MISMATCH',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'EPROTO',
])

/** For operators: Node hides the addresses it tried in `errors`. */
function describe(error: NodeError): string {
  if (error.errors === undefined) return error.message ?? error.code ?? 'unknown transport failure'
  return error.errors.map((each) => (each as NodeError).message ?? String(each)).join('; ')
}
