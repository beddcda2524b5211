import type { CorsPolicy, CorsPolicyMergeSettings } from '../config/cors.ts'
import type {
  BufferConfig,
  BufferPerRoute,
  ConnectionLimit,
  CsrfPolicy,
  FractionalPercent,
  GzipConfig,
  HealthCheckEndpoint,
  HttpLocalRateLimit,
  RateLimitConfigRefs,
  RateLimitRoute,
  RateLimitVirtualHost,
  RouteTracing,
  RuntimeFractionalPercent,
  StatsConfig,
  StringMatcher,
  TracePercentages,
  VirtualCluster,
} from '../config/filters.ts'
import { regexPattern, resourceRef, tokenBucket } from './common.ts'
import { type Field, later, never } from './field.ts'
import {
  duration,
  enumeration,
  flag,
  list,
  message,
  opaque,
  percentage,
  required,
  text,
  uint32,
} from './protobuf-json.ts'
import { exactlyOne, rule, wholeRule } from './rule.ts'
import { headerValue, methodName, notEmpty, path } from './text-rules.ts'

export const corsPolicy: Field<CorsPolicy> = message<CorsPolicy>(
  'CorsPolicy',
  {
    allowOrigin: list(text(headerValue)),
    allowOriginRegex: list(text(notEmpty)),
    allowMethods: list(text(headerValue)),
    allowHeaders: list(text(headerValue)),
    exposeHeaders: list(text(headerValue)),
    maxAge: text(headerValue),
    allowCredentials: flag(),
    disableForRoute: flag(),
  },
  rule(['allowOrigin', 'allowOriginRegex'], ({ allowOrigin, allowOriginRegex, disableForRoute }, report) => {
    if (!allowOrigin?.length && !allowOriginRegex?.length && disableForRoute !== true)
      report({
        code: 'required',
        message: 'a CORS policy needs origins',
        expected: 'allowOrigin or allowOriginRegex',
        fix: 'name the origins, or set disableForRoute to have no CORS here',
      })
  }),
)

export const corsPolicyMergeSettings: Field<CorsPolicyMergeSettings> = message<CorsPolicyMergeSettings>(
  'CorsPolicyMergeSettings',
  {
    exposeHeaders: enumeration('DEFAULT', 'UNION'),
  },
)

const denominators = { HUNDRED: 100, TEN_THOUSAND: 10_000, MILLION: 1_000_000 } as const

const fractionalPercent: Field<FractionalPercent> = message<FractionalPercent>(
  'FractionalPercent',
  { numerator: uint32(), denominator: enumeration('HUNDRED', 'TEN_THOUSAND', 'MILLION') },
  rule(['numerator', 'denominator'], ({ numerator = 0, denominator = 'HUNDRED' }, report) => {
    const most = denominators[denominator]
    if (numerator > most)
      report({
        code: 'out-of-range',
        at: ['numerator'],
        message: 'more than the whole',
        expected: `at most ${most}`,
      })
  }),
)

const runtimeFraction: Field<RuntimeFractionalPercent> = message<RuntimeFractionalPercent>('RuntimeFractionalPercent', {
  defaultValue: fractionalPercent,
  runtimeKey: never('There is no Envoy runtime; the default value always counts.', text(), 'warning'),
})

export const stringMatcher: Field<StringMatcher> = message<StringMatcher>(
  'StringMatcher',
  { exact: text(), prefix: text(notEmpty), suffix: text(notEmpty), safeRegex: regexPattern, ignoreCase: flag() },
  exactlyOne('exact', 'prefix', 'suffix', 'safeRegex'),
)

export const csrfPolicy: Field<CsrfPolicy> = message<CsrfPolicy>('CsrfPolicy', {
  filterEnabled: runtimeFraction,
  shadowEnabled: runtimeFraction,
  additionalOrigins: list(stringMatcher),
})

export const buffer: Field<BufferConfig> = message<BufferConfig>('BufferConfig', {
  maxRequestBytes: required(uint32({ min: 1 })),
})

export const bufferPerRoute: Field<BufferPerRoute> = message<BufferPerRoute>(
  'BufferPerRoute',
  { disabled: flag(), buffer },
  exactlyOne('disabled', 'buffer'),
)

export const gzip: Field<GzipConfig> = message<GzipConfig>('GzipConfig', {
  memoryLevel: uint32({ min: 1, max: 9 }),
  contentLength: uint32(),
  compressionLevel: enumeration('DEFAULT', 'BEST', 'SPEED'),
  compressionStrategy: enumeration('DEFAULT', 'FILTERED', 'HUFFMAN', 'RLE'),
  contentType: list(text(notEmpty)),
  disableOnEtagHeader: flag(),
  removeAcceptEncodingHeader: flag(),
  windowBits: uint32({ min: 9, max: 15 }),
})

export const httpLocalRateLimit: Field<HttpLocalRateLimit> = message<HttpLocalRateLimit>('HttpLocalRateLimit', {
  defaultLimit: tokenBucket,
  localRateLimitPerDownstreamConnection: flag(),
  enableXRatelimitHeaders: flag(),
})

const localRatelimit = tokenBucket
const rateLimits = later('Access', list(opaque()))

export const rateLimitVirtualHost: Field<RateLimitVirtualHost> = message<RateLimitVirtualHost>('RateLimitVirtualHost', {
  localRatelimit,
  rateLimits,
})

export const rateLimitRoute: Field<RateLimitRoute> = message<RateLimitRoute>('RateLimitRoute', {
  localRatelimit,
  rateLimits,
  includeVhRateLimits: later('Access', flag()),
})

export const rateLimitConfigRefs: Field<RateLimitConfigRefs> = message<RateLimitConfigRefs>('RateLimitConfigRefs', {
  refs: list(resourceRef),
})

export const stats: Field<StatsConfig> = message<StatsConfig>('StatsConfig', {
  virtualClusters: list(
    message<VirtualCluster>('VirtualCluster', {
      name: required(text(notEmpty)),
      pattern: required(text(notEmpty)),
      method: text(methodName),
    }),
  ),
})

export const tracePercentages: Field<TracePercentages> = message<TracePercentages>('TracePercentages', {
  clientSamplePercentage: percentage(),
  randomSamplePercentage: percentage(),
  overallSamplePercentage: percentage(),
})

export const routeTracing: Field<RouteTracing> = message<RouteTracing>('RouteTracing', {
  routeDescriptor: text(),
  tracePercentages,
  propagate: flag(),
})

export const healthCheckEndpoint: Field<HealthCheckEndpoint> = message<HealthCheckEndpoint>('HealthCheckEndpoint', {
  path: required(
    text(
      path,
      wholeRule((value, report) => {
        if (!value.startsWith('/'))
          report({ code: 'invalid-path', message: 'not a path', expected: 'a path such as "/healthz"' })
      }),
    ),
  ),
})

export const connectionLimit: Field<ConnectionLimit> = message<ConnectionLimit>('ConnectionLimit', {
  maxActiveConnections: required(uint32({ min: 1 })),
  delayBeforeClose: duration(),
})
