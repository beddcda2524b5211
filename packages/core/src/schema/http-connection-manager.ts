import type {
  Http2ProtocolOptions,
  HttpConnectionManagerSettings,
  InternalAddressConfig,
  ListenerTracing,
  SetCurrentClientCertDetails,
  TracingMetadataTag,
  TracingTag,
  UuidRequestIdConfig,
} from '../config/http-connection-manager.ts'
import type { ProtocolUpgradeConfig } from '../config/resilience.ts'
import { cidrRange } from './common.ts'
import { type Field, later, never } from './field.ts'
import { tracePercentages } from './filters.ts'
import { earlyHeaderManipulation } from './header-manipulation.ts'
import { duration, enumeration, flag, list, message, opaque, text, uint32 } from './protobuf-json.ts'
import { protocolUpgrades } from './resilience.ts'
import { atMostOne, type Rule, wholeRule } from './rule.ts'
import { headerValue } from './text-rules.ts'

const hostOwns = 'The application that embeds headgate owns the server and its connections; set it there.'
const codec = 'Node reads and writes HTTP.'

/** Flow control windows of HTTP/2 start at the size that its specification gives them. */
export function windowSize(): Field<number> {
  return uint32({ min: 65_535, max: 2_147_483_647 })
}

/** Tunnels can only end at a route. */
const noTermination: Rule<readonly ProtocolUpgradeConfig[]> = wholeRule((upgrades, report) => {
  upgrades.forEach((upgrade, index) => {
    if (upgrade.connectTerminate !== undefined)
      report({
        code: 'not-allowed-here',
        at: [index, 'connectTerminate'],
        message: 'connectTerminate can only be set on a route',
      })
  })
})

const clientCertDetails: Field<SetCurrentClientCertDetails> = message<SetCurrentClientCertDetails>(
  'SetCurrentClientCertDetails',
  {
    subject: flag(),
    cert: flag(),
    chain: flag(),
    dns: flag(),
    uri: flag(),
  },
)

const http2ProtocolOptions: Field<Http2ProtocolOptions> = message<Http2ProtocolOptions>('Http2ProtocolOptions', {
  maxConcurrentStreams: uint32({ min: 1, max: 2_147_483_647 }),
  initialStreamWindowSize: windowSize(),
  initialConnectionWindowSize: windowSize(),
  overrideStreamErrorOnInvalidHttpMessage: flag(),
})

const tracingTag: Field<TracingTag> = message<TracingTag>('TracingTag', {
  tag: text(),
  value: text(),
  name: text(),
  defaultValue: text(),
})

const tracing: Field<ListenerTracing> = message<ListenerTracing>(
  'ListenerTracing',
  {
    requestHeadersForTags: list(text()),
    environmentVariablesForTags: list(tracingTag),
    literalsForTags: list(tracingTag),
    metadataForTags: list(
      message<TracingMetadataTag>('TracingMetadataTag', {
        tag: text(),
        kind: enumeration('REQUEST', 'ENDPOINT'),
        value: opaque(),
        defaultValue: text(),
      }),
    ),
    tracePercentages,
    verbose: flag(),
    spawnUpstreamSpan: flag(),
    zipkinConfig: opaque(),
    datadogConfig: opaque(),
    openTelemetryConfig: opaque(),
    openCensusConfig: opaque(),
  },
  atMostOne('zipkinConfig', 'datadogConfig', 'openTelemetryConfig', 'openCensusConfig'),
)

export const httpConnectionManagerSettings: Field<HttpConnectionManagerSettings> =
  message<HttpConnectionManagerSettings>(
    'HttpConnectionManagerSettings',
    {
      useRemoteAddress: flag(),
      xffNumTrustedHops: uint32(),
      skipXffAppend: flag(),
      internalAddressConfig: later(
        'Processing',
        message<InternalAddressConfig>('InternalAddressConfig', { unixSockets: flag(), cidrRanges: list(cidrRange) }),
      ),
      appendXForwardedPort: flag(),
      via: text(headerValue),
      serverName: text(headerValue),
      serverHeaderTransformation: later('Processing', enumeration('OVERWRITE', 'APPEND_IF_ABSENT', 'PASS_THROUGH')),
      generateRequestId: flag(),
      preserveExternalRequestId: flag(),
      uuidRequestIdConfig: never(
        'Request ids carry no trace decision.',
        message<UuidRequestIdConfig>('UuidRequestIdConfig', {
          packTraceReason: flag(),
          useRequestIdForTraceSampling: flag(),
        }),
        'warning',
      ),
      proxy100Continue: later('Processing', flag(), 'warning'),
      streamIdleTimeout: duration(),
      idleTimeout: duration(),
      requestTimeout: duration(),
      requestHeadersTimeout: duration(),
      drainTimeout: never(hostOwns, duration(), 'warning'),
      delayedCloseTimeout: never(hostOwns, duration(), 'warning'),
      maxConnectionDuration: never(hostOwns, duration(), 'warning'),
      maxStreamDuration: duration(),
      maxRequestsPerConnection: never(hostOwns, uint32(), 'warning'),
      maxRequestHeadersKb: uint32({ min: 1, max: 8192 }),
      maxHeadersCount: uint32({ min: 1 }),
      headersWithUnderscoresAction: enumeration('ALLOW', 'REJECT_CLIENT_REQUEST', 'DROP_HEADER'),
      normalizePath: flag(),
      mergeSlashes: flag(),
      pathWithEscapedSlashesAction: enumeration(
        'IMPLEMENTATION_SPECIFIC_DEFAULT',
        'KEEP_UNCHANGED',
        'REJECT_REQUEST',
        'UNESCAPE_AND_REDIRECT',
        'UNESCAPE_AND_FORWARD',
      ),
      stripAnyHostPort: flag(),
      acceptHttp10: flag(),
      defaultHostForHttp10: later('Processing', text(headerValue)),
      codecType: never(codec, enumeration('AUTO', 'HTTP1', 'HTTP2'), 'warning'),
      allowChunkedLength: never(
        'A request with both a length and chunks is always refused: it is how requests are smuggled.',
        flag(),
        'warning',
      ),
      enableTrailers: later('Functions', flag(), 'warning'),
      properCaseHeaderKeyFormat: never('The case of header names means nothing.', flag(), 'warning'),
      preserveCaseHeaderKeyFormat: never('The case of header names means nothing.', flag(), 'warning'),
      http2ProtocolOptions: never(hostOwns, http2ProtocolOptions, 'warning'),
      forwardClientCertDetails: later(
        'Access',
        enumeration('SANITIZE', 'FORWARD_ONLY', 'APPEND_FORWARD', 'SANITIZE_SET', 'ALWAYS_FORWARD_ONLY'),
      ),
      setCurrentClientCertDetails: later('Access', clientCertDetails),
      upgrades: protocolUpgrades.check(noTermination),
      earlyHeaderManipulation,
      tracing: later('Observability', tracing, 'warning'),
    },
    atMostOne('properCaseHeaderKeyFormat', 'preserveCaseHeaderKeyFormat'),
  )
