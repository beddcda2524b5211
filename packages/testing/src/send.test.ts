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
import { send } from './send.ts'

function gateway(handle: (request: GatewayRequest) => GatewayResponse): { handle: ReturnType<typeof vi.fn<Handle>> } {
  return { handle: vi.fn<Handle>((got) => Promise.resolve(handle(got))) }
}

type Handle = (request: GatewayRequest, options?: { readonly gateway?: string }) => Promise<GatewayResponse>

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
    expect(under.handle.mock.lastCall?.[1]).toBeUndefined()
  })

  test('takes a request, and the gateway it comes in on', async () => {
    const under = gateway(() => respond(200))
    const sent = request('/x')
    await send(under, sent, { gateway: 'internal' })
    expect(under.handle).toHaveBeenCalledExactlyOnceWith(sent, { gateway: 'internal' })
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
})
