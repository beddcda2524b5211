import { describe, expect, test } from 'vitest'
import { incoming } from '../../../../test/support/incoming.ts'

/** The fields of a GET that are passed on, without Host. */
function passed(...fields: string[]): readonly string[] {
  return incoming(`GET /\nHost: a.test\n${fields.join('\n')}`).lines.slice(1)
}

describe('what stays', () => {
  test('order, letter case and repetition (pain 30)', () => {
    const fields = ['X-B: 1', 'x-a: 2', 'X-B: 3', 'Accept: text/html', 'ACCEPT: */*']
    expect(passed(...fields)).toEqual(fields)
  })

  test('octets above 0x7f', () => {
    expect(passed('X-L: caf\u00e9')).toEqual(['X-L: caf\u00e9'])
  })

  test('empty values and names like those of objects', () => {
    const fields = ['x-empty: ', '__proto__: a', '__proto__: b', 'constructor: c', 'hasOwnProperty: d']
    expect(passed(...fields)).toEqual(fields)
  })

  test('the fields of the adapter are not touched', () => {
    const rawHeaders = Object.freeze(['Host', 'a.test', 'Connection', 'x-a', 'X-A', 'b', 'Cookie', 'c', 'Cookie', 'd'])
    expect(incoming('GET /', { rawHeaders }).lines).toEqual(['Host: a.test', 'Cookie: c; d'])
    expect(rawHeaders).toHaveLength(10)
  })
})

describe('limits', () => {
  const many = (count: number): string => Array.from({ length: count }, (_, index) => `h${index}: `).join('\n')

  test('as many fields as maxHeadersCount, Host among them, and no more: 431', () => {
    expect(incoming(`GET /\nHost: a.test\n${many(99)}`).code).toBe('taken')
    expect(incoming(`GET /\nHost: a.test\n${many(100)}`).code).toBe('headersTooLarge')
    expect(incoming(`GET /\nHost: a.test\n${many(139)}`, { settings: { maxHeadersCount: 150 } }).code).toBe('taken')
  })

  test('as many octets as maxRequestHeaderBytes, the target among them: 431', () => {
    const settings = { maxRequestHeaderBytes: 20 }
    expect(incoming('GET /1234\nHost: a.test\nx: 1234', { settings }).code).toBe('taken')
    expect(incoming('GET /12345\nHost: a.test\nx: 1234', { settings }).code).toBe('headersTooLarge')
  })

  test('60 KiB where nothing is configured', () => {
    expect(incoming(`GET /\nHost: a.test\nx: ${'a'.repeat(8000)}`).code).toBe('taken')
    expect(incoming(`GET /\nHost: a.test\nx: ${'a'.repeat(70_000)}`).code).toBe('headersTooLarge')
  })
})

describe('names', () => {
  test('a pseudo-header is refused (pain 28)', () => {
    expect(incoming('GET /\nHost: a.test\n:authority: b.test').code).toBe('badHeader')
  })

  test('underscores: kept, refused, or the field dropped', () => {
    const head = 'GET /\nHost: a.test\nContent_Length: 5\nx-a: b'
    const by = (headersWithUnderscoresAction: 'REJECT_CLIENT_REQUEST' | 'DROP_HEADER') => ({
      settings: { headersWithUnderscoresAction },
    })
    expect(incoming(head).lines).toContain('Content_Length: 5')
    expect(incoming(head, by('REJECT_CLIENT_REQUEST')).code).toBe('headerUnderscore')
    expect(incoming(head, by('DROP_HEADER')).lines).toEqual(['Host: a.test', 'x-a: b'])
  })
})

describe('hop-by-hop fields (RFC 9110, 7.6.1; pain 25)', () => {
  test.each([
    'Connection: keep-alive',
    'Keep-Alive: timeout=5',
    'Proxy-Connection: keep-alive',
    'Proxy-Authorization: Basic eDp5',
    'Proxy-Authenticate: Basic',
    'Proxy: http://evil.test',
    'Trailer: x-sum',
    'TE: gzip',
    'Upgrade: websocket',
    'HTTP2-Settings: AAMAAABkAAQAAP__',
    'ALPN: h2',
    'Alt-Svc: h3=":443"',
    'Close: 1',
    'Security-Scheme: x',
  ])('%s is not passed on', (field) => {
    expect(passed(field, 'x-a: b')).toEqual(['x-a: b'])
  })

  test('Proxy-Status and whatever only begins like one is passed on', () => {
    const fields = ['Proxy-Status: a; error=dns_error', 'proxyfoo: 1', 'keep-alives: 2', 'upgrade-insecure-requests: 1']
    expect(passed(...fields)).toEqual(fields)
  })

  test('fields that Connection names are not passed on, whatever their case and order', () => {
    expect(passed('X-Foo: 1', 'Connection: keep-alive', 'connection: x-FOO, , bar', 'Bar: 2', 'x-a: b')).toEqual([
      'x-a: b',
    ])
  })

  test.each([
    'X-Forwarded-For',
    'x-forwarded-host',
    'X-Forwarded-Proto',
    'Forwarded',
    'Host',
    'Content-Length',
    ':authority',
    'te, connection, close, a, b, c, d, e, f, g',
  ])('Connection: %s is refused: a client may not blind the gateway', (value) => {
    expect(incoming(`GET /\nHost: a.test\nConnection: ${value}`).code).toBe('badConnection')
  })

  test('nine names are well', () => {
    expect(passed('Connection: te, connection, close, a, b, c, d, e, f', 'f: 1')).toEqual([])
  })

  test('commas without names are nothing', () => {
    expect(passed(`Connection: ${','.repeat(300)}`, 'x-a: b')).toEqual(['x-a: b'])
  })

  test('what no field can be called is skipped', () => {
    expect(passed('Connection: keep-alive, "x y", @', 'x-a: b')).toEqual(['x-a: b'])
  })

  test('naming the framing does not remove the body', () => {
    const { request } = incoming('POST /\nHost: a.test\nConnection: Transfer-Encoding\nTransfer-Encoding: chunked')
    expect(request.body).not.toBeNull()
  })
})

describe('TE (RFC 9110, 10.1.4; pain 26)', () => {
  test.each([
    ['trailers', ['TE: trailers']],
    ['Trailers', ['TE: trailers']],
    ['gzip;q=0.5, trailers', ['TE: trailers']],
    ['gzip', []],
    ['SemisWithTripleTrailersAreAthing', []],
    ['', []],
  ])('%j', (value, lines) => {
    expect(passed(`TE: ${value}`)).toEqual(lines)
    expect(incoming(`GET /\nHost: a.test\nTE: ${value}`).facts.acceptsTrailers).toBe(lines.length === 1)
  })

  test('it stays when Connection names it, as it must', () => {
    expect(passed('Connection: te, close', 'te: trailers')).toEqual(['te: trailers'])
  })

  test('several lines become one', () => {
    expect(passed('TE: trailers', 'TE: trailers')).toEqual(['TE: trailers'])
  })
})

describe('Expect (RFC 9110, 10.1.1; pain 7)', () => {
  test.each(['100-continue', '100-Continue'])('%s is taken off and noted', (value) => {
    const { facts, lines } = incoming(`POST /\nHost: a.test\nExpect: ${value}\nContent-Length: 5`)
    expect(facts.expectsContinue).toBe(true)
    expect(lines).toEqual(['Host: a.test', 'Content-Length: 5'])
  })

  test('a client without a body waits for nothing', () => {
    expect(incoming('POST /\nHost: a.test\nExpect: 100-continue').facts.expectsContinue).toBe(false)
  })

  test.each(['200-ok', 'y 100-continue', '100-continue, x'])('%s is answered with 417', (value) => {
    expect(incoming(`POST /\nHost: a.test\nExpect: ${value}\nContent-Length: 5`).code).toBe('expectationFailed')
  })

  test('HTTP/1.0 has no expectations', () => {
    const head = 'POST / HTTP/1.0\nHost: a.test\nExpect: 100-continue\nContent-Length: 5'
    const { facts, lines } = incoming(head, { settings: { acceptHttp10: true } })
    expect(facts.expectsContinue).toBe(false)
    expect(lines).not.toContain('Expect: 100-continue')
  })
})

describe('Cookie', () => {
  test('several lines become one (RFC 9113, 8.2.3)', () => {
    expect(passed('Cookie: a=1', 'x-a: b', 'cookie: b=2', 'Cookie: c=3')).toEqual(['Cookie: a=1; b=2; c=3', 'x-a: b'])
  })

  test('a broken one is not mended', () => {
    expect(passed('Cookie: a=%zz; b="; =c; d; ;;')).toEqual(['Cookie: a=%zz; b="; =c; d; ;;'])
  })
})

describe('Referer (Envoy)', () => {
  test('an invalid one is dropped, a valid one kept', () => {
    expect(passed('Referer: https://user:info@a.test', 'x-a: b')).toEqual(['x-a: b'])
    expect(passed('Referer: https://a.test/x')).toEqual(['Referer: https://a.test/x'])
  })

  test('of several none stays', () => {
    expect(passed('Referer: https://a.test/x', 'x-a: b', 'referer: https://a.test/y')).toEqual(['x-a: b'])
    expect(passed('Referer: https://a.test/#x', 'x-a: b', 'referer: https://a.test/y')).toEqual(['x-a: b'])
  })
})

describe('Upgrade (RFC 9110, 7.8)', () => {
  const asks = (value: string, connection = 'Upgrade'): string | undefined =>
    incoming(`GET /\nHost: a.test\nConnection: ${connection}\nUpgrade: ${value}`).facts.upgrade

  test('is a fact, never a field', () => {
    expect(asks('WebSocket', 'keep-alive, upgrade')).toBe('websocket')
    expect(passed('Connection: upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13')).toEqual([
      'Sec-WebSocket-Version: 13',
    ])
  })

  test('without "Connection: upgrade" it is none', () => {
    expect(asks('websocket', 'close')).toBeUndefined()
  })

  test.each(['h2c', 'H2C', 'h2', 'HTTP/2.0', 'h2c, ,h2'])(
    '%s is ignored: a tunnel of HTTP/2 would pass by all rules',
    (value) => {
      expect(asks(value)).toBeUndefined()
    },
  )

  test('HTTP/2 in a list is taken out', () => {
    expect(asks('websocket, h2c')).toBe('websocket')
    expect(asks('tls/1.0, h2c')).toBeUndefined()
  })

  test('HTTP/1.0 and HTTP/2 have no upgrade', () => {
    const fields = 'Host: a.test\nConnection: upgrade\nUpgrade: websocket'
    expect(incoming(`GET / HTTP/1.0\n${fields}`, { settings: { acceptHttp10: true } }).facts.upgrade).toBeUndefined()
    expect(incoming(`GET /\n${fields}`, { httpVersion: '2' }).facts.upgrade).toBeUndefined()
  })

  test('a body beside it is refused, unless the upgrade is ignored', () => {
    const fields = 'Host: a.test\nConnection: upgrade\nContent-Length: 5\nUpgrade:'
    expect(incoming(`POST /\n${fields} websocket`).code).toBe('badFraming')
    expect(incoming(`POST /\n${fields} h2c`).request.body).not.toBeNull()
  })
})

describe('keeping the connection (RFC 9112, 9.3)', () => {
  test.each([
    ['HTTP/1.1', '', false],
    ['HTTP/1.1', '\nConnection: close', true],
    ['HTTP/1.1', '\nConnection: x-a, Close', true],
    ['HTTP/1.0', '', true],
    ['HTTP/1.0', '\nConnection: keep-alive', false],
    ['HTTP/1.0', '\nConnection: Keep-Alive, x-a', false],
  ])('%s%j', (version, connection, closes) => {
    const { facts } = incoming(`GET / ${version}\nHost: a.test${connection}`, { settings: { acceptHttp10: true } })
    expect(facts.closeAfter).toBe(closes)
  })
})
