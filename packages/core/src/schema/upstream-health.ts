import type {
  CircuitBreakers,
  Failover,
  FailoverPolicy,
  GrpcHealthCheck,
  HealthCheck,
  HealthCheckHeader,
  HealthCheckPayload,
  HttpHealthCheck,
  LbEndpoint,
  Locality,
  LocalityLbEndpoints,
  OutlierDetection,
  PrioritizedLocality,
  StatusRange,
  TcpHealthCheck,
} from '../config/upstream-health.ts'
import { hostAddress } from './addresses.ts'
import { headerPair } from './common.ts'
import { extension, type Field, never } from './field.ts'
import {
  double,
  duration,
  enumeration,
  flag,
  int64,
  list,
  map,
  message,
  opaque,
  required,
  struct,
  text,
  uint32,
  wholePercentage,
} from './protobuf-json.ts'
import { exactlyOne, rule, wholeRule } from './rule.ts'
import { upstreamSslConfig } from './ssl.ts'
import { headerName, headerValue, methodName, pathWithQuery } from './text-rules.ts'

export const circuitBreakers: Field<CircuitBreakers> = message<CircuitBreakers>('CircuitBreakers', {
  maxConnections: uint32(),
  maxPendingRequests: uint32(),
  maxRequests: uint32(),
  maxRetries: uint32(),
  trackRemaining: never('There are no Envoy statistics.', flag(), 'warning'),
})

export const outlierDetection: Field<OutlierDetection> = message<OutlierDetection>('OutlierDetection', {
  consecutive5xx: uint32(),
  interval: required(duration({ min: 1 })),
  baseEjectionTime: duration({ min: 1 }),
  maxEjectionPercent: wholePercentage(),
  enforcingConsecutive5xx: wholePercentage(),
  enforcingSuccessRate: wholePercentage(),
  successRateMinimumHosts: uint32(),
  successRateRequestVolume: uint32(),
  successRateStdevFactor: uint32(),
  consecutiveGatewayFailure: uint32(),
  enforcingConsecutiveGatewayFailure: wholePercentage(),
  splitExternalLocalOriginErrors: flag(),
  consecutiveLocalOriginFailure: uint32(),
  enforcingConsecutiveLocalOriginFailure: wholePercentage(),
  enforcingLocalOriginSuccessRate: wholePercentage(),
  maxEjectionTime: extension(duration({ min: 1 })),
  maxEjectionTimeJitter: extension(duration()),
  failurePercentageThreshold: extension(wholePercentage()),
  enforcingFailurePercentage: extension(wholePercentage()),
  enforcingFailurePercentageLocalOrigin: extension(wholePercentage()),
  failurePercentageMinimumHosts: extension(uint32()),
  failurePercentageRequestVolume: extension(uint32()),
})

const expectedStatuses: Field<StatusRange> = message<StatusRange>(
  'StatusRange',
  { start: required(int64({ min: 100, max: 599 })), end: required(int64({ min: 101, max: 600 })) },
  rule(['start', 'end'], ({ start, end }, report) => {
    if (start >= end)
      report({
        code: 'inconsistent-values',
        message: 'an empty range: end does not belong to it',
        found: `${start} to ${end}`,
        expected: 'an end above start',
      })
  }),
)

const httpHealthCheck: Field<HttpHealthCheck> = message<HttpHealthCheck>('HttpHealthCheck', {
  path: required(text(pathWithQuery)),
  method: text(methodName),
  host: text(headerValue),
  requestHeadersToAdd: list(
    message<HealthCheckHeader>('HealthCheckHeader', { header: required(headerPair), append: flag() }),
  ),
  requestHeadersToRemove: list(text(headerName)),
  expectedStatuses: list(expectedStatuses),
  codecClientType: enumeration('HTTP1', 'HTTP2', 'HTTP3'),
  useHttp2: flag(),
  serviceName: text(),
  serviceNameMatcher: opaque(),
  responseAssertions: opaque(),
})

const payload: Field<HealthCheckPayload> = message<HealthCheckPayload>('HealthCheckPayload', {
  text: required(
    text(
      wholeRule((value, report) => {
        if (!/^([0-9a-fA-F]{2})+$/.test(value))
          report({
            code: 'invalid-format',
            message: 'not bytes in hexadecimal',
            expected: 'pairs of hexadecimal digits',
          })
      }),
    ),
  ),
})

export const healthCheck: Field<HealthCheck> = message<HealthCheck>(
  'HealthCheck',
  {
    timeout: required(duration({ min: 1 })),
    interval: required(duration({ min: 1 })),
    unhealthyThreshold: required(uint32({ min: 1 })),
    healthyThreshold: required(uint32({ min: 1 })),
    httpHealthCheck,
    tcpHealthCheck: message<TcpHealthCheck>('TcpHealthCheck', { send: payload, receive: list(payload) }),
    grpcHealthCheck: message<GrpcHealthCheck>('GrpcHealthCheck', { serviceName: text(), authority: text(headerValue) }),
    customHealthCheck: never('There are no Envoy health checkers.', opaque()),
    initialJitter: duration(),
    intervalJitter: duration(),
    intervalJitterPercent: uint32(),
    noTrafficInterval: duration({ min: 1 }),
    unhealthyInterval: duration({ min: 1 }),
    unhealthyEdgeInterval: duration({ min: 1 }),
    healthyEdgeInterval: duration({ min: 1 }),
    reuseConnection: flag(),
    eventLogPath: never('Health events go to the event sink of the gateway.', text(), 'warning'),
    alwaysLogHealthCheckFailures: never('Health events go to the event sink of the gateway.', flag(), 'warning'),
  },
  exactlyOne('httpHealthCheck', 'tcpHealthCheck', 'grpcHealthCheck', 'customHealthCheck'),
)

const lbEndpoint: Field<LbEndpoint> = message<LbEndpoint>('LbEndpoint', {
  address: required(text(hostAddress)),
  port: required(uint32({ min: 1, max: 65_535 })),
  healthCheckConfig: opaque(),
  upstreamSslConfig,
  loadBalancingWeight: uint32({ min: 1 }),
  metadata: map(struct()),
})

export const failover: Field<Failover> = message<Failover>('Failover', {
  prioritizedLocalities: list(
    message<PrioritizedLocality>('PrioritizedLocality', {
      localityEndpoints: list(
        message<LocalityLbEndpoints>('LocalityLbEndpoints', {
          locality: message<Locality>('Locality', { region: text(), zone: text(), subZone: text() }),
          lbEndpoints: list(lbEndpoint),
          loadBalancingWeight: uint32({ min: 1 }),
        }),
      ),
    }),
  ),
  policy: message<FailoverPolicy>('FailoverPolicy', { overprovisioningFactor: double({ min: 100 }) }),
})
