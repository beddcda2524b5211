import type {
  CookieBasedSession,
  HashCookie,
  HashPolicy,
  HeaderBasedSession,
  HedgePolicy,
  PreviousPriorities,
  ProtocolUpgradeConfig,
  ProtocolUpgradeSpec,
  RateLimitedRetryBackOff,
  ResetHeader,
  RetryBackOff,
  RetryBudgetConfig,
  RetryPolicy,
  RouteAbort,
  RouteActionHashConfig,
  RouteDelay,
  RouteFaults,
  RouteShadowing,
  SessionCookie,
  StatefulSession,
} from '../config/resilience.ts'
import { resourceRef } from './common.ts'
import { parseDuration } from './duration.ts'
import { extension, type Field, never } from './field.ts'
import { nearest } from './nearest.ts'
import { duration, enumeration, flag, list, message, percentage, required, text, uint32 } from './protobuf-json.ts'
import { exactlyOne, present, type Rule, rule, wholeRule } from './rule.ts'
import { headerName, headerValue, notEmpty } from './text-rules.ts'

/** Conditions of `retryOn`, those of gRPC last. */
export const retryConditions = [
  '5xx',
  'gateway-error',
  'reset',
  'reset-before-request',
  'connect-failure',
  'envoy-ratelimited',
  'retriable-4xx',
  'refused-stream',
  'retriable-status-codes',
  'retriable-headers',
  'http3-post-connect-failure',
  'cancelled',
  'deadline-exceeded',
  'internal',
  'resource-exhausted',
  'unavailable',
] as const

/** Envoy passes over what it does not know, so this is no error. */
const knownConditions: Rule<string> = wholeRule((value, report) => {
  for (const condition of value.split(',').map((part) => part.trim())) {
    if (condition === '' || (retryConditions as readonly string[]).includes(condition)) continue
    const meant = nearest(condition, retryConditions)
    report({
      code: 'no-effect',
      severity: 'warning',
      message: `"${condition}" is not a retry condition`,
      found: condition,
      expected: retryConditions.join(', '),
      ...(meant !== undefined && { fix: `did you mean "${meant}"?` }),
    })
  }
})

const retryBackOff: Field<RetryBackOff> = message<RetryBackOff>(
  'RetryBackOff',
  { baseInterval: duration({ min: 1 }), maxInterval: duration({ min: 1 }) },
  rule(['baseInterval', 'maxInterval'], ({ baseInterval, maxInterval }, report) => {
    if (maxInterval === undefined) return
    if (baseInterval === undefined)
      report({ code: 'required', at: ['baseInterval'], message: 'maxInterval needs a baseInterval' })
    else if ((parseDuration(maxInterval) ?? 0) < (parseDuration(baseInterval) ?? 0))
      report({
        code: 'inconsistent-values',
        at: ['maxInterval'],
        message: 'shorter than baseInterval',
        expected: `at least ${baseInterval}`,
      })
  }),
)

const rateLimitedRetryBackOff: Field<RateLimitedRetryBackOff> = message<RateLimitedRetryBackOff>(
  'RateLimitedRetryBackOff',
  {
    resetHeaders: required(
      list(
        message<ResetHeader>('ResetHeader', {
          name: required(text(headerName)),
          format: enumeration('SECONDS', 'UNIX_TIMESTAMP'),
        }),
        {
          min: 1,
        },
      ),
    ),
    maxInterval: duration({ min: 1 }),
  },
)

export const retryPolicy: Field<RetryPolicy> = message<RetryPolicy>(
  'RetryPolicy',
  {
    retryOn: text(knownConditions),
    numRetries: uint32(),
    perTryTimeout: duration(),
    retryBackOff,
    retriableStatusCodes: list(uint32({ min: 100, max: 599 })),
    rateLimitedRetryBackOff,
    previousPriorities: message<PreviousPriorities>('PreviousPriorities', { updateFrequency: uint32({ min: 1 }) }),
    retryBudget: extension(
      message<RetryBudgetConfig>('RetryBudget', { budgetPercent: percentage(), minRetryConcurrency: uint32() }),
    ),
    hedge: extension(message<HedgePolicy>('HedgePolicy', { hedgeOnPerTryTimeout: flag() })),
  },
  rule(['hedge', 'perTryTimeout'], ({ hedge, perTryTimeout }, report) => {
    if (hedge?.hedgeOnPerTryTimeout !== true || (parseDuration(perTryTimeout ?? '0') ?? 0) > 0) return
    const fix = 'set perTryTimeout to the time after which a try gets company'
    report({ code: 'no-effect', severity: 'warning', at: ['hedge'], message: 'there is no perTryTimeout', fix })
  }),
  rule(['retryOn', 'retriableStatusCodes'], ({ retryOn = '', retriableStatusCodes = [] }, report) => {
    if (retriableStatusCodes.length === 0 || retryOn.includes('retriable-status-codes')) return
    report({
      code: 'no-effect',
      severity: 'warning',
      at: ['retriableStatusCodes'],
      message: 'retryOn does not ask for them',
      fix: 'add "retriable-status-codes" to retryOn',
    })
  }),
)

export const routeFaults: Field<RouteFaults> = message<RouteFaults>('RouteFaults', {
  abort: message<RouteAbort>('RouteAbort', {
    percentage: percentage(),
    httpStatus: required(uint32({ min: 200, max: 599 })),
  }),
  delay: message<RouteDelay>('RouteDelay', { percentage: percentage(), fixedDelay: required(duration({ min: 1 })) }),
})

export const routeShadowing: Field<RouteShadowing> = message<RouteShadowing>('RouteShadowing', {
  upstream: required(resourceRef),
  percentage: percentage(),
  disableShadowHostSuffixAppend: flag(),
  hostRewriteLiteral: text(headerValue),
})

const hashPolicy: Field<HashPolicy> = message<HashPolicy>(
  'HashPolicy',
  {
    header: text(headerName),
    cookie: message<HashCookie>('HashCookie', { name: required(text(notEmpty)), ttl: duration(), path: text() }),
    sourceIp: flag(),
    terminal: flag(),
  },
  exactlyOne('header', 'cookie', 'sourceIp'),
)

export const routeActionHashConfig: Field<RouteActionHashConfig> = message<RouteActionHashConfig>(
  'RouteActionHashConfig',
  {
    hashPolicies: required(list(hashPolicy)),
  },
)

const upgradeKinds = ['websocket', 'connect', 'connectTerminate'] as const
const upgradeSpec: Field<ProtocolUpgradeSpec> = message<ProtocolUpgradeSpec>('ProtocolUpgradeSpec', { enabled: flag() })

const noConnect = 'CONNECT is refused: whoever may open connections through a gateway gets past all its routes.'

const protocolUpgrade: Field<ProtocolUpgradeConfig> = message<ProtocolUpgradeConfig>(
  'ProtocolUpgradeConfig',
  { websocket: upgradeSpec, connect: never(noConnect, upgradeSpec), connectTerminate: never(noConnect, upgradeSpec) },
  exactlyOne(...upgradeKinds),
)

/** Each protocol once. */
const uniqueUpgrades: Rule<readonly ProtocolUpgradeConfig[]> = wholeRule((upgrades, report) => {
  for (const kind of upgradeKinds) {
    const [, second] = upgrades.flatMap((upgrade, index) => (present(upgrade, [kind]).length > 0 ? [index] : []))
    if (second !== undefined)
      report({ code: 'duplicate-entry', at: [second], message: `upgrade config ${kind} is not unique`, found: kind })
  }
})

export const protocolUpgrades: Field<readonly ProtocolUpgradeConfig[]> = list(protocolUpgrade, {}, uniqueUpgrades)

export const statefulSession: Field<StatefulSession> = message<StatefulSession>(
  'StatefulSession',
  {
    cookieBased: message<CookieBasedSession>('CookieBasedSession', {
      cookie: required(
        message<SessionCookie>('SessionCookie', {
          name: required(text(notEmpty)),
          path: text(),
          ttl: required(duration()),
        }),
      ),
    }),
    headerBased: message<HeaderBasedSession>('HeaderBasedSession', { headerName: required(text(headerName)) }),
    strict: flag(),
  },
  exactlyOne('cookieBased', 'headerBased'),
)
