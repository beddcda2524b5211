import type {
  AccessLog,
  AccessLoggingService,
  FileSink,
  GrpcWeb,
  HeaderValidationSettings,
  HttpListenerOptions,
  ListenerOptions,
  RouterOptions,
} from '../config/listener-options.ts'
import { tokenBucket } from './common.ts'
import { extensions } from './extensions.ts'
import { type Field, later, never } from './field.ts'
import { buffer, connectionLimit, csrfPolicy, gzip, healthCheckEndpoint, httpLocalRateLimit } from './filters.ts'
import { httpConnectionManagerSettings } from './http-connection-manager.ts'
import { empty, flag, json, list, map, message, opaque, struct, text, uint32 } from './protobuf-json.ts'
import { statefulSession } from './resilience.ts'
import { noFirewall } from './route-options.ts'
import { atMostOne, exactlyOne } from './rule.ts'

const belowHttp = 'It works below HTTP; the application that embeds headgate owns the socket.'
const onRoutes = 'Filters take their settings from virtual hosts, routes and destinations.'

const accessLoggingService: Field<AccessLoggingService> = message<AccessLoggingService>('AccessLoggingService', {
  accessLog: list(
    message<AccessLog>(
      'AccessLog',
      {
        fileSink: message<FileSink>(
          'FileSink',
          { path: text(), stringFormat: text(), jsonFormat: map(json()) },
          atMostOne('stringFormat', 'jsonFormat'),
        ),
        grpcService: opaque(),
        openTelemetryService: opaque(),
        filter: struct(),
      },
      exactlyOne('fileSink', 'grpcService', 'openTelemetryService'),
    ),
  ),
})

export const listenerOptions: Field<ListenerOptions> = message<ListenerOptions>('ListenerOptions', {
  accessLoggingService: later('Observability', accessLoggingService, 'warning'),
  listenerAccessLoggingService: never(belowHttp, accessLoggingService, 'warning'),
  extensions: never(onRoutes, extensions, 'warning'),
  perConnectionBufferLimitBytes: uint32(),
  socketOptions: never(belowHttp, list(opaque()), 'warning'),
  proxyProtocol: never(belowHttp, opaque()),
  connectionBalanceConfig: never(belowHttp, opaque(), 'warning'),
  tcpStats: never(belowHttp, flag(), 'warning'),
})

export const httpListenerOptions: Field<HttpListenerOptions> = message<HttpListenerOptions>(
  'HttpListenerOptions',
  {
    httpConnectionManagerSettings,
    healthCheck: later('Resilience', healthCheckEndpoint),
    gzip: later('Processing', gzip),
    buffer: buffer,
    csrf: csrfPolicy,
    router: message<RouterOptions>('RouterOptions', {
      suppressEnvoyHeaders: flag(),
      dynamicStats: never('There are no Envoy statistics.', flag(), 'warning'),
    }),
    httpLocalRatelimit: httpLocalRateLimit,
    networkLocalRatelimit: never(belowHttp, tokenBucket),
    connectionLimit: later('Resilience', connectionLimit),
    headerValidationSettings: message<HeaderValidationSettings>('HeaderValidationSettings', {
      disableHttp1MethodValidation: empty(),
    }),
    sanitizeClusterHeader: flag(),
    leftmostXffAddress: flag(),
    statefulSession,
    dynamicForwardProxy: later('Processing', opaque()),
    grpcWeb: later('Functions', message<GrpcWeb>('GrpcWeb', { disable: flag() }), 'warning'),
    grpcJsonTranscoder: later('Functions', opaque()),
    extensions: never(onRoutes, extensions, 'warning'),
    proxyLatency: later('Observability', opaque(), 'warning'),
    tap: later('Observability', opaque(), 'warning'),
    caching: never('Gloo takes it away in 1.21.', opaque()),
    waf: never(noFirewall, opaque()),
    dlp: later('Access', opaque()),
    wasm: never('Filters are written in JavaScript.', opaque()),
    extauth: later('Access', opaque()),
    ratelimitServer: later('Access', opaque()),
    disableExtProc: later('Access', flag(), 'warning'),
    extProc: later('Access', opaque()),
    disableExtProcEarly: later('Access', flag(), 'warning'),
    extProcEarly: later('Access', opaque()),
    disableExtProcLate: later('Access', flag(), 'warning'),
    extProcLate: later('Access', opaque()),
  },
  atMostOne('disableExtProc', 'extProc'),
  atMostOne('disableExtProcEarly', 'extProcEarly'),
  atMostOne('disableExtProcLate', 'extProcLate'),
)
