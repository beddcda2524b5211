import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Gateway, nodeHandler, type RequestContext } from 'headgate'
import { describe, expect, test } from 'vitest'
import { exchange } from '../../support/raw-client.ts'
import type { RawOrigin } from '../../support/raw-origin.ts'
import { drip, finish, flood, reply, stopReading } from '../../support/raw-script.ts'
import { closeLater, get, linesOf, listen, request, throughOrigin, toOrigins } from '../../support/running-gateway.ts'
import { until } from '../../support/wait.ts'

/** What a body parser does: reads the stream to its end and leaves its result on the request. */
type Parser = (bytes: Buffer) => unknown

/** A server of one's own that parses bodies before it calls the gateway. */
async function behindParser(parse: Parser): Promise<{ port: number; origin: RawOrigin; exchanges: RequestContext[] }> {
  const origin = await listen()
  const exchanges: RequestContext[] = []
  const gateway = new Gateway(toOrigins([origin]), { onComplete: (context) => exchanges.push(context) })
  const handler = nodeHandler(gateway)
  const parseFirst: RequestListener = (incoming: IncomingMessage & { body?: unknown }, response) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', () => {
      incoming.body = parse(Buffer.concat(chunks))
      handler(incoming, response)
    })
  }
  const server = createServer(parseFirst).listen(0, '127.0.0.1')
  await once(server, 'listening')
  closeLater({
    async close() {
      server.closeAllConnections()
      server.close()
      await gateway.close()
    },
  })
  return { port: (server.address() as AddressInfo).port, origin, exchanges }
}

describe('pain 1: a body parser ate the stream', () => {
  test.each<[string, string, string, Parser, string]>([
    ['JSON', 'application/json; charset=utf-8', '{ "a" : "é" }', (bytes) => JSON.parse(bytes.toString()), '{"a":"é"}'],
    ['JSON with a suffix', 'application/vnd.api+json', '[1, 2]', (bytes) => JSON.parse(bytes.toString()), '[1,2]'],
    [
      'a form',
      'application/x-www-form-urlencoded',
      'a=1&b=x+y&b=%26',
      () => ({ a: '1', b: ['x y', '&'] }),
      'a=1&b=x+y&b=%26',
    ],
    ['text', 'text/plain', 'plain', (bytes) => bytes.toString(), 'plain'],
    ['raw bytes', 'image/png', 'PNG', (bytes) => bytes, 'PNG'],
  ])('%s is written out again, with its length', async (_, type, sent, parse, received) => {
    const { port, origin } = await behindParser(parse)
    const body = Buffer.from(sent).toString('latin1')
    const response = await exchange(port, request('POST', '/', [`Content-Type: ${type}`], body))
    expect(response.status).toBe(200)
    expect(origin.requests[0]?.body.toString()).toBe(received)
    expect(origin.requests[0]?.headers.getAll('content-length')).toEqual([String(Buffer.byteLength(received))])
    expect(origin.problems).toEqual([])
  })

  test('what cannot be written out fails at once, and says how to mount the gateway', async () => {
    const { port, origin, exchanges } = await behindParser(() => undefined)
    const response = await exchange(port, request('POST', '/', ['Content-Type: multipart/form-data'], 'parts'))
    expect(response.status).toBe(500)
    expect(exchanges[0]?.error?.code).toBe('bodyConsumed')
    expect(exchanges[0]?.error?.message).toContain('mount the gateway before body parsers')
    expect(origin.requests).toEqual([])
  })

  test('a request without a body goes on as if there were no parser', async () => {
    const { port, origin } = await behindParser(() => ({}))
    expect((await exchange(port, get())).status).toBe(200)
    expect(origin.requests[0]?.body).toHaveLength(0)
  })
})

describe('pain 5: two framings, and bodies where nobody expects them', () => {
  const chunked = '5\r\nhello\r\n0\r\n\r\n'

  test.each([
    ['a length beside chunks', ['Content-Length: 5', 'Transfer-Encoding: chunked']],
    ['chunks beside a length', ['Transfer-Encoding: chunked', 'Content-Length: 5']],
    ['two lengths', ['Content-Length: 5', 'Content-Length: 15']],
    ['a list of lengths', ['Content-Length: 5, 15']],
    ['a coding that hides chunks', ['Transfer-Encoding: xchunked']],
    ['chunks that come first', ['Transfer-Encoding: chunked, identity']],
  ])('%s: 400, and what follows is no request', async (_, lines) => {
    const { origin, connect } = await throughOrigin()
    const client = await connect()
    client.send(`${request('POST', '/', lines, chunked)}${get('/hidden')}`, { methods: ['POST', 'GET'] })
    expect((await client.response()).status).toBe(400)
    await client.closed()
    expect(client.finals).toHaveLength(1)
    expect(origin.requests).toEqual([])
  })

  test.each(['POST', 'DELETE', 'OPTIONS', 'GET', 'PATCH'])(
    'chunks of %s are framed anew, and nothing is left over',
    async (method) => {
      const { origin, connect } = await throughOrigin()
      const client = await connect()
      client.send(`${request(method, '/1', ['Transfer-Encoding: chunked'], chunked)}${get('/2')}`, {
        methods: [method, 'GET'],
      })
      await client.response()
      await client.response()
      expect(origin.requests.map(({ target, body }) => `${target} ${body}`).sort()).toEqual(['/1 hello', '/2 '])
      expect(origin.problems).toEqual([])
      expect(origin.connections.every(({ unread }) => unread === 0)).toBe(true)
    },
  )

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('%s without a body has none upstream', async (method) => {
    const { origin, exchange } = await throughOrigin()
    await exchange(request(method, '/'))
    expect(origin.requests[0]).toMatchObject({ complete: true, chunks: [] })
    expect(origin.requests[0]?.headers.has('transfer-encoding')).toBe(false)
  })
})

describe('pain 6: GET with a body', () => {
  test.each(['GET', 'HEAD', 'DELETE', 'OPTIONS'])('%s carries it, with length or chunks', async (method) => {
    const { origin, connect } = await throughOrigin({ origin: { script: [reply(200, [])] } })
    const client = await connect()
    await client.send(request(method, '/', [], 'hello')).response()
    await client.send(request(method, '/', ['Transfer-Encoding: chunked'], '5\r\nhello\r\n0\r\n\r\n')).response()
    expect(origin.requests.map(({ body }) => body.toString())).toEqual(['hello', 'hello'])
    expect(origin.problems).toEqual([])
  })
})

describe('pain 7: Expect: 100-continue', () => {
  const expecting = request('POST', '/upload', ['Expect: 100-continue', 'Content-Length: 5'])

  test('the body is asked for once the request is on its way', async () => {
    const { connect } = await throughOrigin()
    const client = await connect()
    client.send(expecting)
    await until(() => client.responses.length > 0)
    expect(client.responses[0]?.status).toBe(100)
    client.send('hello', { methods: [] })
    expect((await client.response()).status).toBe(200)
  })

  test('a request that is refused is never asked for its body', async () => {
    const { connect } = await throughOrigin({ hcm: { headersWithUnderscoresAction: 'REJECT_CLIENT_REQUEST' } })
    const client = await connect()
    client.send(request('POST', '/upload', ['Expect: 100-continue', 'Content-Length: 5', 'X_Refused: 1']))
    await client.closed()
    expect(client.responses.map(({ status }) => status)).toEqual([400])
  })

  test('any other expectation is answered with 417', async () => {
    const { exchange } = await throughOrigin()
    expect((await exchange(request('POST', '/', ['Expect: the-unexpected'], 'hello'))).status).toBe(417)
  })
})

describe('pain 8: the upstream answers while the client uploads', () => {
  test.each([401, 413])('an early %i is forwarded, then the connection is closed', async (status) => {
    const { origin, connect, exchanges } = await throughOrigin({
      origin: { when: 'head', script: [stopReading(), reply(status, ['X-Why: early'], 'no')] },
    })
    const client = await connect()
    client.send(request('POST', '/', [`Content-Length: ${4 << 20}`]))
    void client.play(flood('x'.repeat(65_536), 4 << 20))
    const response = await client.response()
    expect([response.status, response.headers.get('x-why'), response.body.toString()]).toEqual([status, 'early', 'no'])
    expect(response.headers.get('connection')).toBe('close')
    await client.closed()
    expect(client.finals).toHaveLength(1)
    expect(exchanges.map(({ error }) => error)).toEqual([undefined])
    origin.connections[0]?.socket.resume()
  })

  test('a client that goes on sending for a moment is not reset, which could cost it the answer', async () => {
    const { connect } = await throughOrigin({ origin: { when: 'head', script: [reply(413, [], 'no')] } })
    const client = await connect()
    client.send(request('POST', '/', ['Content-Length: 1000'], 'some'))
    expect((await client.response()).status).toBe(413)
    await client.play(drip('more of it', 20))
    expect(client.socket.errored).toBeNull()
    await client.closed()
  })

  test('an upstream that closes right after its early answer is no error', async () => {
    const { connect, exchanges } = await throughOrigin({
      origin: { when: 'head', script: [reply(403, ['Connection: close'], 'no'), finish()] },
    })
    const client = await connect()
    client.send(request('POST', '/', ['Transfer-Encoding: chunked'], '5\r\nhello\r\n'))
    expect((await client.response()).status).toBe(403)
    await client.closed()
    expect(exchanges.map(({ error }) => error)).toEqual([undefined])
  })

  test('an upload that is answered at its end keeps the connection', async () => {
    const { connect, server } = await throughOrigin()
    const client = await connect()
    for (let count = 0; count < 3; count++) {
      const response = await client.send(request('POST', '/', [], 'x'.repeat(100_000))).response()
      expect(linesOf(response)).not.toContain('connection: close')
    }
    expect(await new Promise((resolve) => server.server.getConnections((_, count) => resolve(count)))).toBe(1)
  })
})
