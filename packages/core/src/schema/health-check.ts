import type {
  GrpcHealthCheck,
  HealthCheck,
  HealthCheckHeader,
  HealthCheckPayload,
  HealthResponseMatch,
  HealthResponseMatcher,
  HttpHealthCheck,
  JsonKey,
  JsonPathSegment,
  ResponseAssertions,
  StatusRange,
  TcpHealthCheck,
} from '../config/health-check.ts'
import { compileRegex } from '../regex/regex.ts'
import { headerPair } from './common.ts'
import { type Field, never } from './field.ts'
import { stringMatcher } from './filters.ts'
import {
  duration,
  empty,
  enumeration,
  flag,
  int64,
  list,
  message,
  opaque,
  required,
  text,
  uint32,
} from './protobuf-json.ts'
import { exactlyOne, type Reporter, type Rule, rule, wholeRule } from './rule.ts'
import { headerName, headerValue, methodName, notEmpty, pathWithQuery } from './text-rules.ts'

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

const regularExpression: Rule<string> = wholeRule((value, report) => checkExpression(value, [], report))

function checkExpression(value: string, at: readonly string[], report: Reporter): void {
  const result = compileRegex(value)
  if (!result.ok)
    report({ code: 'invalid-format', at, message: result.message, expected: 'a regular expression (RE2)' })
}

const checkResult = () => enumeration('default', 'healthy', 'degraded', 'unhealthy')

const responseMatch: Field<HealthResponseMatch> = message<HealthResponseMatch>(
  'HealthResponseMatch',
  {
    jsonKey: message<JsonKey>('JsonKey', {
      path: required(list(message<JsonPathSegment>('JsonPathSegment', { key: required(text(notEmpty)) }), { min: 1 })),
    }),
    ignoreErrorOnParse: flag(),
    header: text(headerName),
    body: empty(),
    regex: required(text(regularExpression)),
  },
  exactlyOne('header', 'body'),
)

const responseAssertions: Field<ResponseAssertions> = message<ResponseAssertions>('ResponseAssertions', {
  responseMatchers: list(
    message<HealthResponseMatcher>('HealthResponseMatcher', {
      responseMatch: required(responseMatch),
      matchHealth: checkResult(),
    }),
  ),
  noMatchHealth: checkResult(),
})

const sameProtocol = 'Health checks speak the protocol of the upstream.'

const httpHealthCheck: Field<HttpHealthCheck> = message<HttpHealthCheck>('HttpHealthCheck', {
  path: required(text(pathWithQuery)),
  method: text(methodName),
  host: text(headerValue),
  requestHeadersToAdd: list(
    message<HealthCheckHeader>('HealthCheckHeader', { header: required(headerPair), append: flag() }),
  ),
  requestHeadersToRemove: list(text(headerName)),
  expectedStatuses: list(expectedStatuses),
  codecClientType: never(sameProtocol, enumeration('HTTP1', 'HTTP2', 'HTTP3'), 'warning'),
  useHttp2: never(sameProtocol, flag(), 'warning'),
  serviceName: text(),
  serviceNameMatcher: stringMatcher.check(
    rule(['safeRegex'], ({ safeRegex }, report) => {
      if (safeRegex !== undefined) checkExpression(safeRegex.regex, ['safeRegex', 'regex'], report)
    }),
  ),
  responseAssertions,
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
