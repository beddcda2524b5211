import { describe, expect, test } from 'vitest'
import { filter } from '../support/filters.ts'
import type { OriginConnection } from '../support/raw-origin.ts'
import { delay, finish, flood, hang, reset, type Step, stopReading, write } from '../support/raw-script.ts'
import { linesOf, throughOrigin } from '../support/running-gateway.ts'
import { until } from '../support/wait.ts'
import { accept, agreed, behindHead, busy, echo, handshake, key, over, switching } from '../support/websocket.ts'

describe('a switch to WebSocket', () => {
  test('passes bytes both ways, and is logged at its end with how many', async () => {
    const running = await throughOrigin({ origin: { script: [switching('X-From: origin'), echo, hang()] } })
    const client = (await running.connect()).send(handshake)
    await until(() => client.responses[0]?.status === 101)
    expect(linesOf(client.responses[0])).toEqual([
      'upgrade: websocket',
      `sec-websocket-accept: ${accept}`,
      'x-from: origin',
      'connection: upgrade',
      expect.stringMatching(/^x-envoy-upstream-service-time: \d+$/),
    ])
    const sent = linesOf(running.origin.requests[0])
    expect(sent).toEqual(
      expect.arrayContaining(['connection: upgrade', 'upgrade: websocket', `sec-websocket-key: ${key}`]),
    )
    expect(running.origin.requests[0]?.target).toBe('/chat?room=1')
    client.socket.write('hello')
    await until(() => behindHead(client) === 'hello')
    expect([running.exchanges.length, busy(running)]).toEqual([0, 1])
    client.finish()
    await client.closed()
    await over(running)
    const [{ status, error, bytesSent, bytesReceived, responseFlags } = {}] = running.exchanges
    expect({ status, error, bytesSent, bytesReceived, responseFlags }).toEqual({
      status: 101,
      error: undefined,
      bytesSent: 5,
      bytesReceived: 5,
      responseFlags: [],
    })
  })

  test('passes on what came in one packet with the 101', async () => {
    const together = write(`${agreed.join('\r\n')}\r\n\r\nfirst frame`)
    const running = await throughOrigin({ origin: { script: [together, hang()] } })
    const client = (await running.connect()).send(handshake)
    await until(() => behindHead(client) === 'first frame')
  })

  test('keeps what the client sends behind its request until the upstream has agreed', async () => {
    let early: string | undefined
    const look =
      (connection: OriginConnection): Step =>
      () => {
        early = behindHead(connection)
      }
    const running = await throughOrigin({
      origin: { script: (_, connection) => [delay(50), look(connection), switching(), hang()] },
    })
    ;(await running.connect()).send(`${handshake}early`).socket.write(' bird')
    const [connection] = await until(() => (running.origin.connections[0] ? running.origin.connections : undefined))
    await until(() => behindHead(connection as OriginConnection) === 'early bird')
    expect(early).toBe('')
  })

  test.each<[string, Step]>([
    ['end', finish()],
    ['reset', reset()],
  ])('the %s of the upstream ends both, and what it sent last arrives', async (how, step) => {
    const last: readonly Step[] = [switching(), write('bye'), ...(how === 'end' ? [step] : [delay(30), step])]
    const running = await throughOrigin({ origin: { script: last } })
    const client = (await running.connect()).send(handshake)
    await client.closed()
    expect(behindHead(client)).toBe('bye')
    await over(running)
    expect(running.exchanges[0]?.error?.code).toBe(how === 'end' ? undefined : 'upstreamBodyBroken')
  })

  test('the reset of the client ends both', async () => {
    const running = await throughOrigin({ origin: { script: [switching(), hang()] } })
    const client = (await running.connect()).send(handshake)
    await until(() => client.responses.length === 1)
    client.reset()
    await over(running)
    expect(running.exchanges[0]?.responseFlags).toEqual(['DC'])
  })

  test('silence for the idle time ends both; the time of the route ends with the 101', async () => {
    const running = await throughOrigin({
      route: { timeout: '0.3s' },
      hcm: { streamIdleTimeout: '0.8s' },
      origin: { script: [switching(), delay(500), write('late'), hang()] },
    })
    const client = (await running.connect()).send(handshake)
    await client.closed()
    expect(behindHead(client)).toBe('late')
    await over(running)
    expect(running.exchanges[0]?.error?.code).toBe('streamIdleTimeout')
  })

  test('a side that does not read holds the other up', async () => {
    const total = 64 * 1024 * 1024
    let sent = false
    const done: Step = () => {
      sent = true
    }
    const running = await throughOrigin({ origin: { script: [switching(), flood('x'.repeat(65_536), total), done] } })
    const client = (await running.connect()).send(handshake)
    client.socket.pause()
    await until(() => running.origin.requests.length === 1)
    await client.play(delay(200))
    expect(sent).toBe(false)
    client.socket.resume()
    await until(() => sent, { deadline: 10_000 })
    client.reset()
    await over(running)
  })

  test('an upstream that does not read holds the client up', async () => {
    const running = await throughOrigin({ origin: { script: [switching(), stopReading()] } })
    const client = (await running.connect()).send(handshake)
    await until(() => client.responses.length === 1)
    let sent = false
    const done: Step = () => {
      sent = true
    }
    void client.play(flood('x'.repeat(65_536), 64 * 1024 * 1024), done)
    await client.play(delay(200))
    expect(sent).toBe(false)
    for (const { socket } of running.origin.connections) socket.removeAllListeners('data').resume()
    await until(() => sent, { deadline: 10_000 })
    client.finish()
    await over(running)
    expect(running.exchanges[0]?.bytesReceived).toBe(64 * 1024 * 1024)
  })

  test('closing the server ends it at the deadline', async () => {
    const running = await throughOrigin({ origin: { script: [switching(), echo, hang()] } })
    const client = (await running.connect()).send(handshake)
    await until(() => client.responses.length === 1)
    const closing = running.server.close({ drain: 100 })
    client.socket.write('still there')
    await until(() => behindHead(client) === 'still there')
    await closing
    await client.closed()
    await over(running)
  })

  test('closing the gateway ends it', async () => {
    const running = await throughOrigin({ origin: { script: [switching(), hang()] } })
    const client = (await running.connect()).send(handshake)
    await until(() => client.responses.length === 1)
    await running.gateway.close()
    await client.closed()
    await over(running)
  })

  test('filters see the request before, and the headers of the 101', async () => {
    const seen: string[] = []
    const look = filter('look', {
      onRequest: ({ request: { headers } }) => void seen.push(headers.get('sec-websocket-key') ?? ''),
      onResponse: (_, { status, headers, body }) => {
        seen.push(`${status} ${body}`)
        headers.set('x-filter', 'was here')
      },
    })
    const running = await throughOrigin({ options: { filters: [look] }, origin: { script: [switching(), hang()] } })
    const client = (await running.connect()).send(handshake)
    await until(() => client.responses.length === 1)
    expect(client.responses[0]?.headers.get('x-filter')).toBe('was here')
    expect(seen).toEqual([key, '101 null'])
  })
})
