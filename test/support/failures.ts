import type { ErrorCode, GatewayConfig, UpstreamDriver } from '@headgate/core'
import { type Answer, faults } from '@headgate/testing'
import { filter } from './filters.ts'
import { type InProcess, inProcess, route, service, simple } from './in-process.ts'
import { RecordingDownstream, type RecordingOptions } from './recording-downstream.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
/** An upstream that fails in a certain way after it has read the request. */
export const failing = (code: ErrorCode) => faults.failure(code, { phase: 'wait', side: 'upstream' })
/** How Envoy's texts for failures of an upstream begin. */
export const reset = 'upstream connect error or disconnect/reset before headers. reset reason: '

const listening = (settings: object): GatewayConfig => ({
  ...simple(),
  gateways: [{ metadata: { name: 'edge' }, httpGateway: { options: { httpConnectionManagerSettings: settings } } }],
})

/** How a failure is brought about. */
export interface Failure {
  readonly target?: string
  readonly request?: RecordingOptions
  readonly config?: GatewayConfig
  readonly answer?: Answer
  readonly options?: Parameters<typeof inProcess>[2]
  /** Milliseconds that pass. */
  readonly after?: number
  /** Called before the request. */
  readonly before?: (made: InProcess) => void | Promise<void>
}

const noHosts: UpstreamDriver = {
  kind: 'pipe',
  open: () => ({
    endpoints(changed) {
      changed([])
      return () => undefined
    },
    send: () => ({ cancel: () => undefined }),
  }),
}

/** Status, response flag and details as one text, and the body, as Envoy has them; and the failures that must lead to them. */
export const failures: readonly (readonly [ErrorCode, string, string, Failure])[] = [
  // The client's request
  ['badRequest', '400 DPE http1.codec_error', 'Bad Request', { target: 'BREW /' }],
  ['badTarget', '400 DPE path_normalization_failed', 'Bad Request', { target: '/a#b' }],
  ['badHost', '400 DPE invalid_host', 'Bad Request', { request: { rawHeaders: ['accept', '*/*'] } }],
  ['badFraming', '400 DPE invalid_framing', 'Bad Request', { request: { headers: { 'content-length': '-1' } } }],
  ['badHeader', '400 DPE invalid_header', 'Bad Request', { request: { headers: { 'x-a': 'a\u0000b' } } }],
  [
    'badConnection',
    '400 DPE invalid_connection_header',
    'Bad Request',
    { request: { headers: { connection: 'host' } } },
  ],
  [
    'headerUnderscore',
    '400 DPE unexpected_underscore',
    'Bad Request',
    {
      request: { headers: { a_b: '1' } },
      config: listening({ headersWithUnderscoresAction: 'REJECT_CLIENT_REQUEST' }),
    },
  ],
  [
    'escapedSlash',
    '400 DPE path_normalization_failed',
    'Bad Request',
    { target: '/a%2fb', config: listening({ pathWithEscapedSlashesAction: 'REJECT_REQUEST' }) },
  ],
  [
    'headersTooLarge',
    '431 DPE request_headers_too_large',
    'Request Header Fields Too Large',
    { request: { headers: { 'x-a': 'a'.repeat(61_440) } } },
  ],
  [
    'httpVersion',
    '505 DPE http_version_not_supported',
    'HTTP Version Not Supported',
    { request: { httpVersion: '3.0' } },
  ],
  ['upgradeRequired', '426 DPE low_version', 'Upgrade Required', { request: { httpVersion: '1.0' } }],
  [
    'transferCoding',
    '501 DPE http1.invalid_transfer_encoding',
    'Not Implemented',
    { request: { rawHeaders: ['host', 'a', 'transfer-encoding', 'gzip, chunked'] } },
  ],
  [
    'expectationFailed',
    '417 DPE unsupported_expectation',
    'Expectation Failed',
    { request: { headers: { expect: 'miracles' } } },
  ],
  [
    'bodyConsumed',
    '500 - request_body_already_consumed',
    '',
    {
      target: 'POST /',
      request: { headers: { 'content-length': '3' }, body: bytes('abc'), bodyProblem: 'a parser has read the body' },
    },
  ],
  [
    'requestTimeout',
    '408 DPE request_overall_timeout',
    'request timeout',
    {
      target: 'POST /',
      request: { body: stalled(), complete: false },
      config: listening({ requestTimeout: '1s' }),
      answer: faults.stall(),
      after: 1000,
    },
  ],
  [
    'requestIdleTimeout',
    '408 SI stream_idle_timeout',
    'stream timeout',
    {
      target: 'POST /',
      request: { body: stalled(), complete: false },
      config: listening({ streamIdleTimeout: '1s' }),
      answer: faults.stall(),
      after: 1000,
    },
  ],
  [
    'clientBodyBroken',
    '400 DC downstream_body_error',
    'Bad Request',
    {
      target: 'POST /',
      request: { body: { [Symbol.asyncIterator]: broken }, complete: false },
      answer: faults.stall(),
    },
  ],
  // Finding a way
  ['noRoute', '404 NR route_not_found', '', { config: { virtualServices: [service('a', [], ['a.test'])] } }],
  ['noCluster', '503 NC cluster_not_found', '', { config: { virtualServices: [service('a', [route('/', 'no')])] } }],
  [
    'upgradeRefused',
    '403 - upgrade_failed',
    '',
    { request: { headers: { connection: 'upgrade', upgrade: 'websocket' } } },
  ],
  // The upstream
  [
    'noHealthyUpstream',
    '503 UH no_healthy_upstream',
    'no healthy upstream',
    {
      config: {
        upstreams: [{ metadata: { name: 'p' }, pipe: { path: '/p' } }],
        virtualServices: [service('api', [route('/', 'p')])],
      },
      options: { drivers: [noHosts] },
    },
  ],
  [
    'connectionFailure',
    '503 UF upstream_reset_before_response_started{connection_failure}',
    `${reset}connection failure`,
    { answer: faults.refuse() },
  ],
  [
    'connectionTimeout',
    '503 UF upstream_reset_before_response_started{connection_timeout}',
    `${reset}connection timeout`,
    { answer: faults.connectTimeout(), after: 5000 },
  ],
  [
    'tlsFailure',
    '503 UF upstream_reset_before_response_started{tls_failure}',
    `${reset}connection failure`,
    { answer: faults.tlsFailure() },
  ],
  [
    'dnsFailure',
    '503 DF upstream_reset_before_response_started{dns_failure}',
    `${reset}connection failure`,
    { answer: faults.dnsFailure() },
  ],
  [
    'connectionTermination',
    '503 UC upstream_reset_before_response_started{connection_termination}',
    `${reset}connection termination`,
    { answer: faults.resetBeforeHeaders() },
  ],
  [
    'remoteReset',
    '503 UR upstream_reset_before_response_started{remote_reset}',
    `${reset}remote reset`,
    { answer: faults.remoteReset() },
  ],
  [
    'protocolError',
    '502 UPE upstream_reset_before_response_started{protocol_error}',
    `${reset}protocol error`,
    { answer: faults.garbage() },
  ],
  [
    'protocolError',
    '502 UPE upstream_reset_before_response_started{protocol_error}',
    `${reset}protocol error`,
    { answer: { headers: { 'content-length': 'many' }, body: 'a' } },
  ],
  [
    'protocolError',
    '502 UPE upstream_reset_before_response_started{protocol_error}',
    `${reset}protocol error`,
    { answer: 101 },
  ],
  [
    'overflow',
    '503 UO upstream_reset_before_response_started{overflow}',
    `${reset}overflow`,
    { answer: failing('overflow') },
  ],
  ['upstreamTimeout', '504 UT response_timeout', 'upstream request timeout', { answer: faults.stall(), after: 15_000 }],
  [
    'streamIdleTimeout',
    '504 SI stream_idle_timeout',
    'stream timeout',
    { answer: faults.stall(), config: listening({ streamIdleTimeout: '1s' }), after: 1000 },
  ],
  [
    'handlerFailure',
    '502 UPE in_process_handler_failed',
    `${reset}protocol error`,
    {
      config: {
        upstreams: [{ metadata: { name: 'h' }, handler: () => Promise.reject(new Error('secret')) }],
        virtualServices: [service('api', [route('/', 'h')])],
      },
    },
  ],
  [
    'upstreamBodyBroken',
    '502 UC upstream_reset_after_response_started{connection_termination}',
    '',
    { answer: failing('upstreamBodyBroken') },
  ],
  // The gateway itself
  [
    'filterFailure',
    '500 - filter_error',
    '',
    { options: { filters: [filter('bad', { onRequest: () => Promise.reject(new Error('secret')) })] } },
  ],
  ['internal', '500 - internal_error', '', { answer: failing('internal') }],
  ['drained', '503 - gateway_closed', '', { before: ({ transport }) => transport.close(0) }],
]

function stalled(): AsyncIterable<Uint8Array> {
  return {
    [Symbol.asyncIterator]: () => ({
      next: () => new Promise(() => undefined),
      return: () => Promise.resolve({ done: true, value: undefined }),
    }),
  }
}

async function* broken(): AsyncGenerator<Uint8Array> {
  yield bytes('a')
  throw new Error('secret')
}

/** Sends one request and lets happen what must. */
export async function provoke({
  target = '/',
  request,
  config = simple(),
  answer = 'hello',
  options,
  after = 0,
  before,
}: Failure) {
  const made = inProcess(config, { '*': answer }, options)
  await before?.(made)
  const downstream = new RecordingDownstream(target, request)
  made.gateway.serve(downstream)
  await made.clock.advance(after)
  return { ...made, downstream }
}
