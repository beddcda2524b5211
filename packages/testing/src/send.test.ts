import {
  GatewayError,
  type GatewayRequest,
  type GatewayResponse,
  HeaderMap,
  respond,
  type StreamBody,
} from '@headgate/core'
import { describe, expect, test, vi } from 'vitest'
import { request } from './request.ts'
import { type Answering, send } from './send.ts'

function gateway(handle: (request: GatewayRequest) => GatewayResponse): { handle: ReturnType<typeof vi.fn<Handle>> } {
  return { handle: vi.fn<Handle>((got) => Promise.resolve(handle(got))) }
}

type Handle = Answering['handle']

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

function pushing(push: StreamBody['pipe']): StreamBody {
  return { pipe: push, resume: vi.fn(), cancel: vi.fn(), [Symbol.asyncIterator]: vi.fn() }
}

describe('send', () => {
  test('reads the whole response', async () => {
    const reply = await send(
      gateway(() => respond(201, { body: '{"a":1}', headers: [['x-a', '1']] })),
      '/',
    )
    expect(reply).toMatchObject({ status: 201, text: '{"a":1}', bytes: bytes('{"a":1}') })
    expect(reply.headers.get('X-A')).toBe('1')
    expect(reply.json()).toEqual({ a: 1 })
    expect(reply).not.toHaveProperty('broken')
  })

  test('makes a request of a target', async () => {
    const under = gateway(({ method, target, authority }) => respond(200, { body: `${method} ${authority}${target}` }))
    expect((await send(under, 'PUT http://a/b?c', { body: 'x' })).text).toBe('PUT a/b?c')
    expect(Object.keys(under.handle.mock.lastCall?.[1] ?? {})).toEqual(['onInformational'])
  })

  test('takes a request, and the gateway it comes in on', async () => {
    const under = gateway(() => respond(200))
    const sent = request('/x')
    await send(under, sent, { gateway: 'internal' })
    expect(under.handle).toHaveBeenCalledExactlyOnceWith(sent, expect.objectContaining({ gateway: 'internal' }))
  })

  test('a response without a body has an empty text', async () => {
    expect(
      await send(
        gateway(() => respond(204)),
        '/',
      ),
    ).toMatchObject({ status: 204, text: '', trailers: undefined })
  })

  test('reads a pushed body with its trailers', async () => {
    const body = pushing((sink) => {
      const memory = bytes('ab')
      sink.write(memory)
      memory.fill(0)
      sink.write(bytes('c'))
      sink.end(new HeaderMap([['x-sum', '1']]))
    })
    const reply = await send(
      gateway(() => ({ status: 200, headers: new HeaderMap(), body })),
      '/',
    )
    expect(reply.text).toBe('abc')
    expect(reply.trailers?.get('x-sum')).toBe('1')
  })

  test('reads an iterable body, and its trailers from the response', async () => {
    async function* body(): AsyncGenerator<Uint8Array> {
      yield bytes('a')
      yield bytes('b')
    }
    const trailers = new HeaderMap([['x-sum', '1']])
    const response = { status: 200, headers: new HeaderMap(), body: body(), trailers: () => trailers }
    expect(
      await send(
        gateway(() => response),
        '/',
      ),
    ).toMatchObject({ text: 'ab', trailers })
  })

  test('a body that breaks is a fact of the reply, not an exception', async () => {
    const error = new GatewayError('upstreamBodyBroken', { phase: 'response', side: 'upstream' })
    const pushed = pushing((sink) => {
      sink.write(bytes('ab'))
      sink.fail(error)
    })
    async function* iterated(): AsyncGenerator<Uint8Array> {
      yield bytes('ab')
      throw error
    }
    for (const body of [pushed, iterated()]) {
      const reply = await send(
        gateway(() => ({ status: 200, headers: new HeaderMap(), body })),
        '/',
      )
      expect(reply).toMatchObject({ status: 200, text: 'ab', broken: error })
    }
  })

  test('collects interim responses', async () => {
    const link = new HeaderMap([['link', '</a>']])
    const under: Answering = {
      handle(_, options) {
        options?.onInformational?.(103, link)
        return Promise.resolve(respond(200))
      },
    }
    expect((await send(under, '/')).informational).toEqual([{ status: 103, headers: link }])
  })

  test('a client that leaves before the response has none', async () => {
    const leaving = new AbortController()
    const under: Answering = { handle: vi.fn<Handle>(() => new Promise(() => undefined)) }
    const reply = send(under, '/', { signal: leaving.signal })
    leaving.abort('bored')
    expect(await reply).toMatchObject({ status: 0, text: '', broken: 'bored' })
    expect(under.handle).toHaveBeenCalledWith(expect.anything(), expect.objectContaining({ signal: leaving.signal }))
  })

  test('a client that leaves in the middle has what came before', async () => {
    const leaving = new AbortController()
    const body = pushing((sink) => void sink.write(bytes('ab')))
    const reply = send(
      gateway(() => ({ status: 200, headers: new HeaderMap(), body })),
      '/',
      { signal: leaving.signal },
    )
    await Promise.resolve()
    await Promise.resolve()
    leaving.abort('bored')
    expect(await reply).toMatchObject({ status: 200, text: 'ab', broken: 'bored' })
  })

  test('a gateway that refuses to answer at all is an exception', async () => {
    const broken: Answering = { handle: () => Promise.reject(new RangeError('there is no gateway "x"')) }
    await expect(send(broken, '/', { gateway: 'x' })).rejects.toThrow(RangeError)
  })
})
