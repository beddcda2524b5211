import { expect, test } from 'vitest'
import type { DirectResponseAction } from '../config/route.ts'
import { GatewayError } from '../errors.ts'
import { HeaderMap } from '../http/headers.ts'
import { GatewayRequest, type GatewayResponse, localClient } from '../http/message.ts'
import { compileDirectResponse, defaultMaxBodySize } from './direct-response.ts'

function answer(action: DirectResponseAction, headers: Readonly<Record<string, string>> = {}): GatewayResponse {
  const respond = compileDirectResponse(action, defaultMaxBodySize, (field, _code, message) => {
    throw new Error(`${field}: ${message}`)
  })
  const request = new GatewayRequest('GET', '/', new HeaderMap(Object.entries(headers)), null, localClient)
  const response = respond?.(request, undefined as never, undefined as never)
  if (response === undefined || GatewayError.is(response)) throw new Error('no response')
  return response
}

const text = ({ body }: GatewayResponse): string | null =>
  body instanceof Uint8Array ? new TextDecoder().decode(body) : null

test('status, text and length', () => {
  const response = answer({ status: 410, body: 'Größe 1' })
  expect(response.status).toBe(410)
  expect(text(response)).toBe('Größe 1')
  expect([...response.headers]).toEqual([
    ['content-type', 'text/plain'],
    ['content-length', '9'],
  ])
})

test('without a text the body is empty', () => {
  const response = answer({ status: 200 })
  expect(response.body).toBeNull()
  expect([...response.headers]).toEqual([['content-length', '0']])
})

test.each([204, 304])('%i has no body, whatever the configuration says', (status) => {
  const response = answer({ status, body: 'text' })
  expect(response.body).toBeNull()
  expect([...response.headers]).toEqual([])
})

test('every answer has headers of its own', () => {
  const respond = compileDirectResponse({ status: 200, body: 'x' }, defaultMaxBodySize, () => {})
  const request = new GatewayRequest('GET', '/', new HeaderMap(), null, localClient)
  const [first, second] = [1, 2].map(
    () => respond?.(request, undefined as never, undefined as never) as GatewayResponse,
  )
  first?.headers.set('content-type', 'text/html')
  expect(second?.headers.get('content-type')).toBe('text/plain')
})

test('gRPC clients get a gRPC status', () => {
  const response = answer({ status: 404, body: 'gone' }, { 'content-type': 'application/grpc' })
  expect(response.status).toBe(200)
  expect(response.headers.get('grpc-status')).toBe('12')
  expect(response.headers.get('grpc-message')).toBe('gone')
})

test('the limit counts bytes', () => {
  const problems: string[] = []
  const compile = (body: string, limit: number) =>
    compileDirectResponse({ status: 200, body }, limit, (...problem) => problems.push(problem.join(' ')))
  expect(compile('a'.repeat(4096), defaultMaxBodySize)).toBeDefined()
  expect(compile('é'.repeat(2049), 4098)).toBeDefined()
  expect(problems).toEqual([])
  expect(compile('é'.repeat(2049), defaultMaxBodySize)).toBeUndefined()
  expect(problems).toEqual([expect.stringMatching(/^directResponseAction\.body body-too-long .*4098 bytes.*4096/)])
})
