import type {
  CircuitBreakers,
  Failover,
  FailoverPolicy,
  LbEndpoint,
  LbEndpointHealthCheck,
  Locality,
  LocalityLbEndpoints,
  OutlierDetection,
  PrioritizedLocality,
} from '../config/upstream-health.ts'
import { hostAddress } from './addresses.ts'
import { extension, type Field } from './field.ts'
import {
  double,
  duration,
  flag,
  list,
  map,
  message,
  required,
  struct,
  text,
  uint32,
  wholePercentage,
} from './protobuf-json.ts'
import { upstreamSslConfig } from './ssl.ts'
import { headerValue, methodName, pathWithQuery } from './text-rules.ts'

export const circuitBreakers: Field<CircuitBreakers> = message<CircuitBreakers>('CircuitBreakers', {
  maxConnections: uint32(),
  maxPendingRequests: uint32(),
  maxRequests: uint32(),
  maxRetries: uint32(),
  trackRemaining: flag(),
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

const lbEndpoint: Field<LbEndpoint> = message<LbEndpoint>('LbEndpoint', {
  address: required(text(hostAddress)),
  port: required(uint32({ min: 1, max: 65_535 })),
  healthCheckConfig: message<LbEndpointHealthCheck>('LbEndpointHealthCheck', {
    portValue: uint32({ max: 65_535 }),
    hostname: text(headerValue),
    path: text(pathWithQuery),
    method: text(methodName),
  }),
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
