import { afterEach, describe, expect, test } from 'vitest'
import { type Echo, HttpOrigin } from './http-origin.ts'
import { exchange, RawClient } from './raw-client.ts'
import { RawOrigin, type RawOriginOptions } from './raw-origin.ts'
import { delay, drip, finish, flood, hang, reply, reset, stopReading, write } from './raw-script.ts'
import { until } from './wait.ts'

const get = (target: string): string => `GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`
const open: { close(): Promise<void> }[] = []

function closeLater<T extends { close(): Promise<void> }>(opened: T): T {
  open.push(opened)
  return opened
}

async function listen(options?: RawOriginOptions): Promise<RawOrigin> {
  return closeLater(await RawOrigin.listen(options))
}

async function connectTo({ port }: { readonly port: number }): Promise<RawClient> {
  return closeLater(await RawClient.connect(port))
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((opened) => opened.close()))
})

describe('raw origin and raw client', () => {
  test('every byte is kept on both sides', async () => {
    const origin = await listen({ script: [reply(201, ['X-A: 1', 'x-a: 2'], 'Gr\xfc\xdfe')] })
    const client = await connectTo(origin)
    const response = await client.send(get('/1')).response()
    expect([response.status, response.body.toString('latin1')]).toEqual([201, 'Gr\xfc\xdfe'])
    expect([...response.headers]).toEqual([
      ['X-A', '1'],
      ['x-a', '2'],
      ['content-length', '5'],
    ])
    expect(origin.connections[0]?.received.toString('latin1')).toBe(get('/1'))
    expect(client.received.toString('latin1')).toMatch(/^HTTP\/1\.1 201 Status\r\n/)
  })

  test('a connection carries several requests, pipelined ones in order', async () => {
    const origin = await listen({
      script: ({ target }) => [...(target === '/slow' ? [delay(10)] : []), reply(200, [], target)],
    })
    const client = await connectTo(origin)
    client.send(get('/slow') + get('/fast'), { methods: ['GET', 'GET'] })
    expect((await client.response()).body.toString()).toBe('/slow')
    expect((await client.response()).body.toString()).toBe('/fast')
    expect(origin.requests.map(({ target }) => target)).toEqual(['/slow', '/fast'])
    expect(origin.connections).toHaveLength(1)
  })

  test('connections are counted while they are open', async () => {
    const origin = await listen()
    const [first, second] = [await connectTo(origin), await connectTo(origin)]
    await until(() => origin.openConnections === 2)
    first?.finish()
    await until(() => origin.openConnections === 1)
    second?.reset()
    await until(() => origin.openConnections === 0)
    expect(origin.connections.map(({ endedBy }) => endedBy)).toEqual(['fin', 'reset'])
  })

  test('what is not HTTP/1.1 is a problem', async () => {
    const origin = await listen()
    const client = await connectTo(origin)
    client.send('GET / HTTP/1.1\nHost: a\n\n')
    await until(() => origin.problems.length > 0)
    expect(origin.problems[0]).toContain('line without a carriage return')
    expect(origin.requests).toEqual([])
  })

  test('interim responses come apart from the final one', async () => {
    const origin = await listen({
      script: [write('HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n'), reply(200, [], 'x')],
    })
    const client = await connectTo(origin)
    await client.send(get('/')).response()
    expect(client.responses.map(({ status }) => status)).toEqual([103, 200])
  })

  test('chunks and trailers are kept', async () => {
    const body = '3\r\nabc\r\n0\r\nX-Sum: 1\r\n\r\n'
    const origin = await listen({ script: [reply(200, ['Transfer-Encoding: chunked', 'Trailer: X-Sum'], body)] })
    const response = await exchange(origin.port, get('/'))
    expect(response).toMatchObject({ chunks: [3], complete: true })
    expect([...response.trailers]).toEqual([['X-Sum', '1']])
  })

  test('a response to HEAD has no body', async () => {
    const origin = await listen({ script: [write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n')] })
    expect(await exchange(origin.port, 'HEAD / HTTP/1.1\r\nHost: a\r\n\r\n')).toMatchObject({ complete: true })
  })

  test('a drip comes piece by piece', async () => {
    const origin = await listen({ script: [drip('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok', 1, 8)] })
    expect((await exchange(origin.port, get('/'))).body.toString()).toBe('ok')
  })

  test('a response can be ended or reset in the middle', async () => {
    const half = write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf')
    for (const [end, how] of [
      [finish(), 'fin'],
      [reset(), 'reset'],
    ] as const) {
      const origin = await listen({ script: [half, delay(5), end] })
      const client = await connectTo(origin)
      await expect(client.send(get('/')).response()).rejects.toThrow(`no complete response: ended by ${how}`)
      expect(client.finals[0]?.body.toString()).toBe('half')
    }
  })

  test('a connection can be ended before there is a request', async () => {
    const origin = await listen({ when: 'connection', script: [finish()] })
    const client = await connectTo(origin)
    expect(await client.closed()).toBe('fin')
  })

  test('an early response comes before the body', async () => {
    const origin = await listen({ when: 'head', script: [stopReading(), reply(413)] })
    const client = await connectTo(origin)
    client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf')
    expect((await client.response()).status).toBe(413)
    expect(origin.requests[0]?.complete).toBe(false)
  })

  test('a hanging response ends with its connection, and its wait has a deadline', async () => {
    const origin = await listen({ script: [hang()] })
    const client = await connectTo(origin)
    await expect(client.send(get('/')).response(20)).rejects.toThrow('not within 20 ms: a response; ended by nobody')
    await client.close()
    await until(() => origin.openConnections === 0)
  })

  test('a flood stops where its reader does', async () => {
    const piece = 'x'.repeat(65_536)
    const origin = await listen({
      script: [write('HTTP/1.1 200 OK\r\n\r\n'), flood(piece, 256 * 65_536), finish()],
    })
    const client = await connectTo(origin)
    client.socket.pause()
    client.send(get('/'))
    await until(() => (origin.connections[0]?.socket.writableLength ?? 0) > 0)
    client.socket.resume()
    expect((await client.response()).body.length).toBe(256 * 65_536)
  })

  test('a client can drip its request', async () => {
    const origin = await listen()
    const client = await connectTo(origin)
    await client.send('GET /').play(drip('slow HTTP/1.1\r\nHost: a\r\n\r\n', 1, 4))
    expect((await client.response()).status).toBe(200)
    expect(origin.requests[0]?.target).toBe('/slow')
  })

  test('the script can be changed', async () => {
    const origin = await listen()
    expect((await exchange(origin.port, get('/'))).status).toBe(200)
    origin.script = [reply(503)]
    expect((await exchange(origin.port, get('/'))).status).toBe(503)
  })
})

describe('HTTP origin', () => {
  test('echoes, and keeps what it got', async () => {
    const origin = closeLater(await HttpOrigin.listen('users'))
    const bytes =
      'POST /a?b HTTP/1.1\r\nHost: a\r\nX-A: 1\r\nx-a: 2\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 1\r\n\r\n'
    const response = await exchange(origin.port, bytes)
    expect(response.headers.get('x-origin')).toBe('users')
    const echo = JSON.parse(response.body.toString()) as Echo
    expect(echo).toMatchObject({ origin: 'users', method: 'POST', target: '/a?b', body: 'abc' })
    expect(echo.headers).toContainEqual(['x-a', '2'])
    expect(origin.requests[0]?.trailers.get('x-sum')).toBe('1')
  })

  test('counts connections and requests that break off', async () => {
    const origin = closeLater(await HttpOrigin.listen())
    const client = await connectTo(origin)
    client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf')
    await until(() => origin.openConnections === 1)
    client.reset()
    await until(() => origin.aborted === 1)
    await until(() => origin.openConnections === 0)
    expect([origin.connections, origin.requests]).toEqual([1, []])
  })

  test('can answer something else', async () => {
    const origin = closeLater(await HttpOrigin.listen('users', (response) => response.writeHead(418).end()))
    expect((await exchange(origin.port, get('/'))).status).toBe(418)
  })
})

describe('until', () => {
  test('gives the value', async () => {
    let count = 0
    expect(await until(() => (++count > 2 ? count : undefined))).toBe(3)
  })

  test('says what was not there', async () => {
    await expect(until(() => false, { deadline: 5, what: 'a miracle' })).rejects.toThrow('not within 5 ms: a miracle')
  })
})
