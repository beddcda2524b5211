import { expect, test } from 'vitest'
import { HeaderMap } from './headers.ts'
import { GatewayRequest, localClient } from './message.ts'
import { headerValue } from './pseudo.ts'

function request(method: string, target: string, headers: readonly (readonly [string, string])[] = [], secure = false) {
  return new GatewayRequest(method, target, new HeaderMap(headers), null, { ...localClient, secure })
}

test('the parts of the request line are headers', () => {
  const get = request('GET', '/a?b=c', [['Host', 'example.com']])
  expect(headerValue(get, ':method')).toBe('GET')
  expect(headerValue(get, ':path')).toBe('/a?b=c')
  expect(headerValue(get, ':authority')).toBe('example.com')
  expect(headerValue(get, 'host')).toBe('example.com')
  expect(headerValue(get, ':status')).toBeUndefined()
})

test('the scheme is that of the connection, unless it was written down', () => {
  expect(headerValue(request('GET', '/'), ':scheme')).toBe('http')
  expect(headerValue(request('GET', '/', [], true), ':scheme')).toBe('https')
  expect(headerValue(request('GET', '/', [['x-forwarded-proto', 'https']]), ':scheme')).toBe('https')
  expect(headerValue(request('GET', '/', [['x-forwarded-proto', 'ftp']], true), ':scheme')).toBe('https')
})

test('CONNECT has no path, unless it is given one', () => {
  expect(headerValue(request('CONNECT', 'example.com:443'), ':path')).toBeUndefined()
  expect(headerValue(request('CONNECT', '/chat'), ':path')).toBe('/chat')
})

test('several lines are one value', () => {
  const lines: [string, string][] = [
    ['X-A', '1'],
    ['x-b', ''],
    ['x-a', '2'],
  ]
  expect(headerValue(request('GET', '/', lines), 'x-a')).toBe('1,2')
  expect(headerValue(request('GET', '/', lines), 'x-b')).toBe('')
  expect(headerValue(request('GET', '/', lines), 'x-c')).toBeUndefined()
})
