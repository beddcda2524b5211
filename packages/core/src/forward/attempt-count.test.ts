import { describe, expect, test } from 'vitest'
import { quick, retrying, sendAndWait } from '../../../../test/support/forwarding.ts'
import { inProcess, route, upstream } from '../../../../test/support/in-process.ts'
import { type Answer, faults, sequence } from '../../../testing/src/index.ts'

describe('x-envoy-attempt-count', () => {
  const options = { includeRequestAttemptCount: true, includeAttemptCountInResponse: true }
  const counting = (answer: Answer) =>
    inProcess(
      {
        upstreams: [upstream('users')],
        virtualServices: [
          {
            metadata: { name: 'api' },
            virtualHost: {
              options: { ...options, retries: { retryOn: '5xx', numRetries: 2, ...quick } },
              routes: [route('/', 'users')],
            },
          },
        ],
      },
      { '*': answer },
    )

  test('counts towards upstream and client, over what they say themselves', async () => {
    const setup = counting(sequence(503, { body: 'Ada', headers: { 'x-envoy-attempt-count': '9' } }))
    const reply = await sendAndWait(setup, '/', { headers: { 'x-envoy-attempt-count': '7' } })
    expect(reply.headers.getAll('x-envoy-attempt-count')).toEqual(['2'])
    expect(setup.transport.calls.map(({ headers }) => headers.getAll('x-envoy-attempt-count'))).toEqual([['1'], ['2']])
  })

  test('stands on answers of the gateway, too', async () => {
    const reply = await sendAndWait(counting(faults.refuse()))
    expect(reply).toMatchObject({ status: 503 })
    expect(reply.headers.get('x-envoy-attempt-count')).toBe('3')
  })

  test('is not there unless it is asked for', async () => {
    const setup = retrying({ retryOn: '5xx' }, 503)
    const reply = await sendAndWait(setup)
    expect(reply.headers.has('x-envoy-attempt-count')).toBe(false)
    expect(setup.transport.calls[0]?.headers.has('x-envoy-attempt-count')).toBe(false)
  })
})
