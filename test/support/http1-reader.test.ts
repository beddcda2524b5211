import { describe, expect, test } from 'vitest'
import type { RawMessage } from './http1-message.ts'
import { RequestReader, ResponseReader } from './http1-reader.ts'

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1')
const lines = (fields: RawMessage['headers']): string[] => [...fields].map((field) => field.join(': '))

function requests(text: string): RequestReader {
  const reader = new RequestReader()
  reader.push(bytes(text))
  return reader
}

function responses(text: string, ...methods: readonly string[]): ResponseReader {
  const reader = new ResponseReader()
  for (const method of methods) reader.expect(method)
  reader.push(bytes(text))
  return reader
}

const chunked =
  'POST /a?b HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nX-A: 1\r\nx-a:  2 \r\n\r\n' +
  '3;ext=1\r\nabc\r\nA\r\n0123456789\r\n0\r\nX-Sum: 1\r\nX-Sum: 2\r\n\r\n'

describe('requests', () => {
  test('keep their lines apart, and their chunks', () => {
    const { messages, problem, unread } = requests(chunked)
    expect([messages.length, problem, unread]).toEqual([1, undefined, 0])
    const [request] = messages
    expect(request).toMatchObject({
      method: 'POST',
      target: '/a?b',
      version: '1.1',
      framing: 'chunked',
      chunks: [3, 10],
      complete: true,
    })
    expect(request?.body.toString()).toBe('abc0123456789')
    expect(request && lines(request.headers)).toEqual(['Host: a', 'Transfer-Encoding: chunked', 'X-A: 1', 'x-a: 2'])
    expect(request && lines(request.trailers)).toEqual(['X-Sum: 1', 'X-Sum: 2'])
  })

  test('are the same byte by byte', () => {
    const reader = new RequestReader()
    for (const byte of bytes(chunked + chunked)) reader.push(Buffer.of(byte))
    expect(
      reader.messages.map((message) => [message.complete, message.body.toString(), message.trailers.size]),
    ).toEqual([
      [true, 'abc0123456789', 2],
      [true, 'abc0123456789', 2],
    ])
  })

  test('may be pipelined', () => {
    const reader = requests(
      'POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhiGET /2 HTTP/1.0\r\n\r\nGET /3 HTTP/1.1\r\nHos',
    )
    expect(reader.messages.map(({ target, body, complete }) => [target, body.toString(), complete])).toEqual([
      ['/1', 'hi', true],
      ['/2', '', true],
    ])
    expect(reader.unread).toBe('GET /3 HTTP/1.1\r\nHos'.length)
  })

  test('show what has come of them', () => {
    const [request] = requests('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf').messages
    expect([request?.complete, request?.body.toString()]).toEqual([false, 'half'])
  })

  const head = 'GET / HTTP/1.1\r\nHost: a\r\n'
  test.each([
    ['bare line feed', 'GET / HTTP/1.1\nHost: a\r\n\r\n', 'line without a carriage return'],
    ['bare carriage return', `${head}X-A: 1\r2\r\n\r\n`, 'carriage return inside a line'],
    ['leading empty line', `\r\n${head}\r\n`, 'empty line before a message'],
    ['two spaces', 'GET  / HTTP/1.1\r\nHost: a\r\n\r\n', 'bad request line'],
    ['other version', 'GET / HTTP/2.0\r\nHost: a\r\n\r\n', 'bad request line'],
    ['method', 'G(T / HTTP/1.1\r\nHost: a\r\n\r\n', 'bad method'],
    ['fragment', 'GET /#a HTTP/1.1\r\nHost: a\r\n\r\n', 'bad target'],
    ['raw octet in target', 'GET /\xfc HTTP/1.1\r\nHost: a\r\n\r\n', 'bad target'],
    ['folding', `${head}X-A: 1\r\n 2\r\n\r\n`, 'folded line'],
    ['no colon', `${head}X-A\r\n\r\n`, 'line without a colon'],
    ['space before colon', `${head}X-A : 1\r\n\r\n`, 'bad field name'],
    ['control character', `${head}X-A: \x01\r\n\r\n`, 'bad field value'],
    ['no host', 'GET / HTTP/1.1\r\n\r\n', 'not one host'],
    ['two hosts', `${head}Host: b\r\n\r\n`, 'not one host'],
    ['host with a path', 'GET / HTTP/1.1\r\nHost: a/b\r\n\r\n', 'bad host'],
    ['two lengths', `${head}Content-Length: 1\r\nContent-Length: 1\r\n\r\nx`, 'bad content-length'],
    ['signed length', `${head}Content-Length: +1\r\n\r\nx`, 'bad content-length'],
    ['both framings', `${head}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`, 'both content-length and'],
    ['other coding', `${head}Transfer-Encoding: gzip, chunked\r\n\r\n`, 'bad transfer-encoding'],
    ['chunks in 1.0', 'GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n', 'transfer-encoding in HTTP/1.0'],
    ['chunk size', `${head}Transfer-Encoding: chunked\r\n\r\n0x3\r\n`, 'bad chunk size'],
    ['chunk too long', `${head}Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n`, 'chunk longer than its size'],
    ['trailer', `${head}Transfer-Encoding: chunked\r\n\r\n0\r\nX A: 1\r\n\r\n`, 'bad field name'],
  ])('refused: %s', (_, text, problem) => {
    const reader = requests(`${text}${head}\r\n`)
    expect(reader.problem).toContain(problem)
    expect(reader.messages.filter(({ complete }) => complete)).toEqual([])
  })
})

describe('responses', () => {
  test('interim ones stand before the final one', () => {
    const { messages } = responses(
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n',
    )
    expect(messages.map(({ status, reason, interim, complete }) => [status, reason, interim, complete])).toEqual([
      [100, 'Continue', true, true],
      [103, 'Early Hints', true, true],
      [204, 'No Content', false, true],
    ])
  })

  test('to HEAD have no body, and 304 never has', () => {
    const { messages } = responses(
      'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nHTTP/1.1 304 \r\nContent-Length: 5\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx',
      'HEAD',
      'GET',
      'GET',
    )
    expect(messages.map(({ body, framing }) => [body.toString(), framing])).toEqual([
      ['', 'none'],
      ['', 'none'],
      ['x', 'length'],
    ])
  })

  test('without a length end with the connection', () => {
    const reader = responses('HTTP/1.1 200 OK\r\n\r\nabc')
    expect(reader.messages[0]?.complete).toBe(false)
    reader.end()
    expect(reader.messages[0]).toMatchObject({ complete: true, framing: 'close' })
    expect(reader.messages[0]?.body.toString()).toBe('abc')
  })

  test('that are cut stay incomplete', () => {
    for (const head of ['Content-Length: 5\r\n\r\nabc', 'Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n']) {
      const reader = responses(`HTTP/1.1 200 OK\r\n${head}`)
      reader.end()
      expect(reader.messages[0]?.complete).toBe(false)
    }
  })

  test.each([
    ['101 to anything', 'HTTP/1.1 101 Switching Protocols\r\n\r\n', 'GET'],
    ['200 to CONNECT', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n', 'CONNECT'],
  ])('%s opens a tunnel', (_, head, method) => {
    const { messages } = responses(`${head}HTTP/1.1 is not read`, method)
    expect(messages).toHaveLength(1)
    expect(messages[0]).toMatchObject({ framing: 'tunnel', complete: true })
    expect(messages[0]?.body.toString()).toBe('HTTP/1.1 is not read')
  })

  test.each(['HTTP/1.1 99 x', 'HTTP/1.1 0200 OK', 'HTTP/1.1 200 O\x01K', 'HTTP/3.0 200 OK', 'ICY 200 OK'])(
    'refused: %j',
    (line) => {
      expect(responses(`${line}\r\n\r\n`).problem).toBeDefined()
    },
  )
})
