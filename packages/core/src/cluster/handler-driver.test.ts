import { describe, expect, test } from 'vitest'
import { inProcess, route, service } from '../../../../test/support/in-process.ts'
import { request, type SendInit, send } from '../../../testing/src/index.ts'
import type { GatewayConfig } from '../config/gateway-config.ts'
import type { UpstreamHandler } from '../config/upstream-handler.ts'

function config(handler: UpstreamHandler, timeout: '15s' | '0s' = '15s'): GatewayConfig {
  return {
    upstreams: [{ metadata: { name: 'inside' }, handler }],
    virtualServices: [
      service('api', [
        {
          matchers: [{ pathTemplate: '/users/:id/*rest' }],
          routeAction: { single: { upstream: { name: 'inside' } } },
          options: { prefixRewrite: '/people' },
        },
        route('/', 'inside', { options: { timeout } }),
      ]),
    ],
  }
}

const ask = (handler: UpstreamHandler, target: string, init: SendInit = {}) =>
  send(inProcess(config(handler)).gateway, target, init)

describe('the request of a handler', () => {
  test('is a web request with the whole URL, the method, all headers and the body', async () => {
    const seen: Request[] = []
    const reply = await ask(
      async (received) => {
        seen.push(received)
        return new Response(`got ${await received.text()}`)
      },
      'PUT http://api.test:8080/a%20b/?x=1&x=2',
      {
        body: 'text',
        headers: [
          ['x-a', '1'],
          ['x-a', '2'],
        ],
      },
    )
    expect(reply).toMatchObject({ status: 200, text: 'got text' })
    expect(seen[0]).toMatchObject({ method: 'PUT', url: 'http://api.test:8080/a%20b/?x=1&x=2' })
    expect(seen[0]?.headers.get('x-a')).toBe('1, 2')
    expect(seen[0]?.headers.get('x-forwarded-for')).toBe('127.0.0.1')
  })

  test('says https when the client did', async () => {
    const reply = await ask(({ url }) => new Response(url), 'https://api.test/')
    expect(reply.text).toBe('https://api.test/')
  })

  test('comes with the decoded parameters of the path and the name of the upstream', async () => {
    const reply = await ask(({ url }, context) => Response.json({ url, ...context }), '/users/a%2Fb/c%zz/d')
    expect(reply.json()).toEqual({
      url: 'http://localhost/people',
      upstream: 'default.inside',
      params: { id: 'a/b', rest: 'c%zz/d' },
    })
  })

  test('has no body with GET and HEAD, which a web request cannot carry', async () => {
    const reply = await ask(async (received) => new Response(String(received.body)), '/', { body: 'ignored' })
    expect(reply).toMatchObject({ status: 200, text: 'null' })
  })

  test('aborts when nobody waits for the answer any more', async () => {
    const leaving = new AbortController()
    const seen: AbortSignal[] = []
    const { gateway, clock } = inProcess(
      config(({ signal }) => {
        seen.push(signal)
        return new Promise(() => undefined)
      }),
    )
    const reply = send(gateway, '/', { signal: leaving.signal })
    await clock.settle()
    expect(seen[0]?.aborted).toBe(false)
    leaving.abort()
    await reply
    expect(seen[0]?.aborted).toBe(true)
  })
})

describe('the response of a handler', () => {
  test('keeps status, headers and every Set-Cookie', async () => {
    const reply = await ask(() => {
      const headers = new Headers({ 'x-a': '1', 'content-type': 'text/css' })
      headers.append('set-cookie', 'a=1')
      headers.append('set-cookie', 'b=2')
      return new Response('body', { status: 203, headers })
    }, '/')
    expect(reply).toMatchObject({ status: 203, text: 'body' })
    expect(reply.headers.getAll('set-cookie')).toEqual(['a=1', 'b=2'])
    expect(reply.headers.get('content-type')).toBe('text/css')
  })

  test('may be streamed, and may come at once', async () => {
    const reply = await ask(() => {
      async function* chunks(): AsyncGenerator<Uint8Array> {
        for (const text of ['a', 'b', 'c']) yield new TextEncoder().encode(text)
      }
      return new Response(ReadableStream.from(chunks()))
    }, '/')
    expect(reply).toMatchObject({ status: 200, text: 'abc' })
  })

  test('without a body ends at once', async () => {
    expect(await ask(() => new Response(null, { status: 204 }), '/')).toMatchObject({ status: 204, text: '' })
  })

  test('of HEAD has its body let go of', async () => {
    let cancelled = false
    const body = new ReadableStream({
      cancel() {
        cancelled = true
      },
    })
    expect(await ask(() => new Response(body), 'HEAD /')).toMatchObject({ status: 200, text: '' })
    expect(cancelled).toBe(true)
  })

  test('whose body breaks is seen to break', async () => {
    const body = new ReadableStream({
      pull(controller) {
        controller.enqueue(new TextEncoder().encode('part'))
        controller.error(new Error('secret'))
      },
    })
    const reply = await ask(() => new Response(body), '/')
    expect(reply.status).toBe(200)
    expect(reply.broken).toMatchObject({ code: 'upstreamBodyBroken' })
  })
})

describe('a handler that does what it must not', () => {
  const used = (): Response => {
    const response = new Response('used')
    void response.text()
    return response
  }

  test.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('secret')
      },
    ],
    ['rejects', () => Promise.reject(new Error('secret'))],
    ['throws nothing at all', () => Promise.reject(undefined)],
    ['returns nothing', () => undefined],
    ['returns a text', () => 'hello'],
    ['returns null', async () => null],
    ['returns an error response', () => Response.error()],
    ['returns a response that was read', used],
    ['returns a status that is none', () => ({ status: 99, headers: [], body: null })],
    ['returns a status that is no number', () => ({ status: '200', headers: [], body: null })],
    ['returns an interim response', () => ({ status: 101, headers: [], body: null })],
    ['returns headers that are none', () => ({ status: 200, headers: 5, body: null })],
    ['returns a body that is none', () => ({ status: 200, headers: [], body: 5 })],
  ])('gives 502, and says nothing of the reason: one that %s', async (_, handler) => {
    const { gateway, completed, events } = inProcess(config(handler as UpstreamHandler))
    const { status, text } = await send(gateway, '/')
    expect({ status, text }).toEqual({
      status: 502,
      text: 'upstream connect error or disconnect/reset before headers. reset reason: protocol error',
    })
    expect(completed).toHaveLength(1)
    expect(completed[0]).toMatchObject({
      error: { code: 'handlerFailure', upstream: 'default.inside' },
      upstream: 'default.inside',
      attempts: [{ upstream: 'default.inside', address: '', outcome: { code: 'handlerFailure' } }],
    })
    expect(events).toHaveLength(1)
  })

  test('chunks that are no bytes break the response', async () => {
    const body = {
      async *[Symbol.asyncIterator]() {
        yield 'text'
      },
    }
    const { broken } = await ask(() => ({ status: 200, headers: [], body }) as never, '/')
    expect(broken).toMatchObject({ code: 'upstreamBodyBroken' })
  })

  test.each([
    ['without a body', 'GET /', undefined],
    ['with one that it reads', 'POST /', true],
    ['with one that it cannot get', 'GET /', true],
  ])('one that never answers a request %s runs into the timeout of the route', async (_, target, reads) => {
    const { gateway, clock } = inProcess(
      config(async (received) => {
        if (reads) await received.text()
        return new Promise(() => undefined)
      }),
    )
    async function* body(): AsyncGenerator<Uint8Array> {
      yield new Uint8Array(3)
    }
    const reply = send(gateway, target, reads ? { body: body() } : {})
    await clock.advance(15_000)
    expect(await reply).toMatchObject({ status: 504 })
  })
})

describe('a request that no web request can be', () => {
  test.each(['TRACE /', 'CONNECT api.test:443'])('%s is not sent to it', async (target) => {
    const { status } = await ask(() => new Response('never'), target)
    expect(status).toBeGreaterThanOrEqual(400)
  })

  test('a host that no URL can have', async () => {
    const { status } = await ask(() => new Response('never'), '/', { host: '1.2.3.999' })
    expect(status).toBe(502)
  })
})

test('a client that goes away during the body cancels it', async () => {
  let cancelled: unknown
  const body = new ReadableStream({
    pull: (controller) => controller.enqueue(new Uint8Array(10)),
    cancel(reason) {
      cancelled = reason ?? 'cancelled'
    },
  })
  const { gateway, clock } = inProcess(config(() => new Response(body), '0s'))
  const leaving = new AbortController()
  await gateway.handle(request('/'), { signal: leaving.signal })
  leaving.abort('bored')
  await clock.settle()
  expect(cancelled).toBeDefined()
})
