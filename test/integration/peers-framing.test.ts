import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { flood, hang, reply, stopReading, write } from '../support/raw-script.ts'
import { get, linesOf, request, throughOrigin } from '../support/running-gateway.ts'
import { until } from '../support/wait.ts'

const chunkedWithTrailer = reply(
  200,
  ['Transfer-Encoding: chunked', 'Trailer: X-Sum'],
  '3\r\nabc\r\n0\r\nX-Sum: 7\r\n\r\n',
)

describe('trailers', () => {
  test('of a response are forwarded, and so is their announcement', async () => {
    const { exchange } = await throughOrigin({ origin: { script: [chunkedWithTrailer] } })
    const response = await exchange(get('/', 'TE: trailers', 'Connection: TE'))
    expect(response.body.toString()).toBe('abc')
    expect(response.headers.get('trailer')).toBe('X-Sum')
    expect([...response.trailers]).toEqual([['X-Sum', '7']])
  })

  test('of a request are dropped, and so is their announcement', async () => {
    const { origin, exchange } = await throughOrigin()
    const lines = ['Transfer-Encoding: chunked', 'Trailer: X-Sum']
    await exchange(request('POST', '/', lines, '3\r\nabc\r\n0\r\nX-Sum: 7\r\n\r\n'))
    const [received] = origin.requests
    expect(received?.body.toString()).toBe('abc')
    expect(linesOf(received).filter((line) => line.startsWith('trailer'))).toEqual([])
    expect([...(received?.trailers ?? [])]).toEqual([])
  })
})

describe('interim responses', () => {
  test('103 is forwarded before the final response', async () => {
    const hints = write('HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\nConnection: X\r\n\r\n')
    const { connect } = await throughOrigin({ origin: { script: [hints, reply(200, [], 'ok')] } })
    const client = await connect()
    await client.send(get()).response()
    expect(client.responses.map(({ status }) => status)).toEqual([103, 200])
    expect(linesOf(client.responses[0])).toEqual(['link: </a.css>; rel=preload'])
  })

  test('Expect: 100-continue is answered, and the upstream sees nothing of it', async () => {
    const { origin, connect } = await throughOrigin()
    const client = await connect()
    client.send(request('POST', '/', ['Expect: 100-continue', 'Content-Length: 5']))
    await until(() => client.responses[0]?.status === 100, { what: '100 Continue' })
    client.send('hello', { methods: [] })
    expect((await client.response()).status).toBe(200)
    expect(origin.requests[0]?.body.toString()).toBe('hello')
    expect(linesOf(origin.requests[0]).filter((line) => line.startsWith('expect'))).toEqual([])
  })
})

describe('responses without a body', () => {
  test('HEAD keeps Content-Length', async () => {
    const { connect } = await throughOrigin({
      origin: { script: [write('HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n')] },
    })
    const client = await connect()
    for (let count = 0; count < 2; count++) {
      const response = await client.send(request('HEAD', '/')).response()
      expect([response.status, response.headers.getAll('content-length')]).toEqual([200, ['1234']])
    }
  })

  test('304 keeps Content-Length', async () => {
    const { connect } = await throughOrigin({
      origin: { script: [write('HTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\n\r\n')] },
    })
    const client = await connect()
    for (let count = 0; count < 2; count++) {
      const response = await client.send(get()).response()
      expect([response.status, response.headers.getAll('content-length')]).toEqual([304, ['10']])
    }
  })
})

describe('bodies', () => {
  test('an early 413 arrives although 8 MiB of upload are not read', async () => {
    const { origin, connect } = await throughOrigin({
      origin: { when: 'head', script: [stopReading(), reply(413, [], 'too large')] },
    })
    const client = await connect()
    client.send(request('POST', '/', [`Content-Length: ${8 << 20}`]))
    void client.play(flood('x'.repeat(65_536), 8 << 20))
    const response = await client.response()
    expect([response.status, response.body.toString()]).toEqual([413, 'too large'])
    await client.closed()
    // Only who reads sees the end of a connection.
    origin.connections[0]?.socket.resume()
  })

  test('GET carries its body', async () => {
    const { origin, exchange } = await throughOrigin()
    expect((await exchange(request('GET', '/', [], 'hello'))).status).toBe(200)
    expect(origin.requests[0]?.body.toString()).toBe('hello')
    expect(origin.problems).toEqual([])
  })

  test('a gzip body stays as it is', async () => {
    const zipped = gzipSync('compressed'.repeat(100))
    const { exchange } = await throughOrigin({ origin: { script: [reply(200, ['Content-Encoding: gzip'], zipped)] } })
    const response = await exchange(get('/', 'Accept-Encoding: gzip'))
    expect(response.headers.getAll('content-encoding')).toEqual(['gzip'])
    expect(response.body.equals(zipped)).toBe(true)
  })

  test('the first event of a stream arrives while the second is not sent', async () => {
    const event =
      'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n9\r\ndata: 1\n\n\r\n'
    const { connect } = await throughOrigin({ origin: { script: [write(event), hang()] } })
    const client = await connect()
    client.send(get())
    await until(() => client.responses[0]?.body.toString() === 'data: 1\n\n', { what: 'the first event' })
  })
})
