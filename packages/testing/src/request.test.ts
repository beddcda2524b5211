import type { Body } from '@headgate/core'
import { describe, expect, test } from 'vitest'
import { request } from './request.ts'

const lines = (made: { readonly headers: Iterable<readonly [string, string]> }): string[] =>
  [...made.headers].map(([name, value]) => `${name}: ${value}`)

async function read(body: Body): Promise<string> {
  let text = ''
  for await (const chunk of body as AsyncIterable<Uint8Array>) text += new TextDecoder().decode(chunk)
  return text
}

async function* chunks(...parts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield new TextEncoder().encode(part)
}

describe('the target', () => {
  test.each([
    ['/users/1?full', 'GET', '/users/1?full', 'localhost'],
    ['http://api.example.com/a', 'GET', '/a', 'api.example.com'],
    ['http://api.example.com:8080', 'GET', '/', 'api.example.com:8080'],
    ['http://api.example.com?x=1', 'GET', '/?x=1', 'api.example.com'],
    ['http://a/b#part', 'GET', '/b', 'a'],
    ['DELETE http://a/users/1', 'DELETE', '/users/1', 'a'],
    ['M-SEARCH /x', 'M-SEARCH', '/x', 'localhost'],
    ['OPTIONS *', 'OPTIONS', '*', 'localhost'],
    ['CONNECT a.example.com:443', 'CONNECT', 'a.example.com:443', 'a.example.com:443'],
  ])('%s', (text, method, target, host) => {
    const made = request(text)
    expect([made.method, made.target, made.authority]).toEqual([method, target, host])
  })

  test('is kept byte for byte', () => {
    const target = '/a/../b//c/%2e%2E/%zz/ü?q=a b&&%'
    expect(request(target).target).toBe(target)
    expect(request(`http://a${target}`).target).toBe(target)
  })

  test('that is none is refused', () => {
    expect(() => request('users/1')).toThrow('request target "users/1"')
    expect(() => request('')).toThrow(TypeError)
  })
})

describe('the client', () => {
  test('is on this machine, without encryption', () => {
    expect(request('http://a/').client).toMatchObject({ address: '127.0.0.1', secure: false, localPort: 80 })
  })

  test('is encrypted behind https', () => {
    expect(request('https://a/').client).toMatchObject({ secure: true, localPort: 443 })
  })

  test('can be somebody else', () => {
    const { client } = request('/', { client: { address: '192.0.2.1', port: 4711 } })
    expect(client).toMatchObject({ address: '192.0.2.1', port: 4711, secure: false })
  })
})

describe('headers', () => {
  test('begin with host and keep order, letter case and repetition', () => {
    const made = request('/', {
      headers: [
        ['X-B', '1'],
        ['x-a', '2'],
        ['X-B', '3'],
      ],
    })
    expect(lines(made)).toEqual(['host: localhost', 'X-B: 1', 'x-a: 2', 'X-B: 3'])
  })

  test('can be an object with arrays', () => {
    expect(lines(request('/', { headers: { accept: 'a', cookie: ['b=1', 'c=2'] } }))).toEqual([
      'host: localhost',
      'accept: a',
      'cookie: b=1',
      'cookie: c=2',
    ])
  })

  test('host: the option wins over the header, the header over the target', () => {
    const headers = { Host: 'header' }
    expect(request('http://target/', { headers, host: 'option' }).headers.getAll('host')).toEqual(['option'])
    expect(request('http://target/', { headers }).headers.getAll('host')).toEqual(['header'])
  })
})

describe('the body', () => {
  test('of text is UTF-8 with its length in bytes', () => {
    const made = request('POST /', { body: 'Grüße' })
    expect(made.headers.get('content-length')).toBe('7')
    expect(made.body).toEqual(new TextEncoder().encode('Grüße'))
  })

  test('that is missing has length 0 where the method expects one, and none elsewhere', () => {
    expect(lines(request('POST /'))).toEqual(['host: localhost', 'content-length: 0'])
    expect(lines(request('PUT /', { body: '' }))).toEqual(['host: localhost', 'content-length: 0'])
    expect(lines(request('GET /'))).toEqual(['host: localhost'])
    expect(request('POST /').body).toBeNull()
  })

  test('of unknown length is chunked', async () => {
    const made = request('POST /', { body: chunks('a', 'b') })
    expect(lines(made)).toEqual(['host: localhost', 'transfer-encoding: chunked'])
    expect(await read(made.body)).toBe('ab')
  })

  test('keeps a length that is given', () => {
    expect(lines(request('POST /', { body: chunks('ab'), headers: { 'Content-Length': '2' } }))).toEqual([
      'host: localhost',
      'Content-Length: 2',
    ])
  })

  test('with trailers is chunked, and they are known once it was read', async () => {
    const made = request('POST /', { body: 'ab', trailers: { 'x-sum': '42' } })
    expect(made.headers.get('transfer-encoding')).toBe('chunked')
    expect(made.trailers?.()).toBeUndefined()
    expect(await read(made.body)).toBe('ab')
    expect([...(made.trailers?.() ?? [])]).toEqual([['x-sum', '42']])
  })
})
