import { describe, expect, test } from 'vitest'
import { type ErrorCode, type ErrorFacts, GatewayError } from '../errors.ts'
import { HeaderMap } from '../http/headers.ts'
import { parseRetryOn, type RetryConditions, retriesFailure, retriesResponse } from './retry-on.ts'

function conditions(list: string, more: Partial<RetryConditions> = {}): RetryConditions {
  return { on: parseRetryOn(list), statusCodes: [], headerNames: [], ...more }
}

/** Which of the statuses a list of conditions tries again after. */
function retried(list: string, more: Partial<RetryConditions> = {}, headers: Record<string, string> = {}): number[] {
  const statuses = [200, 302, 404, 409, 425, 429, 500, 501, 502, 503, 504, 505, 599]
  const map = new HeaderMap(Object.entries(headers))
  return statuses.filter((status) => retriesResponse(conditions(list, more), status, map))
}

describe('after a response', () => {
  test.each([
    ['', []],
    ['5xx', [500, 501, 502, 503, 504, 505, 599]],
    ['gateway-error', [502, 503, 504]],
    ['retriable-4xx', [409]],
    ['gateway-error,retriable-4xx', [409, 502, 503, 504]],
    [' 5xx , retriable-4xx ', [409, 500, 501, 502, 503, 504, 505, 599]],
    ['reset,connect-failure,refused-stream,reset-before-request', []],
    ['unknown,gateway-errors', []],
    ['5XX', []],
    ['http3-post-connect-failure', []],
  ])('%j', (list, statuses) => {
    expect(retried(list)).toEqual(statuses)
  })

  test('with the status codes of the policy', () => {
    expect(retried('retriable-status-codes', { statusCodes: [404, 500] })).toEqual([404, 500])
    expect(retried('retriable-status-codes')).toEqual([])
    expect(retried('gateway-error', { statusCodes: [404] })).toEqual([502, 503, 504])
  })

  test('with headers that are named', () => {
    const headerNames = ['x-again', 'x-later']
    expect(retried('retriable-headers', { headerNames }, { 'X-Later': '' })).toContain(200)
    expect(retried('retriable-headers', { headerNames }, { 'x-other': '' })).toEqual([])
    expect(retried('5xx', { headerNames }, { 'x-again': '' })).not.toContain(200)
  })

  test.each([
    ['cancelled', '1'],
    ['deadline-exceeded', '4'],
    ['resource-exhausted', '8'],
    ['internal', '13'],
    ['unavailable', '14'],
  ])('with the gRPC status of %s', (condition, code) => {
    for (const status of ['0', '1', '2', '4', '8', '13', '14', 'constructor', '']) {
      expect(retried(condition, {}, { 'grpc-status': status }).includes(200), status).toBe(status === code)
    }
  })

  test('x-envoy-ratelimited stops all retries but those that are for it', () => {
    const limited = { 'x-envoy-ratelimited': 'true' }
    expect(retried('5xx,retriable-status-codes', { statusCodes: [429] }, limited)).toEqual([])
    expect(retried('envoy-ratelimited', {}, limited)).toContain(429)
    expect(retried('envoy-ratelimited')).toEqual([])
  })
})

describe('after a failure', () => {
  const connect = { phase: 'connect', side: 'upstream' } as const
  const wait = { phase: 'wait', side: 'upstream', bytesSent: 1 } as const
  const failures: readonly (readonly [ErrorCode, ErrorFacts, readonly string[]])[] = [
    ['connectionFailure', connect, ['5xx', 'gateway-error', 'reset', 'reset-before-request', 'connect-failure']],
    ['connectionTimeout', connect, ['5xx', 'gateway-error', 'reset', 'reset-before-request', 'connect-failure']],
    ['tlsFailure', connect, ['5xx', 'gateway-error', 'reset', 'reset-before-request', 'connect-failure']],
    ['tlsTimeout', connect, ['5xx', 'gateway-error', 'reset', 'reset-before-request', 'connect-failure']],
    ['dnsFailure', connect, ['5xx', 'gateway-error', 'reset', 'reset-before-request', 'connect-failure']],
    ['connectionTermination', wait, ['5xx', 'gateway-error', 'reset']],
    ['remoteReset', wait, ['5xx', 'gateway-error', 'reset']],
    ['refusedStream', wait, ['5xx', 'gateway-error', 'reset', 'refused-stream']],
    ['protocolError', wait, ['5xx', 'gateway-error', 'reset']],
    ['perTryTimeout', wait, ['5xx', 'gateway-error', 'reset']],
    ['handlerFailure', wait, ['5xx', 'gateway-error', 'reset']],
    // Nothing is mended by sending these again.
    ['overflow', connect, []],
    ['upstreamBodyBroken', { ...wait, responseStarted: true }, []],
    ['clientBodyBroken', { phase: 'send', side: 'client' }, []],
    ['invalidOutgoing', { phase: 'send', side: 'gateway' }, []],
    ['drained', { phase: 'connect', side: 'gateway' }, []],
  ]
  const all = ['5xx', 'gateway-error', 'reset', 'reset-before-request', 'connect-failure', 'refused-stream']
  const others = ['retriable-4xx', 'retriable-status-codes', 'retriable-headers', 'envoy-ratelimited', 'unavailable']

  test.each(failures)('%s %j is for %j', (code, facts, wanted) => {
    const error = new GatewayError(code, facts)
    expect([...all, ...others].filter((condition) => retriesFailure(conditions(condition), error))).toEqual(wanted)
  })
})
