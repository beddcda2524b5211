import { createRequire } from 'node:module'
import { describe, expect, test } from 'vitest'
import { byCode } from '../../../packages/undici/src/failures.ts'
import { delay, finish, reply, type Step, write } from '../../support/raw-script.ts'
import { get, linesOf, throughOrigin } from '../../support/running-gateway.ts'
import { until } from '../../support/wait.ts'

describe('undici 7, fact 5: responses', () => {
  test('interim responses come one by one, and are not taken for the final one', async () => {
    const interim = [102, 103, 103].map((status) => write(`HTTP/1.1 ${status} I\r\nX-Status: ${status}\r\n\r\n`))
    const { connect } = await throughOrigin({ origin: { script: [...interim, reply(200, [], 'ok')] } })
    const client = await connect()
    expect((await client.send(get()).response()).body.toString()).toBe('ok')
    expect(client.responses.map(({ status }) => status)).toEqual([102, 103, 103, 200])
  })

  test('a 100 that nobody asked for is a failed attempt, not an answer and no hang', async () => {
    const { exchange, exchanges } = await throughOrigin({
      origin: { script: [write('HTTP/1.1 100 Continue\r\n\r\n'), reply(200, [], 'ok')] },
    })
    expect((await exchange(get())).status).toBe(503)
    expect(exchanges[0]?.responseFlags).toEqual(['UC'])
  })

  test('letter case, order and repetition of names are kept', async () => {
    const lines = ['X-One: 1', 'x-TWO: 2', 'X-one: 3']
    const { exchange } = await throughOrigin({ origin: { script: [reply(200, lines, 'ok')] } })
    const response = await exchange(get())
    expect([...response.headers].slice(0, 3).map(([name, value]) => `${name}: ${value}`)).toEqual(lines)
  })

  test.each<[string, string]>([
    ['both framings', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n'],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok'],
    ['a length that is none', 'HTTP/1.1 200 OK\r\nContent-Length: two\r\n\r\nok'],
    ['no status', 'HTTP/1.1 OK\r\n\r\n'],
    ['another protocol', 'HTTP/3.0 200 OK\r\nContent-Length: 2\r\n\r\nok'],
    ['a status of 0', 'HTTP/1.1 000 OK\r\nContent-Length: 2\r\n\r\nok'],
    ['bare line feeds in the head', 'HTTP/1.1 200 OK\nContent-Length: 2\n\nok'],
  ])('%s: 502, and the connection is not used again', async (_, bytes) => {
    const { origin, connect } = await throughOrigin({
      origin: { script: ({ target }) => (target === '/bad' ? [write(bytes)] : [reply(200, [], 'fine')]) },
    })
    const client = await connect()
    expect((await client.send(get('/bad')).response()).status).toBe(502)
    await until(() => origin.openConnections === 0)
    expect((await client.send(get('/good')).response()).body.toString()).toBe('fine')
  })

  test('204 with a body: the 204 arrives, the body does not, and nobody takes it for an answer', async () => {
    const { connect } = await throughOrigin({
      origin: {
        script: ({ target }) =>
          target === '/bad'
            ? [write('HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged')]
            : [reply(200, [], 'fine')],
      },
    })
    const client = await connect()
    expect((await client.send(get('/bad')).response()).status).toBe(204)
    expect((await client.send(get('/good')).response()).body.toString()).toBe('fine')
  })

  test('headers of 48 KiB arrive, of 80 KiB are a 502', async () => {
    const { exchange, exchanges } = await throughOrigin({
      origin: { script: ({ target }) => [reply(200, [`X-Big: ${'x'.repeat(Number(target.slice(1)) * 1024)}`], 'ok')] },
    })
    expect((await exchange(get('/48'))).headers.get('x-big')).toHaveLength(48 * 1024)
    expect((await exchange(get('/80'))).status).toBe(502)
    expect(exchanges[1]).toMatchObject({ error: { code: 'protocolError' }, responseFlags: ['UPE'] })
  })

  test('a 304 with a length is no error, and its connection is not waited for', async () => {
    const { connect, exchanges } = await throughOrigin({
      upstream: { circuitBreakers: { maxConnections: 1 } },
      origin: {
        script: ({ target }) => [
          target === '/304' ? reply(304, ['Content-Length: 10', 'ETag: "a"']) : reply(200, [], 'ok'),
        ],
      },
    })
    const client = await connect()
    for (const path of ['/304', '/200', '/304', '/304', '/200']) {
      const response = await client.send(get(path)).response()
      expect(response.status).toBe(Number(path.slice(1)))
    }
    expect(exchanges.map(({ error }) => error)).toEqual(Array(5).fill(undefined))
  })
})

describe('response queue poisoning', () => {
  const forged = 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged'
  const good = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'

  test.each<[string, readonly Step[]]>([
    ['in one packet', [write(good + forged)]],
    [
      'behind a chunked body',
      [write(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n${forged}`)],
    ],
    ['behind a 304', [write(`HTTP/1.1 304 N\r\nContent-Length: 2\r\n\r\n${forged}`)]],
    ['an interim response nobody asked for', [write(`${good}HTTP/1.1 103 E\r\nX-Forged: 1\r\n\r\n`)]],
    ['bytes of nothing', [write(`${good}garbage`)]],
  ])('an answer nobody asked for, %s, goes to no request that waits', async (_, script) => {
    const { connect } = await throughOrigin({
      upstream: { circuitBreakers: { maxConnections: 1 } },
      origin: { script: ({ target }) => (target === '/evil' ? script : [reply(200, [`X-Path: ${target}`], target)]) },
    })
    const evil = await connect()
    const waiting = await Promise.all(Array.from({ length: 4 }, connect))
    evil.send(get('/evil'))
    const answers = waiting.map((client, index) => client.send(get(`/${index}`)).response())
    for (const [index, response] of (await Promise.all(answers)).entries()) {
      expect([response.status, response.body.toString()]).toEqual([200, `/${index}`])
    }
    expect(
      waiting
        .flatMap(({ responses }) => responses)
        .flatMap(linesOf)
        .filter((line) => line.includes('forged')),
    ).toEqual([])
  })
})

describe('an answer nobody asked for, on an idle connection', () => {
  test('ends that connection', async () => {
    const { origin, connect } = await throughOrigin({ origin: { script: ({ target }) => [reply(200, [], target)] } })
    const client = await connect()
    await client.send(get('/1')).response()
    origin.connections[0]?.socket.write('HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged')
    await until(() => origin.openConnections === 0)
    expect((await client.send(get('/2')).response()).body.toString()).toBe('/2')
  })
})

describe('reliability 17: every error of undici has its place', () => {
  test('each class that undici exports is classified', () => {
    const require = createRequire(new URL('../../../packages/undici/package.json', import.meta.url))
    const { errors } = require('undici') as {
      errors: Record<string, new (...args: unknown[]) => { code?: string; name: string }>
    }
    const codes = Object.entries(errors).map(
      ([name, ErrorClass]) => [name, new ErrorClass('', undefined, {}).code] as const,
    )
    expect(codes.length).toBeGreaterThan(15)
    // HTTPParserError has no code of its own and is told by its name.
    const unknown = codes.filter(
      ([name, code]) => name !== 'HTTPParserError' && (code === undefined || byCode[code] === undefined),
    )
    expect(unknown).toEqual([])
  })

  test('an upstream that ends without an answer is no parser error', async () => {
    const { exchange, exchanges } = await throughOrigin({ origin: { script: [delay(2), finish()] } })
    expect((await exchange(get())).status).toBe(503)
    expect(exchanges[0]?.responseFlags).toEqual(['UC'])
  })
})
