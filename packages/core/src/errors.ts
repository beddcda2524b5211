/** What the gateway answers when it answers by itself. */
export interface ErrorSpec {
  readonly status: number
  /** Envoy's response flag. */
  readonly flag: string
  readonly body: string
  /** Envoy's response code details, which `responseCodeDetails` matchers and logs see. */
  readonly details: string
  /** What a gRPC client gets, where the status does not tell it. */
  readonly grpcStatus?: number
}

const reset = 'upstream connect error or disconnect/reset before headers. reset reason: '

const duration = {
  flag: 'DT',
  body: 'downstream duration timeout',
  details: 'max_duration_timeout',
  grpcStatus: 4, // DEADLINE_EXCEEDED
} as const

/**
 * Every way an exchange can fail, once. Status, body and flag are Envoy's; codes are never reused.
 * docs/errors.md has a section for each.
 */
export const errors = {
  // The client's request
  badRequest: { status: 400, flag: 'DPE', body: 'Bad Request', details: 'http1.codec_error' },
  badTarget: { status: 400, flag: 'DPE', body: 'Bad Request', details: 'path_normalization_failed' },
  badHost: { status: 400, flag: 'DPE', body: 'Bad Request', details: 'invalid_host' },
  badFraming: { status: 400, flag: 'DPE', body: 'Bad Request', details: 'invalid_framing' },
  badHeader: { status: 400, flag: 'DPE', body: 'Bad Request', details: 'invalid_header' },
  badConnection: { status: 400, flag: 'DPE', body: 'Bad Request', details: 'invalid_connection_header' },
  headerUnderscore: { status: 400, flag: 'DPE', body: 'Bad Request', details: 'unexpected_underscore' },
  escapedSlash: { status: 400, flag: 'DPE', body: 'Bad Request', details: 'path_normalization_failed' },
  headersTooLarge: {
    status: 431,
    flag: 'DPE',
    body: 'Request Header Fields Too Large',
    details: 'request_headers_too_large',
  },
  httpVersion: { status: 505, flag: 'DPE', body: 'HTTP Version Not Supported', details: 'http_version_not_supported' },
  upgradeRequired: { status: 426, flag: 'DPE', body: 'Upgrade Required', details: 'low_version' },
  transferCoding: { status: 501, flag: 'DPE', body: 'Not Implemented', details: 'http1.invalid_transfer_encoding' },
  expectationFailed: { status: 417, flag: 'DPE', body: 'Expectation Failed', details: 'unsupported_expectation' },
  bodyConsumed: { status: 500, flag: '-', body: '', details: 'request_body_already_consumed' },
  payloadTooLarge: { status: 413, flag: '-', body: 'Payload Too Large', details: 'request_payload_too_large' },
  requestTimeout: { status: 408, flag: 'DPE', body: 'request timeout', details: 'request_overall_timeout' },
  clientGone: { status: 499, flag: 'DC', body: '', details: 'downstream_remote_disconnect' },
  clientBodyBroken: { status: 400, flag: 'DC', body: 'Bad Request', details: 'downstream_body_error' },
  // Finding a way
  noRoute: { status: 404, flag: 'NR', body: '', details: 'route_not_found' },
  noCluster: { status: 503, flag: 'NC', body: '', details: 'cluster_not_found' },
  invalidRoute: { status: 404, flag: 'NC', body: '', details: 'direct_response' },
  upgradeRefused: { status: 403, flag: '-', body: '', details: 'upgrade_failed' },
  connectRefused: { status: 404, flag: 'NR', body: '', details: 'connect_not_allowed' },
  // The upstream
  noHealthyUpstream: { status: 503, flag: 'UH', body: 'no healthy upstream', details: 'no_healthy_upstream' },
  connectionFailure: {
    status: 503,
    flag: 'UF',
    body: `${reset}connection failure`,
    details: 'upstream_reset_before_response_started{connection_failure}',
  },
  connectionTimeout: {
    status: 503,
    flag: 'UF',
    body: `${reset}connection timeout`,
    details: 'upstream_reset_before_response_started{connection_timeout}',
  },
  tlsTimeout: {
    status: 503,
    flag: 'UF',
    body: `${reset}connection timeout`,
    details: 'upstream_reset_before_response_started{tls_timeout}',
  },
  tlsFailure: {
    status: 503,
    flag: 'UF',
    body: `${reset}connection failure`,
    details: 'upstream_reset_before_response_started{tls_failure}',
  },
  dnsFailure: {
    status: 503,
    flag: 'DF',
    body: `${reset}connection failure`,
    details: 'upstream_reset_before_response_started{dns_failure}',
  },
  connectionTermination: {
    status: 503,
    flag: 'UC',
    body: `${reset}connection termination`,
    details: 'upstream_reset_before_response_started{connection_termination}',
  },
  remoteReset: {
    status: 503,
    flag: 'UR',
    body: `${reset}remote reset`,
    details: 'upstream_reset_before_response_started{remote_reset}',
  },
  refusedStream: {
    status: 503,
    flag: 'UR',
    body: `${reset}remote refused stream reset`,
    details: 'upstream_reset_before_response_started{remote_refused_stream_reset}',
  },
  protocolError: {
    status: 502,
    flag: 'UPE',
    body: `${reset}protocol error`,
    details: 'upstream_reset_before_response_started{protocol_error}',
  },
  overflow: {
    status: 503,
    flag: 'UO',
    body: `${reset}overflow`,
    details: 'upstream_reset_before_response_started{overflow}',
  },
  upstreamTimeout: { status: 504, flag: 'UT', body: 'upstream request timeout', details: 'response_timeout' },
  perTryTimeout: { status: 504, flag: 'UT', body: 'upstream request timeout', details: 'upstream_per_try_timeout' },
  hedgeLost: { status: 504, flag: '-', body: '', details: 'hedge_lost' },
  upstreamDurationTimeout: {
    status: 504,
    flag: 'UMSDR',
    body: 'upstream max stream duration reached',
    details: 'upstream_max_stream_duration_reached',
  },
  durationTimeout: { ...duration, status: 504 },
  requestDurationTimeout: { ...duration, status: 408 },
  grpcTimeout: { ...duration, status: 504 },
  streamIdleTimeout: { status: 504, flag: 'SI', body: 'stream timeout', details: 'stream_idle_timeout' },
  requestIdleTimeout: { status: 408, flag: 'SI', body: 'stream timeout', details: 'stream_idle_timeout' },
  handlerFailure: { status: 502, flag: 'UPE', body: `${reset}protocol error`, details: 'in_process_handler_failed' },
  upstreamBodyBroken: {
    status: 502,
    flag: 'UC',
    body: '',
    details: 'upstream_reset_after_response_started{connection_termination}',
  },
  // Filters
  invalidOrigin: { status: 403, flag: '-', body: 'Invalid origin', details: 'csrf_origin_mismatch' },
  rateLimited: { status: 429, flag: 'RL', body: 'local_rate_limited', details: 'local_rate_limited' },
  faultAbort: { status: 503, flag: 'FI', body: 'fault filter abort', details: 'fault_filter_abort' },
  // Transformations
  transformationFailed: { status: 400, flag: '-', body: 'bad request', details: 'transformation_filter_error' },
  transformationTooLarge: { status: 413, flag: '-', body: 'payload too large', details: 'transformation_filter_error' },
  // The gateway itself
  filterFailure: { status: 500, flag: '-', body: '', details: 'filter_error' },
  invalidOutgoing: { status: 500, flag: '-', body: '', details: 'invalid_outgoing_message' },
  drained: { status: 503, flag: '-', body: '', details: 'gateway_closed' },
  internal: { status: 500, flag: '-', body: '', details: 'internal_error' },
} as const satisfies Record<string, ErrorSpec>

export type ErrorCode = keyof typeof errors

/** When it happened. */
export type ErrorPhase = 'request' | 'route' | 'filter' | 'connect' | 'send' | 'wait' | 'response' | 'close'
/** Whose fault it was. */
export type ErrorSide = 'client' | 'gateway' | 'upstream'

/** The facts about a failed exchange, from which retries, outlier detection and logs decide. */
export interface ErrorFacts {
  readonly phase: ErrorPhase
  readonly side: ErrorSide
  /** Bytes of the request that went to the upstream; 0 means that it cannot have been processed. */
  readonly bytesSent?: number
  /** Whether response headers had arrived. */
  readonly responseStarted?: boolean
  /** Whether the connection had served a request before: then the upstream may just have closed it as idle. */
  readonly reusedSocket?: boolean
  /** `namespace.name` of the upstream. */
  readonly upstream?: string | undefined
  /** `address:port` of the host that was tried. */
  readonly address?: string | undefined
  /** For operators; never sent to a client. */
  readonly message?: string
  /** What the client is told, where that is more than the {@link ErrorSpec.body} of the code. */
  readonly reply?: string
  readonly cause?: unknown
}

const brand: unique symbol = Symbol.for('headgate.error') as never

/** A failed exchange as a value: filters find it in {@link RequestContext.error}, `onComplete` gets it. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError'
  readonly code: ErrorCode
  readonly phase: ErrorPhase
  readonly side: ErrorSide
  readonly bytesSent: number
  readonly responseStarted: boolean
  readonly reusedSocket: boolean
  readonly upstream: string | undefined
  readonly address: string | undefined
  readonly reply: string | undefined

  constructor(code: ErrorCode, facts: ErrorFacts) {
    super(facts.message ?? (errors[code].body || code), facts.cause === undefined ? undefined : { cause: facts.cause })
    this.code = code
    this.phase = facts.phase
    this.side = facts.side
    this.bytesSent = facts.bytesSent ?? 0
    this.responseStarted = facts.responseStarted ?? false
    this.reusedSocket = facts.reusedSocket ?? false
    this.upstream = facts.upstream
    this.address = facts.address
    this.reply = facts.reply
    Object.defineProperty(this, brand, { value: true })
  }

  /** Status, response flag, body and details that belong to the code. */
  get spec(): ErrorSpec {
    return errors[this.code]
  }

  /** Works across two copies of the package, where `instanceof` does not. */
  static is(value: unknown): value is GatewayError {
    return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[brand] === true
  }
}
