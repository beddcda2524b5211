import { describe, expect, test } from 'vitest'
import { incoming, someBody } from '../../../../test/support/incoming.ts'
import type { GatewayError } from '../errors.ts'
import { HeaderMap } from './headers.ts'
import type { GatewayResponse } from './message.ts'

describe('version (RFC 9110, 2.5)', () => {
  test.each(['0.9', '1.2', '2.0', '3.0', '1.10', ''])('HTTP/%s is answered with 505', (httpVersion) => {
    const { outcome, code } = incoming('GET /\nHost: a.test', { httpVersion })
    expect(code).toBe('httpVersion')
    expect((outcome as GatewayError).spec.status).toBe(505)
  })

  test('a connection that is HTTP/2 is served', () => {
    expect(incoming('GET /x\nHost: a.test', { httpVersion: '2' }).request.path).toBe('/x')
  })

  test('HTTP/1.0 is answered with 426 unless acceptHttp10', () => {
    const head = 'GET / HTTP/1.0\nHost: a.test'
    const { outcome } = incoming(head)
    expect((outcome as GatewayError).spec.status).toBe(426)
    expect(incoming(head, { settings: { acceptHttp10: true } }).code).toBe('taken')
  })

  test('HTTP/1.0 without Host gets defaultHostForHttp10, or 400', () => {
    const settings = { acceptHttp10: true }
    expect(incoming('GET / HTTP/1.0', { settings }).code).toBe('badHost')
    const { request } = incoming('GET / HTTP/1.0', { settings: { ...settings, defaultHostForHttp10: 'old.test' } })
    expect(request.authority).toBe('old.test')
  })

  test('the default host is for HTTP/1.0 only', () => {
    expect(incoming('GET /', { settings: { defaultHostForHttp10: 'old.test' } }).code).toBe('badHost')
  })
})

describe('Host (RFC 9110, 7.2; RFC 9112, 3.2)', () => {
  test.each([
    ['none', 'GET /'],
    ['two', 'GET /\nHost: a.test\nHost: b.test'],
    ['two equal ones, in two cases', 'GET /\nHost: a.test\nhOST: a.test'],
    ['an empty one', 'GET /\nHost:'],
    ['user information', 'GET /\nHost: a.test@b.test'],
    ['a path', 'GET /\nHost: a.test/b'],
    ['a space', 'GET /\nHost: a.test b.test'],
    ['two beside a target with authority', 'GET http://a.test/\nHost: a.test\nHost: b.test'],
    ['none beside a target with authority', 'GET http://a.test/'],
    ['an invalid one beside a target with authority', 'GET http://a.test/\nHost: a.test@b.test'],
  ])('%s is refused', (_case, head) => {
    expect(incoming(head).code).toBe('badHost')
  })

  test('its name and value stay as they came', () => {
    expect(incoming('GET /\nHOST: A.Test:8080').lines).toEqual(['HOST: A.Test:8080'])
  })

  test('stripAnyHostPort takes the port off, from IPv6 addresses too', () => {
    const settings = { stripAnyHostPort: true }
    expect(incoming('GET /\nHost: a.test:8080', { settings }).request.authority).toBe('a.test')
    expect(incoming('GET /\nHost: [::1]:8080', { settings }).request.authority).toBe('[::1]')
  })
})

describe('request target (RFC 9112, 3.2)', () => {
  test('an authority in the target takes the place of Host', () => {
    const { request } = incoming('GET http://inner.test:81/x?y HTTP/1.1\nHost: outer.test')
    expect([request.target, request.authority]).toEqual(['/x?y', 'inner.test:81'])
  })

  test.each([
    ['user information', 'GET http://a.test@b.test/', 'badHost'],
    ['a backslash in the authority', 'GET http://b.test\\@a.test/', 'badHost'],
    ['another scheme', 'GET ftp://a.test/', 'badTarget'],
    ['a fragment', 'GET /x#y', 'badTarget'],
    ['an authority without CONNECT', 'GET a.test:80', 'badTarget'],
    ['a path with CONNECT', 'CONNECT /x', 'badTarget'],
    ['an asterisk without OPTIONS', 'GET *', 'badTarget'],
  ])('%s is refused', (_case, start, code) => {
    expect(incoming(`${start} HTTP/1.1\nHost: a.test`).code).toBe(code)
  })

  test('CONNECT keeps its authority as target, and as Host', () => {
    const { request } = incoming('CONNECT b.test:443\nHost: a.test')
    expect([request.target, request.authority]).toEqual(['b.test:443', 'b.test:443'])
  })

  test('the path is normalized before anybody sees it', () => {
    expect(incoming('GET /public/../admin?a=/../b\nHost: a.test').request.target).toBe('/admin?a=/../b')
  })

  test('escaped slashes are kept, refused or redirected, as configured', () => {
    const head = 'GET /a%2fb?c\nHost: a.test'
    const by = (pathWithEscapedSlashesAction: 'REJECT_REQUEST' | 'UNESCAPE_AND_REDIRECT') => ({
      settings: { path: { normalizePath: true, mergeSlashes: false, pathWithEscapedSlashesAction } },
    })
    expect(incoming(head).request.target).toBe('/a%2fb?c')
    expect(incoming(head, by('REJECT_REQUEST')).code).toBe('escapedSlash')
    const answer = incoming(head, by('UNESCAPE_AND_REDIRECT')).outcome as GatewayResponse
    expect([answer.status, answer.headers.get('location')]).toEqual([307, '/a/b?c'])
  })
})

describe('framing (RFC 9112, 6)', () => {
  test.each([
    ['Content-Length and Transfer-Encoding', 'Content-Length: 5\nTransfer-Encoding: chunked'],
    ['Transfer-Encoding and Content-Length: 0', 'Transfer-Encoding: chunked\nContent-Length: 0'],
    ['two lengths', 'Content-Length: 5\nContent-Length: 6'],
    ['two equal lengths', 'Content-Length: 5\ncontent-length: 5'],
    ['an empty length, then another', 'Content-Length:\nContent-Length: 5'],
    ['two lengths in a line', 'Content-Length: 5, 5'],
    ['a sign', 'Content-Length: +5'],
    ['a fraction', 'Content-Length: 5.0'],
    ['hexadecimal digits', 'Content-Length: 0x5'],
    ['digits of another script', 'Content-Length: \u0665'],
    ['a length beyond counting', 'Content-Length: 18446744073709551621'],
    ['chunked twice', 'Transfer-Encoding: chunked, chunked'],
    ['chunked on two lines', 'Transfer-Encoding: chunked\nTransfer-Encoding: chunked'],
    ['chunked before the last', 'Transfer-Encoding: chunked, gzip'],
    ['an unknown coding', 'Transfer-Encoding: xchunked'],
    ['a quoted coding', 'Transfer-Encoding: "chunked"'],
    ['no chunks at all', 'Transfer-Encoding: identity'],
  ])('%s is refused', (_case, fields) => {
    expect(incoming(`POST /\nHost: a.test\n${fields}`).code).toBe('badFraming')
  })

  test.each(['\u000bchunked', 'chunked\u0000', '\u00a0chunked', 'chunked\u0085'])(
    'a coding disguised by a control or space is refused: %j',
    (value) => {
      const rawHeaders = ['Host', 'a.test', 'Transfer-Encoding', value]
      expect(incoming('POST /', { rawHeaders }).code).toBe('badFraming')
    },
  )

  test('another coding before chunked is answered with 501', () => {
    const { outcome } = incoming('POST /\nHost: a.test\nTransfer-Encoding: gzip, chunked')
    expect((outcome as GatewayError).spec.status).toBe(501)
  })

  test('Transfer-Encoding in HTTP/1.0 is refused', () => {
    const settings = { acceptHttp10: true }
    expect(incoming('POST / HTTP/1.0\nHost: a.test\nTransfer-Encoding: chunked', { settings }).code).toBe('badFraming')
  })

  test('chunked is read in any case and not passed on', () => {
    const { request, lines } = incoming('POST /\nHost: a.test\ntransfer-eNCODING: ChUnKeD')
    expect(request.body).not.toBeNull()
    expect(lines).toEqual(['Host: a.test'])
  })

  test('leading zeros are taken off a length', () => {
    expect(incoming('POST /\nHost: a.test\nContent-Length: 005').lines).toContain('Content-Length: 5')
  })

  test('a GET keeps its body (pain 6)', () => {
    expect(incoming('GET /\nHost: a.test\nContent-Length: 5').request.body).not.toBeNull()
  })

  test.each(['POST /\nHost: a.test', 'POST /\nHost: a.test\nContent-Length: 0'])(
    'a request that announces no body has none: %j',
    (head) => {
      expect(incoming(head).request.body).toBeNull()
    },
  )

  test('HTTP/2 announces no body: the adapter knows', () => {
    const body = someBody()
    expect(incoming('POST /\nHost: a.test', { httpVersion: '2', body }).request.body).toBe(body)
    expect(incoming('POST /\nHost: a.test', { httpVersion: '2', body: null }).request.body).toBeNull()
  })

  test('bytes that are fewer or more than announced are refused', () => {
    const head = 'POST /\nHost: a.test\nContent-Length: 5'
    expect(incoming(head, { body: new Uint8Array(5) }).code).toBe('taken')
    expect(incoming(head, { body: new Uint8Array(4) }).code).toBe('badFraming')
    expect(incoming(head, { body: null }).code).toBe('badFraming')
  })

  test('TRACE with a body is refused (RFC 9110, 9.3.8)', () => {
    expect(incoming('TRACE /\nHost: a.test\nContent-Length: 5').code).toBe('badFraming')
  })

  test('a body that a parser has eaten is a fault of the gateway, told at once (pain 1)', () => {
    const { outcome } = incoming('POST /\nHost: a.test\nContent-Length: 5', { bodyProblem: 'express.json() was first' })
    expect(outcome).toMatchObject({ code: 'bodyConsumed', side: 'gateway', message: 'express.json() was first' })
  })

  test('a parser that ate nothing does not matter', () => {
    expect(incoming('GET /\nHost: a.test', { bodyProblem: 'express.json() was first' }).code).toBe('taken')
  })
})

describe('trailers of a request (RFC 9110, 6.5)', () => {
  const trailers = (): HeaderMap =>
    new HeaderMap([
      ['X-Sum', '1'],
      ['Authorization', 'Basic x'],
      ['Content-Length', '9'],
    ])

  test('come without the fields that may not come late', () => {
    const { request } = incoming('POST /\nHost: a.test\nTransfer-Encoding: chunked', { trailers })
    expect([...(request.trailers?.() ?? [])]).toEqual([['X-Sum', '1']])
  })

  test('may turn out to be none', () => {
    const head = 'POST /\nHost: a.test\nTransfer-Encoding: chunked'
    expect(incoming(head, { trailers: () => undefined }).request.trailers?.()).toBeUndefined()
  })

  test('there are none behind a counted body', () => {
    expect(incoming('POST /\nHost: a.test\nContent-Length: 5', { trailers }).request.trailers).toBeUndefined()
  })
})

describe('what no HTTP parser has seen', () => {
  const fields = (...extra: string[]): { rawHeaders: string[]; unparsed: true } => ({
    rawHeaders: ['Host', 'a.test', ...extra],
    unparsed: true,
  })

  test.each([
    ['CR LF in a value', 'x-a', 'b\r\nx-injected: c'],
    ['NUL in a value', 'x-a', '\0'],
    ['a character that is no octet', 'x-a', '€'],
    ['a space in a name', 'x a', 'b'],
    ['a colon in a name', 'x:a', 'b'],
    ['no name', '', 'b'],
  ])('%s is refused', (_case, name, value) => {
    expect(incoming('GET /', fields(name, value)).code).toBe('badHeader')
  })

  test('tabs and octets above 0x7f are values', () => {
    expect(incoming('GET /', fields('x-a', 'caf\u00e9\tau lait')).request.headers.get('x-a')).toBe('caf\u00e9\tau lait')
  })

  test('a method must be a token that Envoy knows, unless validateMethod is off', () => {
    expect(incoming('G(T /', fields()).code).toBe('badRequest')
    expect(incoming('CUSTOMMETHOD /', fields()).code).toBe('badRequest')
    const settings = { validateMethod: false }
    expect(incoming('CUSTOMMETHOD /', { ...fields(), settings }).request.method).toBe('CUSTOMMETHOD')
    expect(incoming('G(T /', { ...fields(), settings }).code).toBe('badRequest')
  })

  test('its body needs no announcement', () => {
    const body = new Uint8Array(3)
    expect(incoming('POST /', { ...fields(), body }).request.body).toBe(body)
  })

  test('bytes beside Content-Length: 0 are not lost without a word', () => {
    expect(incoming('POST /', { ...fields('content-length', '0'), body: new Uint8Array(3) }).code).toBe('badFraming')
  })
})

describe('Max-Forwards (RFC 9110, 7.6.2)', () => {
  test.each([
    ['OPTIONS', 200],
    ['TRACE', 501],
  ])('%s at 0 is answered here', (method, status) => {
    const answer = incoming(`${method} /\nHost: a.test\nMax-Forwards: 0`).outcome as GatewayResponse
    expect([answer.status, answer.headers.get('content-length')]).toEqual([status, '0'])
  })

  test('it is counted down for OPTIONS and TRACE', () => {
    expect(incoming('OPTIONS /\nHost: a.test\nMax-Forwards: 3').request.headers.get('max-forwards')).toBe('2')
  })

  test.each(['GET /\nHost: a.test\nMax-Forwards: 0', 'OPTIONS /\nHost: a.test\nMax-Forwards: many'])(
    'it is passed on where it does not count: %j',
    (head) => {
      expect(incoming(head).lines.at(-1)).toBe(head.split('\n').at(-1))
    },
  )
})
