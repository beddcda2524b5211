import { describe, expect, test } from 'vitest'
import { delay, hang, reply, write } from '../support/raw-script.ts'
import { get, linesOf, request, throughOrigin } from '../support/running-gateway.ts'
import { until } from '../support/wait.ts'
import { asks, behindHead, echo, handshake, over, switching } from '../support/websocket.ts'

describe('a switch that does not happen', () => {
  test.each([200, 401, 404, 503])(
    'an upstream that answers %i is relayed, then the connection closed',
    async (status) => {
      const running = await throughOrigin({ origin: { script: [reply(status, ['X-Why: tired'], 'no, thanks')] } })
      const client = (await running.connect()).send(`${handshake}GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n`)
      const response = await client.response()
      expect([response.status, response.body.toString(), response.headers.get('x-why')]).toEqual([
        status,
        'no, thanks',
        'tired',
      ])
      expect(await client.closed()).toBe('fin')
      expect(client.responses).toHaveLength(1)
      await over(running)
      expect(running.origin.requests).toHaveLength(1)
    },
  )

  test.each<[string, string]>([
    ['of another protocol', 'Connection: Upgrade\r\nUpgrade: h2c'],
    ['with another key', `Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${'A'.repeat(27)}=`],
    ['of none', 'X-A: 1'],
  ])('a 101 %s is an error of the upstream', async (_, lines) => {
    const script = [write(`HTTP/1.1 101 Switching Protocols\r\n${lines}\r\n\r\nraw`), hang()]
    const running = await throughOrigin({ origin: { script } })
    const response = await (await running.connect()).send(handshake).response()
    expect([response.status, response.body.toString().includes('raw')]).toEqual([502, false])
    await over(running)
  })

  test('a client that leaves before the answer has the request given up', async () => {
    const running = await throughOrigin({ origin: { script: [hang()] } })
    const client = (await running.connect()).send(handshake)
    await until(() => running.origin.requests.length === 1)
    client.finish()
    await over(running)
    expect(running.exchanges[0]?.responseFlags).toEqual(['DC'])
  })

  test('the time of the route runs until the 101', async () => {
    const running = await throughOrigin({ route: { timeout: '0.05s' }, origin: { script: [hang()] } })
    expect((await running.exchange(handshake)).status).toBe(504)
    await over(running)
  })

  test('a failure before the 101 is tried again', async () => {
    let tries = 0
    const running = await throughOrigin({
      route: { retries: { retryOn: '5xx', numRetries: 2 } },
      origin: { script: () => (tries++ === 0 ? [reply(503)] : [switching(), echo, hang()]) },
    })
    const client = (await running.connect()).send(handshake)
    await until(() => client.responses[0]?.status === 101)
    client.socket.write('ping')
    await until(() => behindHead(client) === 'ping')
  })

  test.each<[string, boolean | undefined, boolean | undefined, number]>([
    ['the listener', false, undefined, 403],
    ['the route', undefined, false, 403],
    ['nobody, as the route comes before the listener', false, true, 101],
  ])('disabled by %s', async (_, hcm, route, status) => {
    const upgrades = (enabled: boolean | undefined) =>
      enabled === undefined ? {} : { upgrades: [{ websocket: { enabled } }] }
    const running = await throughOrigin({
      hcm: upgrades(hcm),
      route: upgrades(route),
      origin: { script: [switching(), hang()] },
    })
    const client = (await running.connect()).send(handshake)
    await until(() => client.responses.length === 1)
    expect(client.responses[0]?.status).toBe(status)
    if (status === 403) expect((await client.response()).body.toString()).toBe('')
    expect(running.origin.requests).toHaveLength(status === 403 ? 0 : 1)
  })

  test('a body beside it is refused', async () => {
    const running = await throughOrigin()
    const response = await running.exchange(request('POST', '/', asks, 'hello'))
    expect([response.status, running.origin.requests]).toEqual([400, []])
  })

  test('behind a request that is not answered yet, that one is answered and the connection closed', async () => {
    const running = await throughOrigin({ origin: { script: [delay(30), reply(200, [], 'first')] } })
    const client = (await running.connect()).send(`${get('/first')}${handshake}`, { methods: ['GET', 'GET'] })
    expect((await client.response()).body.toString()).toBe('first')
    await client.closed()
    expect(running.origin.requests.map(({ target }) => target)).toEqual(['/first'])
  })
})

describe('another protocol is left out, and the request served', () => {
  test.each(['h2c', 'tls/1.0', 'websocket, other'])('Upgrade: %s', async (protocol) => {
    const running = await throughOrigin()
    const lines = ['Connection: Upgrade, HTTP2-Settings', `Upgrade: ${protocol}`, 'HTTP2-Settings: AAMAAABkAAQAAP__']
    const client = (await running.connect()).send(request('POST', '/', lines, 'a body'))
    expect((await client.response()).status).toBe(200)
    await client.closed()
    const [sent] = running.origin.requests
    expect(sent?.body.toString()).toBe('a body')
    expect(linesOf(sent).filter((line) => /upgrade|http2/.test(line))).toEqual([])
  })

  test('its body may come later, in chunks', async () => {
    const running = await throughOrigin()
    const lines = ['Connection: Upgrade', 'Upgrade: h2c', 'Transfer-Encoding: chunked']
    const client = (await running.connect()).send(request('POST', '/', lines))
    await client.play(delay(30), write('5\r\nhello\r\n'), delay(30), write('0\r\n\r\n'))
    expect((await client.response()).status).toBe(200)
    expect(running.origin.requests[0]?.body.toString()).toBe('hello')
  })
})
