import { once } from 'node:events'
import { createServer } from 'node:net'
import { ConfigError, Gateway, type GatewayInput, type Issue, serve } from 'headgate'
import { describe, expect, test } from 'vitest'
import { finish, hang, reply, reset, type Step, stopReading, write } from '../support/raw-script.ts'
import {
  closeLater,
  get,
  request,
  startGateway,
  throughOrigin,
  toOrigins,
  upstreamTo,
} from '../support/running-gateway.ts'
import { until } from '../support/wait.ts'

const toOrigin = { routeAction: { single: { upstream: { name: 'origin' } } } }

/** A virtual service with these routes, and whatever else. */
function config(routes: readonly unknown[], more: Readonly<Record<string, unknown>> = {}): GatewayInput {
  return {
    upstreams: [upstreamTo('origin', { port: 1 })],
    virtualServices: [{ metadata: { name: 'api' }, virtualHost: { domains: ['*'], routes } }],
    ...more,
  } as GatewayInput
}

/** What is wrong with a configuration, as thrown. */
function issuesOf(input: GatewayInput): readonly Issue[] {
  try {
    new Gateway(input)
  } catch (error) {
    if (!ConfigError.is(error)) throw error
    return error.issues.filter(({ severity }) => severity === 'error')
  }
  return []
}

const at = 'virtualServices[default.api].virtualHost'

describe('wrong configuration is an error that says where, what, and what to do', () => {
  test.each<[string, GatewayInput, string, string, RegExp]>([
    ['an unknown field', config([{ ...toOrigin, optoins: {} }]), 'unknown-field', `${at}.routes[0].optoins`, /options/],
    ['a wrong type', config([{ ...toOrigin, name: 5 }]), 'wrong-type', `${at}.routes[0].name`, /string|text/],
    [
      'two actions on one route',
      config([{ ...toOrigin, directResponseAction: { status: 200 } }]),
      'oneof-conflict',
      `${at}.routes[0]`,
      /routeAction.*directResponseAction|directResponseAction.*routeAction/,
    ],
    ['no action on a route', config([{ name: 'nothing' }]), 'oneof-missing', `${at}.routes[0]`, /routeAction/],
    [
      'two path matchers in one',
      config([{ matchers: [{ prefix: '/a', exact: '/b' }], ...toOrigin }]),
      'oneof-conflict',
      `${at}.routes[0].matchers[0]`,
      /prefix/,
    ],
    [
      'a bad regex',
      config([{ matchers: [{ regex: '/a(' }], ...toOrigin }]),
      'invalid-regex',
      `${at}.routes[0].matchers[0].regex`,
      /missing|parenthes/i,
    ],
    [
      'a regex that RE2 does not know',
      config([{ matchers: [{ regex: '/a(?=b)' }], ...toOrigin }]),
      'invalid-regex',
      `${at}.routes[0].matchers[0].regex`,
      /./,
    ],
    [
      'a regex that is too large',
      config([{ matchers: [{ regex: '/(a{1,200}){1,200}' }], ...toOrigin }]),
      'invalid-regex',
      `${at}.routes[0].matchers[0].regex`,
      /./,
    ],
    [
      'a bad duration',
      config([{ ...toOrigin, options: { timeout: 'soon' } }]),
      'invalid-duration',
      `${at}.routes[0].options.timeout`,
      /./,
    ],
    [
      'a status that is none',
      config([{ directResponseAction: { status: 99 } }]),
      'out-of-range',
      `${at}.routes[0].directResponseAction.status`,
      /./,
    ],
    [
      'a header name that is none',
      config([{ matchers: [{ headers: [{ name: 'a b' }] }], ...toOrigin }]),
      'invalid-header-name',
      `${at}.routes[0].matchers[0].headers[0].name`,
      /./,
    ],
    [
      'weights of nothing',
      config([
        { routeAction: { multi: { destinations: [{ destination: { upstream: { name: 'origin' } }, weight: 0 }] } } },
      ]),
      'invalid-weights',
      `${at}.routes[0].routeAction.multi.destinations`,
      /./,
    ],
    [
      'an upstream of no kind',
      { upstreams: [{ metadata: { name: 'origin' } }] },
      'oneof-missing',
      'upstreams[default.origin]',
      /static/,
    ],
    [
      'an upstream without hosts',
      { upstreams: [upstreamTo('origin')] },
      'out-of-range',
      'upstreams[default.origin].static.hosts',
      /./,
    ],
    [
      'one name twice',
      { upstreams: [upstreamTo('origin', { port: 1 }), upstreamTo('origin', { port: 2 })] },
      'duplicate-resource',
      'upstreams[default.origin].metadata.name',
      /./,
    ],
    [
      'a key with a meaning of its own',
      config([{ ...toOrigin, options: JSON.parse('{"__proto__": {}}') }]),
      'forbidden-key',
      `${at}.routes[0].options.__proto__`,
      /./,
    ],
  ])('%s', (_, input, code, path, text) => {
    const issues = issuesOf(input)
    expect(issues.map((issue) => [issue.code, issue.path])).toContainEqual([code, path])
    const issue = issues.find((each) => each.code === code) as Issue
    expect(`${issue.message} ${issue.expected} ${issue.fix} ${issue.found}`).toMatch(text)
  })

  test('one domain for two virtual services', () => {
    const service = (name: string) => ({
      metadata: { name },
      virtualHost: { domains: ['a.test'], routes: [{ directResponseAction: { status: 200 } }] },
    })
    const issues = issuesOf({ virtualServices: [service('one'), service('two')] })
    const told = issues.filter(({ code }) => code === 'domain-conflict').map(({ resource }) => resource?.name)
    expect(told).toEqual(expect.arrayContaining(['one', 'two']))
  })

  test('everything that is wrong is reported at once', () => {
    const issues = issuesOf(
      config([{ ...toOrigin, optoins: {} }, { matchers: [{ regex: '(' }], ...toOrigin }, { name: 5 }]),
    )
    expect(issues.length).toBeGreaterThanOrEqual(2)
    expect(new Set(issues.map(({ path }) => path.match(/routes\[\d\]/)?.[0])).size).toBeGreaterThan(1)
  })

  test.each([undefined, null, 5, 'text', [], () => undefined])('%j instead of a configuration', (input) => {
    expect(() => new Gateway(input as unknown as GatewayInput)).toThrow(ConfigError)
  })
})

describe('wrong configuration that can be served', () => {
  test('an upstream that is not there: a warning that guesses, and 503', async () => {
    const { gateway, exchange, exchanges } = await startGateway(
      config([{ routeAction: { single: { upstream: { name: 'orgin' } } } }]),
    )
    expect(gateway.issues).toMatchObject([
      { severity: 'warning', code: 'reference-not-found', path: `${at}.routes[0].routeAction.single.upstream` },
    ])
    expect(gateway.issues[0]?.message).toContain('did you mean "origin"?')
    expect((await exchange(get())).status).toBe(503)
    expect(exchanges[0]?.responseFlags).toEqual(['NC'])
  })

  test('no routes at all: 404', async () => {
    const { exchange, exchanges } = await startGateway(config([]))
    expect((await exchange(get())).status).toBe(404)
    expect(exchanges[0]?.responseFlags).toEqual(['NR'])
  })

  test('nothing at all: 404', async () => {
    const { exchange } = await startGateway({})
    expect((await exchange(get())).status).toBe(404)
  })

  test('a regex that takes ages elsewhere takes none here', async () => {
    const { exchange } = await startGateway(
      config([{ matchers: [{ regex: '/(a+)+b' }], directResponseAction: { status: 200 } }]),
    )
    expect((await exchange(get(`/${'a'.repeat(8000)}!`))).status).toBe(404)
    expect((await exchange(get(`/${'a'.repeat(8000)}b`))).status).toBe(200)
  })
})

describe('wrong surroundings', () => {
  test('a port in use: serve rejects, and the gateway can be served elsewhere', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    closeLater({ close: async () => taken.close() })
    const gateway = closeLater(new Gateway({}))
    const { port } = taken.address() as { port: number }
    await expect(serve(gateway, { host: '127.0.0.1', port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
    const server = await serve(gateway, { host: '127.0.0.1', port: 0 })
    await server.close({ drain: 0 })
  })

  test('a gateway that is not there', async () => {
    const gateway = closeLater(new Gateway({}))
    await expect(serve(gateway, { gateway: 'other', port: 0 })).rejects.toThrow(
      'there is no gateway "other", only "gateway-proxy"',
    )
  })

  test('an upstream that is down, and comes up', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    server.close()
    await once(server, 'close')
    const { connect, exchanges } = await startGateway(toOrigins([{ port }]))
    const client = await connect()
    for (let count = 0; count < 3; count++) {
      const response = await client
        .send(request(count === 1 ? 'POST' : 'GET', '/', [], count === 1 ? 'hello' : ''))
        .response()
      expect([response.status, response.body.toString()]).toEqual([
        503,
        'upstream connect error or disconnect/reset before headers. reset reason: connection failure',
      ])
    }
    expect(exchanges.map(({ responseFlags }) => responseFlags.join())).toEqual(['UF', 'UF', 'UF'])
    const up = createServer((socket) =>
      socket.on('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nup')),
    )
    up.listen(port, '127.0.0.1')
    await once(up, 'listening')
    closeLater({ close: async () => up.close() })
    expect((await client.send(get()).response()).body.toString()).toBe('up')
  })

  test.each<[string, readonly Step[], number]>([
    ['another protocol', [write('SSH-2.0-OpenSSH_9.2\r\n')], 502],
    ['random bytes', [write(new Uint8Array(1000).map((_, index) => (index * 131) % 256))], 502],
    ['a TLS alert', [write(new Uint8Array([21, 3, 1, 0, 2, 2, 10])), finish()], 502],
    ['an HTML page without a head', [write('<html><body>It works</body></html>\n'), finish()], 502],
    ['nothing, with a FIN', [finish()], 503],
    ['nothing, with an RST', [reset()], 503],
    ['half a head, with a FIN', [write('HTTP/1.1 200 OK\r\nContent-'), finish()], 503],
    ['a head without an end', [write(`HTTP/1.1 200 OK\r\n${'X-A: 1\r\n'.repeat(20_000)}`)], 502],
    [
      'a chunk of half the world',
      [write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n')],
      200,
    ],
    [
      'an upgrade that nobody asked for',
      [write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n')],
      503,
    ],
  ])('an upstream that sends %s: %i or a visible break, and the next request is served', async (_, script, status) => {
    const { origin, connect } = await throughOrigin({
      origin: { script: ({ target }) => (target === '/bad' ? script : [reply(200, [], 'fine')]) },
    })
    const client = await connect()
    client.send(get('/bad'))
    await until(() => client.finals[0]?.complete === true || client.endedBy !== undefined)
    expect(client.finals.map((response) => response.status)).toEqual([status])
    if (status === 200) expect(client.finals[0]?.complete).toBe(false)
    const next = await connect()
    expect((await next.send(get('/good')).response()).body.toString()).toBe('fine')
    await until(() => origin.openConnections <= 1)
  })

  test('an upstream that accepts and does nothing: 504 at the route timeout', async () => {
    const { exchange, exchanges } = await throughOrigin({
      route: { timeout: '0.05s' },
      origin: { script: [stopReading(), hang()] },
    })
    expect((await exchange(get())).status).toBe(504)
    expect(exchanges[0]?.responseFlags).toEqual(['UT'])
  })
})
