import { describe, expect, test } from 'vitest'
import { type Failure, provoke, reset } from '../../../../test/support/failures.ts'
import { filter } from '../../../../test/support/filters.ts'
import { route, service } from '../../../../test/support/in-process.ts'
import { faults } from '../../../testing/src/index.ts'

describe('a gRPC client', () => {
  const grpc = { headers: { 'content-type': 'application/grpc', te: 'trailers' } }

  test.each<[string, Failure, string, string | undefined]>([
    ['no route', { config: { virtualServices: [service('a', [], ['a.test'])] } }, '12', undefined],
    ['no upstream', { config: { virtualServices: [service('a', [route('/', 'no')])] } }, '14', undefined],
    ['a refused connection', { answer: faults.refuse() }, '14', `${reset}connection failure`],
    ['garbage', { answer: faults.garbage() }, '14', `${reset}protocol error`],
    ['a timeout', { answer: faults.stall(), after: 15_000 }, '14', 'upstream request timeout'],
    [
      'a filter that fails',
      { options: { filters: [filter('bad', { onRequest: () => Promise.reject(1) })] } },
      '2',
      undefined,
    ],
  ])('is told of %s in its own way', async (_, how, code, message) => {
    const { downstream, completed } = await provoke({ ...how, request: grpc })
    const { headers, status, text } = downstream
    expect({ status, text }).toEqual({ status: 200, text: '' })
    expect(headers?.get('content-type')).toBe('application/grpc')
    expect(headers?.get('grpc-status')).toBe(code)
    expect(headers?.get('grpc-message')).toBe(message)
    expect(completed[0]?.error).toBeDefined()
  })

  test('is not gRPC-Web', async () => {
    const { downstream } = await provoke({
      answer: faults.refuse(),
      request: { headers: { 'content-type': 'application/grpc-web' } },
    })
    expect(downstream.status).toBe(503)
  })
})
