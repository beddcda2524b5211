import { describe, expect, test } from 'vitest'
import { failing, failures, provoke } from '../../../test/support/failures.ts'
import { inProcess, simple, upstream } from '../../../test/support/in-process.ts'
import { faults, send } from '../../testing/src/index.ts'

describe('what a failure is answered with', () => {
  test.each(failures)('%s: %s', async (code, outcome, body, how) => {
    const { downstream, completed, transport } = await provoke(how)
    const { text, headers } = downstream
    expect(text).toBe(body)
    expect(headers?.get('content-length')).toBe(String(body.length))
    expect(headers?.get('content-type')).toBe(body === '' ? undefined : 'text/plain')
    expect(completed).toHaveLength(1)
    expect(completed[0]?.error?.code).toBe(code)
    const { status = 0, responseFlags = [], responseCodeDetails = '', bytesSent } = completed[0] ?? {}
    expect(`${status} ${responseFlags.join() || '-'} ${responseCodeDetails}`).toBe(outcome)
    expect({ status: downstream.status, bytesSent }).toEqual({ status, bytesSent: body.length })
    expect(transport.open).toBe(0)
    expect(`${[...(headers ?? [])].join()}${text}`).not.toContain('secret')
  })

  test('an overload is marked', async () => {
    const { downstream } = await provoke({ answer: failing('overflow') })
    expect(downstream.headers?.get('x-envoy-overloaded')).toBe('true')
  })

  test.each(['badTarget', 'badFraming', 'headersTooLarge', 'requestTimeout', 'clientBodyBroken'])(
    'the connection is closed after %s, because nobody knows where the next request begins',
    async (code) => {
      const how = failures.find(([each]) => each === code)?.[3] ?? {}
      expect((await provoke(how)).downstream.closes).toBe(true)
    },
  )

  test('and kept after a failure of the upstream', async () => {
    expect((await provoke({ answer: faults.refuse() })).downstream.closes).toBe(false)
  })
})

test('a failure knows its upstream, host and cause', async () => {
  const config = { ...simple(), upstreams: [upstream('users', '10.0.0.9')] }
  const { gateway, completed } = inProcess(config, { '*': faults.refuse() })
  await send(gateway, '/')
  expect(completed[0]?.error).toMatchObject({
    upstream: 'default.users',
    address: '10.0.0.9:8080',
    phase: 'connect',
    side: 'upstream',
    bytesSent: 0,
    responseStarted: false,
  })
})
