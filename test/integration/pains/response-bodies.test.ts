import { brotliCompressSync, gzipSync } from 'node:zlib'
import { ManualClock } from '@headgate/testing'
import { defineFilter, respond } from 'headgate'
import { describe, expect, test } from 'vitest'
import { delay, finish, hang, reply, reset, type Step, write } from '../../support/raw-script.ts'
import { get, linesOf, request, throughOrigin } from '../../support/running-gateway.ts'
import { until } from '../../support/wait.ts'

const encoder = new TextEncoder()

describe('pain 2: a changed body with the old length', () => {
  const upperCase = defineFilter({
    name: 'upper-case',
    stage: 'route',
    configure: () => ({}),
    create: () => ({
      async onRequest({ request }) {
        if (request.body === null || request.body instanceof Uint8Array) return
        let text = ''
        for await (const chunk of request.body) text += Buffer.from(chunk).toString()
        request.body = encoder.encode(`${text.toUpperCase()}!`)
      },
      async onResponse(_, response) {
        if (response.body === null || response.body instanceof Uint8Array) return
        let text = ''
        for await (const chunk of response.body) text += Buffer.from(chunk).toString()
        response.body = encoder.encode(`${text.toUpperCase()}?`)
      },
    }),
  })

  test.each([
    ['length', [], 'hello'],
    ['chunks', ['Transfer-Encoding: chunked'], '5\r\nhello\r\n0\r\n\r\n'],
  ])('a filter changes both bodies without counting; framed by %s', async (_, framing, body) => {
    const { origin, connect } = await throughOrigin({
      options: { filters: [upperCase] },
      origin: { script: [reply(200, framing, body)] },
    })
    const client = await connect()
    for (let count = 0; count < 2; count++) {
      const response = await client.send(request('POST', '/', framing, body)).response()
      expect([response.body.toString(), response.headers.getAll('content-length')]).toEqual(['HELLO?', ['6']])
    }
    expect(origin.requests.map((each) => [each.body.toString(), each.headers.getAll('content-length')])).toEqual([
      ['HELLO!', ['6']],
      ['HELLO!', ['6']],
    ])
    expect(origin.problems).toEqual([])
  })

  test('a filter that puts a stream in the place of a body of known length', async () => {
    async function* twice(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
      for await (const chunk of body) yield Buffer.concat([chunk, chunk])
    }
    const doubling = defineFilter({
      name: 'doubling',
      stage: 'route',
      configure: () => ({}),
      create: () => ({
        onRequest({ request }) {
          if (request.body !== null && !(request.body instanceof Uint8Array)) request.body = twice(request.body)
        },
        onResponse(_, response) {
          if (response.body !== null && !(response.body instanceof Uint8Array)) response.body = twice(response.body)
        },
      }),
    })
    const { origin, connect } = await throughOrigin({ options: { filters: [doubling] } })
    const client = await connect()
    for (let count = 0; count < 2; count++) {
      const response = await client.send(request('POST', '/', [], 'hello')).response()
      expect([response.framing, response.body.toString()]).toEqual(['chunked', 'okok'])
    }
    expect(origin.requests.map(({ framing, body }) => [framing, body.toString()])).toEqual([
      ['chunked', 'hellohello'],
      ['chunked', 'hellohello'],
    ])
  })

  test('a filter that answers in the place of a long response frees its connection', async () => {
    const replacing = defineFilter({
      name: 'replacing',
      stage: 'route',
      configure: () => ({}),
      create: () => ({ onResponse: () => respond(503, { body: 'sorry' }) }),
    })
    const { connect } = await throughOrigin({
      options: { filters: [replacing] },
      upstream: { circuitBreakers: { maxConnections: 1 } },
      origin: { script: [reply(200, [], 'x'.repeat(4 << 20))] },
    })
    const client = await connect()
    for (let count = 0; count < 4; count++) {
      expect((await client.send(get()).response()).body.toString()).toBe('sorry')
    }
  })
})

describe('pain 3: decoded bodies with a stale Content-Encoding', () => {
  test.each([
    ['gzip', gzipSync('text')],
    ['br', brotliCompressSync('text')],
    ['zstd', Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 1, 2, 3])],
    ['gzip', Buffer.from('not gzip at all')],
    ['made-up', Buffer.from('?')],
  ])('bytes in %s pass as they are, in both directions', async (coding, bytes) => {
    const lines = [`Content-Encoding: ${coding}`, 'Vary: Accept-Encoding']
    const { origin, exchange } = await throughOrigin({ origin: { script: [reply(200, lines, bytes)] } })
    const body = bytes.toString('latin1')
    const response = await exchange(request('POST', '/', [...lines, 'Accept-Encoding: zstd;q=0.1, br'], body))
    const [received] = origin.requests
    expect(received?.headers.get('accept-encoding')).toBe('zstd;q=0.1, br')
    for (const message of [received, response]) {
      expect(message?.body.equals(bytes)).toBe(true)
      expect(message?.headers.getAll('content-encoding')).toEqual([coding])
      expect(message?.headers.getAll('vary')).toEqual(['Accept-Encoding'])
    }
  })
})

describe('pain 4: HEAD, 204 and 304 have no body', () => {
  const both = write('HTTP/1.1 204 No Content\r\nContent-Length: 7\r\n\r\n')
  test.each<[string, string, Step, number, readonly string[]]>([
    ['HEAD with length', 'HEAD', reply(200, ['Content-Length: 1234']), 200, ['1234']],
    ['HEAD with chunks', 'HEAD', write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'), 200, []],
    ['HEAD of an error', 'HEAD', reply(404, ['Content-Length: 9']), 404, ['9']],
    ['204', 'GET', write('HTTP/1.1 204 No Content\r\n\r\n'), 204, []],
    ['204 with length', 'DELETE', both, 204, []],
    ['304 with length', 'GET', reply(304, ['Content-Length: 10']), 304, ['10']],
    ['304 without', 'GET', write('HTTP/1.1 304 Not Modified\r\n\r\n'), 304, []],
    ['205', 'POST', reply(205), 205, ['0']],
  ])('%s, twice on one connection', async (_, method, step, status, lengths) => {
    const { connect } = await throughOrigin({ origin: { script: [step] } })
    const client = await connect()
    for (let count = 0; count < 2; count++) {
      const response = await client.send(request(method, '/')).response()
      expect([response.status, response.headers.getAll('content-length')]).toEqual([status, lengths])
      expect(response.body).toHaveLength(0)
    }
    expect(client.problem).toBeUndefined()
  })

  test.each(['204 No Content', '304 Not Modified', '205 Reset\r\nContent-Length: 0'])(
    '%s keeps its connection to the upstream',
    async (status) => {
      const { origin, connect } = await throughOrigin({ origin: { script: [write(`HTTP/1.1 ${status}\r\n\r\n`)] } })
      const client = await connect()
      for (let count = 0; count < 5; count++) await client.send(get()).response()
      expect(origin.connections).toHaveLength(1)
    },
  )

  test("the gateway's own answers to HEAD have none either", async () => {
    const { connect } = await throughOrigin({ hcm: { maxHeadersCount: 3 } })
    const client = await connect()
    client.send(request('HEAD', '/', ['A: 1', 'B: 2', 'C: 3']))
    expect((await client.response()).status).toBe(431)
    await client.closed()
    expect(client.problem).toBeUndefined()
  })
})

describe('pain 9: a truncated body is never a whole one', () => {
  const half = write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf')
  const byChunks = write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n')
  test.each<[string, readonly Step[]]>([
    ['FIN', [half, delay(5), finish()]],
    ['RST', [half, delay(5), reset()]],
    ['a broken chunk', [byChunks, delay(5), write('zz\r\n')]],
  ])('an HTTP/1.0 client, which knows no chunks, sees a reset after %s', async (_, script) => {
    const { connect } = await throughOrigin({ origin: { script }, hcm: { acceptHttp10: true } })
    const client = await connect()
    client.send('GET / HTTP/1.0\r\nHost: a\r\n\r\n')
    expect(await client.closed()).toBe('reset')
  })

  test('a whole one of an HTTP/1.0 client ends with the connection', async () => {
    const script = [reply(200, ['Transfer-Encoding: chunked'], '5\r\nwhole\r\n0\r\n\r\n')]
    const { connect } = await throughOrigin({ origin: { script }, hcm: { acceptHttp10: true } })
    const client = await connect()
    const response = await client.send('GET / HTTP/1.0\r\nHost: a\r\n\r\n').response()
    expect([response.framing, response.body.toString()]).toEqual(['close', 'whole'])
    expect(await client.closed()).toBe('fin')
    expect(linesOf(response).filter((line) => line.startsWith('transfer-encoding'))).toEqual([])
  })
})

describe('pain 10: server-sent events', () => {
  const head = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n'

  test('they live as long as something comes, and end after streamIdleTimeout without', async () => {
    const clock = new ManualClock()
    const { origin, connect, exchanges } = await throughOrigin({
      options: { clock },
      hcm: { streamIdleTimeout: '60s' },
      route: { timeout: '0s' },
      origin: { script: [write(head), hang()] },
    })
    const client = await connect()
    client.send(get())
    for (let event = 1; event <= 20; event++) {
      await until(() => client.responses[0]?.body.length === (event - 1) * 6)
      await clock.advance(59_000)
      origin.connections[0]?.socket.write('data\n\n')
    }
    await until(() => client.responses[0]?.body.length === 120)
    expect(client.endedBy).toBeUndefined()
    await clock.advance(60_000)
    await client.closed()
    expect(exchanges[0]?.responseFlags).toEqual(['SI'])
  })

  test('a client that leaves is noticed between two events', async () => {
    const { origin, connect } = await throughOrigin({ origin: { script: [write(head), hang()] } })
    const client = await connect()
    client.send(get())
    await until(() => client.responses.length === 1)
    client.reset()
    await until(() => origin.openConnections === 0)
  })

  test('an upstream that ends the stream ends it for the client', async () => {
    const { connect } = await throughOrigin({ origin: { script: [write(`${head}data\n\n`), finish()] } })
    const client = await connect()
    expect((await client.send(get()).response()).body.toString()).toBe('data\n\n')
  })
})
