import type { Duration, ResourceRef } from './common.ts'

/** When and how a failed request is tried again. Source: Gloo `retries.proto`. */
export interface RetryPolicy {
  /** Conditions, separated by commas, such as `5xx,gateway-error,connect-failure`. Without any there are no retries. */
  readonly retryOn?: string
  /** Retries after the first try. Default 1, and 0 means 1. */
  readonly numRetries?: number
  /** Limit of each try. Default: only the route's `timeout`. */
  readonly perTryTimeout?: Duration
  readonly retryBackOff?: RetryBackOff
  /** Status codes that the condition `retriable-status-codes` stands for. */
  readonly retriableStatusCodes?: readonly number[]
  readonly rateLimitedRetryBackOff?: RateLimitedRetryBackOff
  readonly previousPriorities?: PreviousPriorities
  /**
   * Bounds the retries to the upstream by the requests to it, in place of its `circuitBreakers.maxRetries`. Default: that
   * limit.
   * @remarks headgate extension, after Envoy's `retry_budget`
   */
  readonly retryBudget?: RetryBudgetConfig
  /**
   * Tries beside each other. Default: one after the other.
   * @remarks headgate extension, after Envoy's `hedge_policy`
   */
  readonly hedge?: HedgePolicy
}

/** How many of the requests to an upstream may be retries at a time. Source: Envoy `circuit_breaker.proto`. */
export interface RetryBudgetConfig {
  /** Share of the requests in flight, 0 to 100. Default 20. */
  readonly budgetPercent?: number
  /** Retries that may be in flight however few requests there are. Default 3. */
  readonly minRetryConcurrency?: number
}

/** When a try gets company. Source: Envoy `route_components.proto`. */
export interface HedgePolicy {
  /**
   * When `perTryTimeout` is over do not give the try up, but start another one beside it; the first good answer counts. It
   * is one of the `numRetries`. Default false.
   */
  readonly hedgeOnPerTryTimeout?: boolean
}

/** Pauses between tries: exponential, with full jitter. */
export interface RetryBackOff {
  /** At least `1ms`. Default `25ms`. */
  readonly baseInterval?: Duration
  /** At least `baseInterval`. Default: ten times `baseInterval`. */
  readonly maxInterval?: Duration
}

/** Pauses that the upstream asks for. */
export interface RateLimitedRetryBackOff {
  /** Headers to look at, in order. */
  readonly resetHeaders: readonly ResetHeader[]
  /** Longer pauses are not kept. Default `300s`. */
  readonly maxInterval?: Duration
}

/** A header that says when to try again. */
export interface ResetHeader {
  readonly name: string
  /** Default `SECONDS`. */
  readonly format?: 'SECONDS' | 'UNIX_TIMESTAMP'
}

/** Retries avoid priorities that have been tried. */
export interface PreviousPriorities {
  /** Tries after which priorities are looked at again, at least 1. Default 2. */
  readonly updateFrequency?: number
}

/** Failures on purpose. A delay comes before an abort. Source: Gloo `fault.proto`. */
export interface RouteFaults {
  readonly abort?: RouteAbort
  readonly delay?: RouteDelay
}

/** Answers instead of the upstream. */
export interface RouteAbort {
  /** Share of requests, 0 to 100. Default 0. */
  readonly percentage?: number
  /** From 200 to 599. */
  readonly httpStatus: number
}

/** Makes requests wait. */
export interface RouteDelay {
  /** Share of requests, 0 to 100. Default 0. */
  readonly percentage?: number
  /** More than 0. Gloo refuses less than a second; headgate does not. */
  readonly fixedDelay: Duration
}

/** Copies requests to another upstream, whose answer is dropped. Source: Gloo `shadowing.proto`. */
export interface RouteShadowing {
  readonly upstream: ResourceRef
  /** Share of requests, 0 to 100. Default 0. */
  readonly percentage?: number
  /** Send the host as it is instead of with `-shadow` appended. Default false. */
  readonly disableShadowHostSuffixAppend?: boolean
  /** Host of the copies, without a suffix. */
  readonly hostRewriteLiteral?: string
}

/** What a hash balancer makes its key from. Source: Gloo `lbhash.proto`. */
export interface RouteActionHashConfig {
  readonly hashPolicies: readonly HashPolicy[]
}

/** One part of the key: exactly one of `header`, `cookie` and `sourceIp`. */
export interface HashPolicy {
  readonly header?: string
  readonly cookie?: HashCookie
  readonly sourceIp?: boolean
  /** Stop here if there is a key by now. Default false. */
  readonly terminal?: boolean
}

/** A cookie as part of the key. */
export interface HashCookie {
  readonly name: string
  /** Set the cookie if the client has none, for so long; `0s` for the browser's session. Default: never set it. */
  readonly ttl?: Duration
  readonly path?: string
}

/** Whether a protocol may be switched to. Exactly one of the three. */
export interface ProtocolUpgradeConfig {
  readonly websocket?: ProtocolUpgradeSpec
  readonly connect?: ProtocolUpgradeSpec
  /** End CONNECT tunnels here. Routes only. */
  readonly connectTerminate?: ProtocolUpgradeSpec
}

/** The switch of one protocol. */
export interface ProtocolUpgradeSpec {
  /** Default true. */
  readonly enabled?: boolean
}

/** Keeps a client on one host. Exactly one of `cookieBased` and `headerBased`. Source: Gloo `stateful_session.proto`. */
export interface StatefulSession {
  readonly cookieBased?: CookieBasedSession
  readonly headerBased?: HeaderBasedSession
  /** Answer 503 when the host is gone, instead of taking another. Default false. */
  readonly strict?: boolean
}

/** The host is kept in a cookie. */
export interface CookieBasedSession {
  readonly cookie: SessionCookie
}

/** The cookie that names the host. */
export interface SessionCookie {
  readonly name: string
  readonly path?: string
  /** `0s` for the browser's session. */
  readonly ttl: Duration
}

/** The host is kept in a header. */
export interface HeaderBasedSession {
  readonly headerName: string
}
