import type { Answer } from '@headgate/testing'
import { describe, expect, test } from 'vitest'
import { hosts, LiveCluster } from '../../../../../test/support/live-cluster.ts'
import type { HealthCheck, HttpHealthCheck } from '../../config/health-check.ts'

const base: HealthCheck = { timeout: '1s', interval: '10s', unhealthyThreshold: 3, healthyThreshold: 2 }

describe('a request', () => {
  const sent = async (http: Partial<HttpHealthCheck>, healthCheckConfig?: { path?: string; method?: string }) => {
    const static_ = { hosts: [{ addr: '10.0.0.1', port: 8080, ...(healthCheckConfig && { healthCheckConfig }) }] }
    const check = { ...base, httpHealthCheck: { path: '/healthz', ...http } }
    const upstream = new LiveCluster({ static: static_, healthChecks: [check] })
    await upstream.clock.advance(0)
    const [call] = upstream.transport.calls
    return `${call?.method} ${call?.target} ${[...(call?.headers ?? [])].map((pair) => pair.join('=')).join(' ')}`
  }

  test('is a GET with the name of the upstream as its host', async () => {
    expect(await sent({})).toBe('GET /healthz host=default.users user-agent=headgate/health-check')
  })

  test('has the method, the host and the headers that are wanted', async () => {
    const requestHeadersToAdd = [
      { header: { key: 'x-key', value: 'a' } },
      { header: { key: 'x-key', value: 'b' } },
      { header: { key: 'x-one', value: '1' } },
      { header: { key: 'x-one', value: '2' }, append: false },
    ]
    const http = { method: 'HEAD', host: 'users.test', requestHeadersToAdd, requestHeadersToRemove: ['User-Agent'] }
    expect(await sent(http)).toBe('HEAD /healthz host=users.test x-key=a x-key=b x-one=2')
  })

  test('asks a host for what is its own', async () => {
    expect(await sent({}, { path: '/alive', method: 'OPTIONS' })).toMatch(/^OPTIONS \/alive /)
  })
})

describe('an answer', () => {
  const verdict = async (http: Partial<HttpHealthCheck>, answer: Answer) => {
    const healthChecks = [{ ...base, httpHealthCheck: { path: '/', ...http } }]
    const upstream = new LiveCluster({ ...hosts(1), healthChecks }, { answers: { '*': answer } })
    await upstream.clock.advance(0)
    return upstream.told[0]?.replace('10.0.0.1:8080 unhealthy: ', '') ?? 'good'
  }
  const statuses = (...expectedStatuses: readonly { start: number; end: number }[]) => ({ expectedStatuses })

  test.each([
    { http: {}, status: 200, expected: 'good' },
    { http: {}, status: 204, expected: 'answered with status 204' },
    { http: statuses({ start: 200, end: 300 }), status: 204, expected: 'good' },
    { http: statuses({ start: 200, end: 300 }), status: 300, expected: 'answered with status 300' },
    { http: statuses({ start: 204, end: 205 }, { start: 302, end: 303 }), status: 302, expected: 'good' },
    { http: statuses({ start: 204, end: 205 }), status: 200, expected: 'answered with status 200' },
    { http: statuses({ start: 503, end: 504 }), status: 503, expected: 'good' },
  ])('of $status is judged by $http.expectedStatuses', async ({ http, status, expected }) => {
    expect(await verdict(http, status)).toBe(expected)
  })

  test.each([
    { http: { serviceName: 'users' }, service: 'users-7f', expected: 'good' },
    { http: { serviceName: 'users' }, service: 'orders', expected: 'another service answers: "orders"' },
    { http: { serviceNameMatcher: { exact: 'Users', ignoreCase: true } }, service: 'users', expected: 'good' },
    {
      http: { serviceNameMatcher: { suffix: '-v2' } },
      service: 'users-v1',
      expected: 'another service answers: "users-v1"',
    },
    { http: { serviceNameMatcher: { safeRegex: { regex: 'users-v[12]' } } }, service: 'users-v2', expected: 'good' },
    { http: { serviceNameMatcher: { prefix: 'users' } }, service: undefined, expected: 'another service answers: ""' },
  ])('must be of the service: $service', async ({ http, service, expected }) => {
    const headers = service === undefined ? {} : { 'x-envoy-upstream-healthchecked-cluster': service }
    expect(await verdict(http, { headers })).toBe(expected)
  })

  const assertion = (responseMatch: object, matchHealth?: 'healthy' | 'degraded' | 'unhealthy') => ({
    responseMatch: { body: {}, regex: '.*', ...responseMatch },
    ...(matchHealth && { matchHealth }),
  })
  const json = (key: string, regex: string, more = {}) => ({
    jsonKey: { path: [{ key: 'db' }, { key }] },
    regex,
    ...more,
  })

  test.each([
    { matchers: [assertion({ regex: 'all is well' })], answer: { status: 500, body: 'all is well' }, expected: 'good' },
    { matchers: [assertion({ regex: 'well' })], answer: 'all is well', expected: 'matched none of the assertions' },
    { matchers: [assertion(json('state', 'up'))], answer: '{"db":{"state":"up"}}', expected: 'good' },
    { matchers: [assertion(json('lag', '[0-9]'))], answer: '{"db":{"lag":7}}', expected: 'good' },
    {
      matchers: [assertion(json('lag', '[0-9]'))],
      answer: '{"db":{"lag":70}}',
      expected: 'matched none of the assertions',
    },
    { matchers: [assertion(json('toString', '.+'))], answer: '{"db":{}}', expected: 'matched none of the assertions' },
    { matchers: [assertion(json('state', 'up'))], answer: 'up', expected: 'answered with a body that is not JSON' },
    {
      matchers: [assertion(json('state', 'up', { ignoreErrorOnParse: true })), assertion({ regex: 'up' })],
      answer: 'up',
      expected: 'good',
    },
    {
      matchers: [assertion({ body: undefined, header: 'x-state', regex: 'draining' }, 'unhealthy'), assertion({})],
      answer: { headers: { 'x-state': 'draining' } },
      expected: 'matched "draining"',
    },
    { matchers: [assertion({ regex: 'slow' }, 'degraded')], answer: 'slow', expected: 'good' },
  ])('is judged by what is in it: $answer', async ({ matchers, answer, expected }) => {
    expect(await verdict({ responseAssertions: { responseMatchers: matchers as never } }, answer)).toBe(expected)
  })

  test('that no assertion is about can be good, too', async () => {
    expect(await verdict({ responseAssertions: { noMatchHealth: 'healthy' } }, 500)).toBe('good')
  })
})
