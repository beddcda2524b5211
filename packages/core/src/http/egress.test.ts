import { describe, expect, test } from 'vitest'
import { cleanResponse, cleanTrailers } from './egress.ts'
import { HeaderMap } from './headers.ts'

function map(lines: readonly string[]): HeaderMap {
  return new HeaderMap(lines.map((line) => line.split(/: ?(.*)/s, 2) as [string, string]))
}

function lines(headers: HeaderMap): string[] {
  return [...headers].map(([name, value]) => `${name}: ${value}`)
}

/** What is left of a response to GET with status 200. */
function cleaned(fields: readonly string[], status = 200, method = 'GET'): string[] {
  const headers = map(fields)
  cleanResponse(headers, status, method)
  return lines(headers)
}

describe('hop-by-hop fields of a response (RFC 9110, 7.6.1; pains 25 and 29)', () => {
  test.each([
    'Connection: keep-alive',
    'Keep-Alive: timeout=5',
    'Transfer-Encoding: chunked',
    'TE: trailers',
    'Upgrade: h2c',
    'Proxy-Connection: close',
    'Proxy-Authenticate: Basic',
    'Proxy-Authentication-Info: x',
    'Alt-Svc: h3=":443"',
  ])('%s is removed', (field) => {
    expect(cleaned(['x-a: b', field])).toEqual(['x-a: b'])
  })

  test('fields that Connection names are removed, wherever they stand', () => {
    expect(
      cleaned(['X-Secret: 1', 'Connection: close, x-secret', 'connection: X-Other', 'x-other: 2', 'x-a: b']),
    ).toEqual(['x-a: b'])
  })

  test('Connection cannot remove the length', () => {
    expect(cleaned(['Content-Length: 5', 'Connection: content-length'])).toEqual(['Content-Length: 5'])
  })

  test('everything else keeps order, case and repetition (pain 30)', () => {
    const fields = [
      'Set-Cookie: a=1',
      'X-B: 1',
      'set-cookie: b=2',
      'WWW-Authenticate: Basic',
      'WWW-Authenticate: Bearer',
    ]
    expect(cleaned([...fields, 'Proxy-Status: a'])).toEqual([...fields, 'Proxy-Status: a'])
  })

  test('a pseudo-header is removed', () => {
    const headers = HeaderMap.wrap([':status', '200', 'x-a', 'b'])
    cleanResponse(headers, 200, 'GET')
    expect(lines(headers)).toEqual(['x-a: b'])
  })

  test('underscores stay', () => {
    expect(cleaned(['bar_baz: fooz'])).toEqual(['bar_baz: fooz'])
  })
})

describe('length of a response (RFC 9110, 8.6; pain 4)', () => {
  test.each([
    [100, 'GET'],
    [103, 'GET'],
    [204, 'GET'],
    [200, 'CONNECT'],
  ])('%i to %s has none', (status, method) => {
    expect(cleaned(['Content-Length: 5', 'x-a: b'], status, method)).toEqual(['x-a: b'])
  })

  test.each([
    [200, 'HEAD'],
    [304, 'GET'],
    [304, 'HEAD'],
    [200, 'GET'],
    [404, 'CONNECT'],
  ])('%i to %s keeps it', (status, method) => {
    expect(cleaned(['Content-Length: 123'], status, method)).toEqual(['Content-Length: 123'])
  })

  test.each([
    ['+5', 'no number'],
    ['0x5', 'no number'],
    ['5.0', 'no number'],
    ['5, 5', 'no number'],
    ['18446744073709551621', 'no number'],
    ['', 'no number'],
  ])('an invalid one, %j, is reported and removed', (value) => {
    const headers = map([`Content-Length: ${value}`, 'x-a: b'])
    expect(cleanResponse(headers, 200, 'GET')).toMatch(/Content-Length/)
    expect(lines(headers)).toEqual(['x-a: b'])
  })

  test('two that differ are reported, two equal ones become one', () => {
    const differing = map(['Content-Length: 5', 'Content-Length: 3'])
    expect(cleanResponse(differing, 200, 'GET')).toMatch(/Content-Length/)
    expect(lines(differing)).toEqual([])
    const equal = map(['Content-Length: 5', 'content-length: 5'])
    expect(cleanResponse(equal, 200, 'GET')).toBeUndefined()
    expect(lines(equal)).toEqual(['Content-Length: 5'])
  })
})

describe('Trailer (RFC 9110, 6.6.2; pain 27)', () => {
  test('stays where trailers can follow', () => {
    expect(cleaned(['Trailer: x-sum'])).toEqual(['Trailer: x-sum'])
  })

  test.each([
    [200, ['Content-Length: 5']],
    [304, []],
    [204, []],
  ])('goes where none can: %i', (status, fields) => {
    expect(cleaned(['Trailer: x-sum', ...fields], status)).toEqual(fields)
  })
})

describe('101 (RFC 9110, 15.2.2)', () => {
  test('keeps Upgrade and says so in Connection', () => {
    const fields = ['Connection: Upgrade, x-secret', 'Upgrade: websocket', 'x-secret: 1', 'Sec-WebSocket-Accept: x']
    expect(cleaned(fields, 101)).toEqual(['Upgrade: websocket', 'Sec-WebSocket-Accept: x', 'connection: upgrade'])
  })
})

describe('trailers (RFC 9110, 6.5.1)', () => {
  test('those of gRPC and plain ones stay', () => {
    const fields = ['grpc-status: 0', 'grpc-message: ok', 'X-Sum: 1', 'ETag: "a"']
    expect(lines(cleanTrailers(map(fields)))).toEqual(fields)
  })

  test.each([
    'Content-Length: 100',
    'Transfer-Encoding: identity',
    'Host: internal.test',
    'Authorization: Basic x',
    'Set-Cookie: evil=1',
    'Cookie: a=b',
    'Connection: close',
    'Content-Type: text/html',
    'Cache-Control: no-store',
    'X-Forwarded-For: 6.6.6.6',
    'X-Request-Id: 1',
    'x-envoy-internal: true',
    'Trailer: x',
    'Max-Forwards: 1',
  ])('%s comes too late', (field) => {
    expect(lines(cleanTrailers(map(['x-a: b', field])))).toEqual(['x-a: b'])
  })

  test('what is not well-formed is dropped', () => {
    const trailers = HeaderMap.wrap(['x-a', 'b', 'x b', 'c', 'x-c', 'd\r\ne: f', 'x-d', '€'])
    expect(lines(cleanTrailers(trailers))).toEqual(['x-a: b'])
  })
})
