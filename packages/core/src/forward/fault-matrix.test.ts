import { describe, expect, test } from 'vitest'
import { chunks, forwarding, quick } from '../../../../test/support/forwarding.ts'
import type { InProcess } from '../../../../test/support/in-process.ts'
import { type Answer, faults, send } from '../../../testing/src/index.ts'
import type { RouteOptions } from '../config/route-options.ts'
import type { ErrorCode } from '../errors.ts'

interface Row {
  readonly fault: string
  readonly answer: Answer
  readonly options?: RouteOptions
  /** What the client gets. */
  readonly status: number
  readonly code: ErrorCode
  readonly flag: string
  readonly details: string
  /** Milliseconds until then. */
  readonly after?: number
  /** Set when the head of the response is on its way before that: the client sees it break off. */
  readonly breaks?: true
  /** Conditions under which it is tried again. */
  readonly retriedOn: readonly string[]
}

const reset = (reason: string) => `upstream_reset_before_response_started{${reason}}`
const everything = ['5xx', 'gateway-error', 'reset', 'reset-before-request', 'connect-failure']
const afterwards = ['5xx', 'gateway-error', 'reset']
const conditions = [...everything, 'refused-stream', 'retriable-4xx', 'retriable-status-codes', 'unavailable']

const rows: readonly Row[] = [
  {
    fault: 'the connection is refused',
    answer: faults.refuse(),
    ...{ status: 503, code: 'connectionFailure', flag: 'UF', details: reset('connection_failure') },
    retriedOn: everything,
  },
  {
    fault: 'the connection is not made in time',
    answer: faults.connectTimeout(),
    ...{ status: 503, code: 'connectionTimeout', flag: 'UF', details: reset('connection_timeout'), after: 5000 },
    retriedOn: everything,
  },
  {
    fault: 'the name is unknown',
    answer: faults.dnsFailure(),
    ...{ status: 503, code: 'dnsFailure', flag: 'DF', details: reset('dns_failure') },
    retriedOn: everything,
  },
  {
    fault: 'TLS fails',
    answer: faults.tlsFailure(),
    ...{ status: 503, code: 'tlsFailure', flag: 'UF', details: reset('tls_failure') },
    retriedOn: everything,
  },
  {
    fault: 'the connection ends before the head',
    answer: faults.resetBeforeHeaders(),
    ...{ status: 503, code: 'connectionTermination', flag: 'UC', details: reset('connection_termination') },
    retriedOn: afterwards,
  },
  {
    fault: 'the stream is reset before the head',
    answer: faults.remoteReset(),
    ...{ status: 503, code: 'remoteReset', flag: 'UR', details: reset('remote_reset') },
    retriedOn: afterwards,
  },
  {
    fault: 'the stream is refused',
    answer: faults.failure('refusedStream', { phase: 'wait', side: 'upstream', bytesSent: 0 }),
    ...{ status: 503, code: 'refusedStream', flag: 'UR', details: reset('remote_refused_stream_reset') },
    retriedOn: [...afterwards, 'reset-before-request', 'refused-stream'],
  },
  {
    fault: 'the head is no HTTP',
    answer: faults.garbage(),
    ...{ status: 502, code: 'protocolError', flag: 'UPE', details: reset('protocol_error') },
    retriedOn: afterwards,
  },
  {
    fault: 'the body breaks off',
    answer: faults.resetAfter(3),
    ...{ status: 200, code: 'upstreamBodyBroken', flag: 'UC', breaks: true },
    details: 'upstream_reset_after_response_started{connection_termination}',
    retriedOn: [],
  },
  {
    fault: 'there is no answer within the timeout',
    answer: faults.stall(),
    options: { timeout: '2s' },
    ...{ status: 504, code: 'upstreamTimeout', flag: 'UT', details: 'response_timeout', after: 2000 },
    retriedOn: [],
  },
  {
    fault: 'the body does not end within the timeout',
    answer: faults.slowDrip({ bytes: 1000, every: 100 }),
    options: { timeout: '2s' },
    ...{ status: 200, code: 'upstreamTimeout', flag: 'UT', details: 'response_timeout', after: 2000, breaks: true },
    retriedOn: [],
  },
  {
    fault: 'a try is not answered in its time',
    answer: faults.stall(),
    options: { timeout: '20s', retries: { perTryTimeout: '2s' } },
    ...{ status: 504, code: 'perTryTimeout', flag: 'UT', details: 'upstream_per_try_timeout', after: 2000 },
    retriedOn: afterwards,
  },
  {
    fault: 'nothing comes for longer than the idle time',
    answer: faults.stall(),
    options: { timeout: '0s', idleTimeout: '2s' },
    ...{ status: 504, code: 'streamIdleTimeout', flag: 'SI', details: 'stream_idle_timeout', after: 2000 },
    retriedOn: [],
  },
  {
    fault: 'the body stops for longer than the idle time',
    answer: faults.stallAfter(3),
    options: { timeout: '0s', idleTimeout: '2s' },
    ...{
      status: 200,
      code: 'streamIdleTimeout',
      flag: 'SI',
      details: 'stream_idle_timeout',
      after: 2000,
      breaks: true,
    },
    retriedOn: [],
  },
  {
    fault: 'the stream lasts for longer than it may',
    answer: faults.stall(),
    options: { timeout: '0s', maxStreamDuration: { maxStreamDuration: '2s' } },
    ...{ status: 504, code: 'durationTimeout', flag: 'DT', details: 'max_duration_timeout', after: 2000 },
    retriedOn: [],
  },
  {
    fault: 'the response comes, and its body reads nothing of the request',
    answer: faults.earlyResponse({ status: 503, body: 'busy' }),
    ...{ status: 503, code: undefined as never, flag: '', details: 'via_upstream' },
    retriedOn: ['5xx', 'gateway-error'],
  },
]

const requests = [
  ['GET', () => undefined],
  ['POST with a body in memory', () => 'Ada'],
  ['POST with a stream', () => chunks('A', 'd', 'a')],
] as const

/** Nothing may be left when an exchange is over. */
function expectNothingLeft({ gateway, transport, completed }: InProcess): void {
  expect(transport.open).toBe(0)
  expect(completed).toHaveLength(1)
  const [cluster] = gateway.clusters()
  expect(cluster?.circuitBreakers.used).toMatchObject({ requests: 0, retries: 0 })
  expect(cluster?.hosts.map(({ active }) => active)).toEqual([0])
}

describe.each(requests)('%s', (title, body) => {
  const target = title === 'GET' ? '/' : 'POST /'
  const init = (): object => ({ ...(title !== 'GET' && { body: body() }) })

  test.each(rows)('$fault: $status $flag', async ({ answer, options, status, code, flag, details, after, breaks }) => {
    const setup = forwarding(options ?? {}, answer)
    const reply = send(setup.gateway, target, init())
    if (after !== undefined) await setup.clock.advance(after - 1)
    if (after !== undefined) expect(setup.completed).toEqual([])
    await setup.clock.advance(1)
    const { status: got, broken } = await reply
    expect(got).toBe(status)
    expect(broken !== undefined).toBe(breaks === true)
    expect(setup.completed[0]).toMatchObject({
      responseFlags: flag === '' ? [] : [flag],
      responseCodeDetails: details,
    })
    expect(setup.completed[0]?.error?.code).toBe(code)
    expect(setup.transport.calls).toHaveLength(1)
    expectNothingLeft(setup)
  })

  test.each(rows)('$fault: tried again on $retriedOn', async ({ answer, options, after = 0, retriedOn }) => {
    const retried: string[] = []
    for (const retryOn of conditions) {
      const setup = forwarding({ ...options, retries: { ...options?.retries, retryOn, ...quick } }, answer)
      const reply = send(setup.gateway, target, init())
      await setup.clock.advance(after * 2 + 100)
      await reply
      if (setup.transport.calls.length > 1) retried.push(retryOn)
      expectNothingLeft(setup)
    }
    expect(retried.sort()).toEqual([...retriedOn].sort())
  })

  test('the client leaves: DC, and nothing is tried again', async () => {
    const leaving = new AbortController()
    const setup = forwarding({ retries: { retryOn: '5xx,reset', ...quick } }, faults.stall())
    const reply = send(setup.gateway, target, { ...init(), signal: leaving.signal })
    await setup.clock.advance(10)
    leaving.abort()
    await reply
    await setup.clock.advance(1000)
    expect(setup.completed[0]).toMatchObject({ responseFlags: ['DC'], status: 0 })
    expect(setup.transport.calls).toMatchObject([{ cancelled: true }])
    expectNothingLeft(setup)
  })
})
