import type { GatewayError } from '../errors.ts'
import type { HeaderMap } from '../http/headers.ts'
import { retryConditions } from '../schema/resilience.ts'

/** Which outcomes of a try make another one worth while: Envoy's `retry_on`. */
export interface RetryConditions {
  /** A set of {@link retryConditions}, one bit each. */
  readonly on: number
  /** What `retriable-status-codes` stands for. */
  readonly statusCodes: readonly number[]
  /** What `retriable-headers` stands for: any of these on the response. */
  readonly headerNames: readonly string[]
}

function bit(condition: (typeof retryConditions)[number]): number {
  return 1 << retryConditions.indexOf(condition)
}

const serverError = bit('5xx')
const gatewayError = bit('gateway-error')
const reset = bit('reset')
const resetBeforeRequest = bit('reset-before-request')
const connectFailure = bit('connect-failure')
const rateLimited = bit('envoy-ratelimited')
const conflict = bit('retriable-4xx')
const refusedStream = bit('refused-stream')
const statusCodes = bit('retriable-status-codes')
const headers = bit('retriable-headers')

/** gRPC status codes that have a condition. */
const grpcConditions: Readonly<Record<string, number>> = {
  1: bit('cancelled'),
  4: bit('deadline-exceeded'),
  8: bit('resource-exhausted'),
  13: bit('internal'),
  14: bit('unavailable'),
}
const anyGrpc = Object.values(grpcConditions).reduce((set, each) => set | each)

/** The set that a list such as `5xx,connect-failure` names; what is unknown is passed over, as Envoy does. */
export function parseRetryOn(list: string): number {
  let set = 0
  for (const name of list.split(',')) {
    const index = (retryConditions as readonly string[]).indexOf(name.trim())
    if (index !== -1) set |= 1 << index
  }
  return set
}

/** Whether to try again after this response. */
export function retriesResponse(conditions: RetryConditions, status: number, response: HeaderMap): boolean {
  const { on } = conditions
  if ((on & rateLimited) !== 0 && response.has('x-envoy-ratelimited')) return true
  // Another gateway has refused the request to protect what is behind it.
  return matchesResponse(conditions, status, response) && !response.has('x-envoy-ratelimited')
}

function matchesResponse(conditions: RetryConditions, status: number, response: HeaderMap): boolean {
  const { on } = conditions
  if ((on & serverError) !== 0 && status >= 500 && status <= 599) return true
  if ((on & gatewayError) !== 0 && status >= 502 && status <= 504) return true
  if ((on & conflict) !== 0 && status === 409) return true
  if ((on & statusCodes) !== 0 && conditions.statusCodes.includes(status)) return true
  if ((on & headers) !== 0 && conditions.headerNames.some((name) => response.has(name))) return true
  if ((on & anyGrpc) === 0) return false
  const code = response.get('grpc-status')
  return code !== undefined && (on & (grpcConditions[code] ?? 0)) !== 0
}

/**
 * Whether to try again after a try that got no response. What the gateway itself or the client is to blame for would
 * only happen again; a request that was turned away because there are too many must not come back at once.
 */
export function retriesFailure({ on }: RetryConditions, error: GatewayError): boolean {
  if (error.side !== 'upstream' || error.responseStarted || error.code === 'overflow') return false
  if ((on & (serverError | gatewayError | reset)) !== 0) return true
  if ((on & resetBeforeRequest) !== 0 && error.bytesSent === 0) return true
  if ((on & refusedStream) !== 0 && error.code === 'refusedStream') return true
  return (on & connectFailure) !== 0 && error.phase === 'connect'
}
