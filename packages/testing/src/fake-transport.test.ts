import { type GatewayError, type GatewayResponse, HeaderMap, isStreamBody, type StreamBody } from '@headgate/core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { endpoint, type RecordingReceiver, SlowSink, sendUpstream } from '../../../test/support/upstream-receiver.ts'
import type { Answer } from './answer.ts'
import { FakeTransport } from './fake-transport.ts'
import { faults } from './faults.ts'
import { ManualClock } from './manual-clock.ts'
import { sequence } from './sequence.ts'

const clock = new ManualClock()
const host = endpoint('10.0.0.1')
const open: FakeTransport[] = []

function fake(answers: Readonly<Record<string, Answer>>): FakeTransport {
  const transport = new FakeTransport(answers, { clock })
  open.push(transport)
  return transport
}

async function response(receiver: RecordingReceiver): Promise<GatewayResponse> {
  await clock.settle()
  if (receiver.response === undefined) throw new Error(`no response: ${receiver.events.join(', ')}`)
  return receiver.response
}

function piped({ body }: GatewayResponse, room = Number.POSITIVE_INFINITY): { sink: SlowSink; body: StreamBody } {
  if (!isStreamBody(body)) throw new Error('the body is no stream')
  const sink = new SlowSink(room)
  body.pipe(sink)
  return { sink, body }
}

async function answered(answer: Answer, method = 'GET'): Promise<{ response: GatewayResponse; text: string }> {
  const got = await response(sendUpstream(fake({ '*': answer }), host, { method }).receiver)
  if (got.body === null) return { response: got, text: '' }
  const { sink } = piped(got)
  await clock.settle()
  expect(sink.outcome).toBe('ended')
  return { response: got, text: sink.text }
}

const lines = (headers: HeaderMap): string[] => [...headers].map((field) => field.join(': '))

beforeEach(() => {
  open.length = 0
})

afterEach(async () => {
  await clock.settle()
  expect(open.map((transport) => transport.open).filter((count) => count > 0)).toEqual([])
})

describe('answers', () => {
  test('a number is a status without a body', async () => {
    const { response } = await answered(503)
    expect([response.status, lines(response.headers), response.body]).toEqual([503, ['content-length: 0'], null])
  })

  test('a status that has no body has no length either', async () => {
    expect(lines((await answered(204)).response.headers)).toEqual([])
  })

  test('a text is a body with status 200', async () => {
    const { response, text } = await answered('Grüße')
    expect([response.status, text]).toEqual([200, 'Grüße'])
    expect(lines(response.headers)).toEqual(['content-type: text/plain', 'content-length: 7'])
  })

  test('bytes are a body without a type', async () => {
    const { response, text } = await answered(new TextEncoder().encode('Ada'))
    expect([lines(response.headers), text]).toEqual([['content-length: 3'], 'Ada'])
  })

  test('an object says all of it', async () => {
    const { response, text } = await answered({
      status: 201,
      headers: [
        ['Set-Cookie', 'a=1'],
        ['Set-Cookie', 'b=2'],
        ['Content-Type', 'text/html'],
      ],
      body: 'Ada',
    })
    expect([response.status, text]).toEqual([201, 'Ada'])
    expect(lines(response.headers)).toEqual([
      'Set-Cookie: a=1',
      'Set-Cookie: b=2',
      'Content-Type: text/html',
      'content-length: 3',
    ])
  })

  test('an iterable is sent in chunks, with trailers behind it', async () => {
    const got = await response(
      sendUpstream(fake({ '*': { body: ['A', 'da'], trailers: { 'x-sum': '1' } } }), host).receiver,
    )
    expect(lines(got.headers)).toEqual(['transfer-encoding: chunked'])
    expect(got.trailers?.()).toBeUndefined()
    const { sink } = piped(got)
    await clock.settle()
    expect(sink.chunks.map((chunk) => new TextDecoder().decode(chunk))).toEqual(['A', 'da'])
    expect(lines(sink.trailers ?? new HeaderMap())).toEqual(['x-sum: 1'])
    expect(lines(got.trailers?.() ?? new HeaderMap())).toEqual(['x-sum: 1'])
  })

  test('HEAD gets the length but no body', async () => {
    const { response } = await answered('Ada', 'HEAD')
    expect([response.headers.get('content-length'), response.body]).toEqual(['3', null])
  })

  test('a function sees the call, its body read, and may take its time', async () => {
    const transport = fake({ '*': async ({ method, text }) => `${method} ${text}` })
    const { receiver } = sendUpstream(transport, host, { method: 'PUT', body: new TextEncoder().encode('Ada') })
    const { sink } = piped(await response(receiver))
    await clock.settle()
    expect(sink.text).toBe('PUT Ada')
  })

  test('a function that never answers leaves the call open until it is cancelled', async () => {
    const transport = fake({ '*': () => new Promise<never>(() => undefined) })
    const { receiver, stream } = sendUpstream(transport, host)
    await clock.settle()
    expect([receiver.events, transport.open]).toEqual([['sent'], 1])
    stream.cancel('timeout')
    expect(transport.open).toBe(0)
  })

  test.each<[string, Answer]>([
    [
      'throws',
      () => {
        throw new Error('oops')
      },
    ],
    ['rejects', () => Promise.reject(new Error('oops'))],
  ])('a function that %s is a failure of the test, not of the upstream', async (_, answer) => {
    const { receiver } = sendUpstream(fake({ '*': answer }), host)
    expect(await receiver.outcome).toMatchObject({
      code: 'internal',
      message: 'the answer of 10.0.0.1:8080 failed: oops',
    })
  })

  test('interim responses and a delay come first', async () => {
    const transport = fake({
      '*': { status: 200, delay: 50, informational: [{ status: 103, headers: { link: '</a.css>' } }] },
    })
    const { receiver } = sendUpstream(transport, host)
    await clock.advance(49)
    expect(receiver.events).toEqual(['sent'])
    await clock.advance(1)
    expect(receiver.events).toEqual(['sent', 'informational 103, link: </a.css>', 'response 200'])
  })

  test('a sequence gives one after the other, then the last', async () => {
    const transport = fake({ '*': sequence(faults.refuse(), () => 503, 'Ada') })
    const outcomes: unknown[] = []
    for (let call = 0; call < 4; call++) {
      const { receiver, stream } = sendUpstream(transport, host)
      const outcome = await receiver.outcome
      outcomes.push('code' in outcome ? outcome.code : outcome.status)
      stream.cancel(undefined)
    }
    expect(outcomes).toEqual(['connectionFailure', 503, 200, 200])
  })

  test('never come before send has returned', async () => {
    const { receiver } = sendUpstream(fake({ '*': 200 }), host)
    expect(receiver.events).toEqual([])
    await receiver.outcome
  })
})

describe('names of endpoints', () => {
  const answers = {
    '10.0.0.1:8080': 201,
    '10.0.0.1': 202,
    'users.internal': 203,
    'default.orders': 204,
    '[::1]:8080': 205,
    '/run/users.sock': 206,
    '*': 404,
  }

  test.each([
    ['address and port', endpoint('10.0.0.1', 8080), 201],
    ['address', endpoint('10.0.0.1', 9090), 202],
    ['host name', { ...endpoint('10.0.0.9'), hostname: 'users.internal' }, 203],
    ['upstream', endpoint('10.0.0.9', 80, { upstream: 'default.orders' }), 204],
    ['IPv6', endpoint('::1', 8080), 205],
    ['socket', endpoint('/run/users.sock', 0, { pipe: true }), 206],
    ['any other', endpoint('10.0.0.9'), 404],
  ])('%s', async (_, to, status) => {
    const { receiver } = sendUpstream(fake(answers), to, { method: 'HEAD' })
    expect((await response(receiver)).status).toBe(status)
  })

  test('an endpoint without an answer fails and says what is missing', async () => {
    const { receiver } = sendUpstream(fake({ a: 200, b: 200 }), host)
    expect(((await receiver.outcome) as GatewayError).message).toBe(
      'FakeTransport has no answer for 10.0.0.1:8080 (default.users); it has answers for: a, b',
    )
  })

  test('an answer can be changed', async () => {
    const transport = fake({ '10.0.0.1': 503 })
    await sendUpstream(transport, host).receiver.outcome
    transport.answer('10.0.0.1', 200)
    expect(await sendUpstream(transport, host).receiver.outcome).toMatchObject({ status: 200 })
  })
})

describe('calls', () => {
  test('remember what was sent, when and where', async () => {
    const transport = fake({ '*': 200 })
    const start = clock.now()
    const headers = new HeaderMap([
      ['Host', 'users'],
      ['x-a', '1'],
    ])
    sendUpstream(transport, host, {
      method: 'POST',
      target: '/users?a=1?b',
      headers,
      body: new TextEncoder().encode('Ada'),
    })
    headers.set('x-a', 'changed afterwards')
    await clock.advance(5)
    sendUpstream(transport, endpoint('10.0.0.2', 80), { target: '/' })
    await clock.settle()
    expect(transport.calls).toMatchObject([
      {
        method: 'POST',
        target: '/users?a=1?b',
        path: '/users',
        query: 'a=1?b',
        endpoint: '10.0.0.1:8080',
        upstream: 'default.users',
        text: 'Ada',
        complete: true,
        cancelled: false,
        failure: undefined,
        at: start,
      },
      { endpoint: '10.0.0.2:80', query: '', text: '', at: start + 5 },
    ])
    expect(lines(transport.calls[0]?.headers ?? new HeaderMap())).toEqual(['Host: users', 'x-a: 1'])
  })

  test('remember the failure', async () => {
    const transport = fake({ '*': faults.refuse() })
    await sendUpstream(transport, host).receiver.outcome
    expect(transport.calls[0]?.failure?.code).toBe('connectionFailure')
  })

  test('read a streamed body with its trailers, then report it sent', async () => {
    const transport = fake({ '*': 200 })
    const trailers = new HeaderMap([['x-sum', '1']])
    const body: StreamBody = {
      pipe(sink) {
        sink.write(new TextEncoder().encode('Ada'))
        sink.end(trailers)
      },
      resume: vi.fn(),
      cancel: vi.fn(),
      [Symbol.asyncIterator]: () => {
        throw new Error('pushed bodies are piped')
      },
    }
    const { receiver } = sendUpstream(transport, host, { method: 'POST', body })
    await receiver.outcome
    expect(receiver.events).toEqual(['sent', 'response 200'])
    expect(transport.calls[0]).toMatchObject({ text: 'Ada', complete: true, trailers })
    expect(body.cancel).not.toHaveBeenCalled()
  })

  test('a request body that breaks is a failure of the client', async () => {
    const transport = fake({ '*': 200 })
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield new TextEncoder().encode('A')
      throw new Error('client left')
    }
    const { receiver } = sendUpstream(transport, host, { method: 'POST', body: broken() })
    expect(await receiver.outcome).toMatchObject({ code: 'clientBodyBroken', phase: 'send', side: 'client' })
    expect(transport.calls[0]).toMatchObject({ text: 'A', complete: false })
  })
})

describe('back-pressure', () => {
  test('a body pauses when its sink is full and goes on when it is resumed', async () => {
    const transport = fake({ '*': { body: ['aa', 'bb', 'cc', 'dd', 'ee'] } })
    const { sink, body } = piped(await response(sendUpstream(transport, host).receiver), 4)
    await clock.settle()
    expect(sink.text).toBe('aabb')
    sink.drain(body)
    await clock.settle()
    expect(sink.text).toBe('aabbccdd')
    sink.drain(body)
    await clock.settle()
    expect([sink.text, sink.outcome]).toEqual(['aabbccddee', 'ended'])
  })

  test('nothing is taken from the source before there is room', async () => {
    let taken = 0
    async function* source(): AsyncGenerator<string> {
      for (; taken < 100; taken++) yield 'x'.repeat(1000)
    }
    const transport = fake({ '*': () => ({ body: source() }) })
    const { receiver, stream } = sendUpstream(transport, host)
    const { sink } = piped(await response(receiver), 3000)
    await clock.settle()
    expect([sink.length, taken]).toEqual([3000, 2])
    stream.cancel(undefined)
  })

  test('a sink that asks for more from inside its write is not forgotten', async () => {
    const got = await response(sendUpstream(fake({ '*': { body: ['a', 'b', 'c'] } }), host).receiver)
    const body = got.body as StreamBody
    const written: number[] = []
    const end = vi.fn()
    body.pipe({
      write(chunk) {
        written.push(chunk.length)
        body.resume()
        return false
      },
      end,
      fail: vi.fn(),
    })
    await clock.settle()
    expect(written).toEqual([1, 1, 1])
    expect(end).toHaveBeenCalledOnce()
  })

  test('a body can be iterated instead, but not both', async () => {
    const got = await response(sendUpstream(fake({ '*': 'Ada' }), host).receiver)
    const body = got.body as StreamBody
    let text = ''
    for await (const chunk of body) text += new TextDecoder().decode(chunk)
    expect(text).toBe('Ada')
    expect(() => body.pipe(new SlowSink(1))).toThrow('read once')
  })

  test('a reader that stops iterating gives the call up', async () => {
    const transport = fake({ '*': { body: ['a', 'b'] } })
    const got = await response(sendUpstream(transport, host).receiver)
    for await (const _ of got.body as StreamBody) break
    expect(transport.calls[0]?.cancelled).toBe(true)
  })
})

describe('cancel', () => {
  test('before the answer: recorded, and nothing more is heard', async () => {
    const transport = fake({ '*': { status: 200, delay: 100 } })
    const { receiver, stream } = sendUpstream(transport, host)
    await clock.settle()
    stream.cancel('too late')
    stream.cancel('again')
    expect(clock.pending).toBe(1)
    await clock.settle()
    expect(clock.pending).toBe(0)
    expect(receiver.events).toEqual(['sent'])
    expect(transport.calls[0]).toMatchObject({ cancelled: true, reason: 'too late' })
  })

  test('before it began', async () => {
    const transport = fake({ '*': 200 })
    const { receiver, stream } = sendUpstream(transport, host)
    stream.cancel(undefined)
    await clock.settle()
    expect(receiver.events).toEqual([])
  })

  test('stops reading the request body', async () => {
    const transport = fake({ '*': 200 })
    const cancel = vi.fn()
    const body: StreamBody = { pipe: vi.fn(), resume: vi.fn(), cancel, [Symbol.asyncIterator]: vi.fn() }
    const { stream } = sendUpstream(transport, host, { method: 'POST', body })
    await clock.settle()
    stream.cancel('why')
    expect(cancel).toHaveBeenCalledExactlyOnceWith('why')
  })

  test.each(['stream', 'body'] as const)('in the middle of the response, through its %s', async (by) => {
    const transport = fake({ '*': faults.slowDrip({ bytes: 10, every: 10 }) })
    const { receiver, stream } = sendUpstream(transport, host)
    const { sink, body } = piped(await response(receiver))
    await clock.advance(35)
    const which = by === 'stream' ? stream : body
    which.cancel('enough')
    await clock.advance(1000)
    expect([sink.text, sink.outcome]).toEqual(['xxx', 'open'])
    expect(transport.calls[0]).toMatchObject({ cancelled: true, reason: 'enough' })
    expect(clock.pending).toBe(0)
  })

  test('after the end is harmless', async () => {
    const transport = fake({ '*': 200 })
    const { receiver, stream } = sendUpstream(transport, host)
    await receiver.outcome
    stream.cancel(undefined)
    expect(transport.calls[0]?.cancelled).toBe(false)
  })
})

describe('release and close', () => {
  test('are recorded', async () => {
    const transport = fake({})
    transport.release(host)
    expect(transport.released).toEqual(['10.0.0.1:8080'])
    expect(transport.closed).toBe(false)
    await transport.close(1000)
    expect(transport.closed).toBe(true)
    expect(clock.pending).toBe(0)
  })

  test('close waits for what is in flight', async () => {
    const transport = fake({ '*': { status: 200, delay: 100 } })
    const { receiver } = sendUpstream(transport, host)
    const done = vi.fn()
    const closing = transport.close(1000).then(done)
    await clock.advance(99)
    expect(done).not.toHaveBeenCalled()
    await clock.advance(1)
    await closing
    expect(receiver.events).toEqual(['sent', 'response 200'])
    expect(clock.pending).toBe(0)
  })

  test('close cuts what takes too long', async () => {
    const transport = fake({ '10.0.0.1': faults.stall(), '*': faults.stallAfter(3) })
    const waiting = sendUpstream(transport, host).receiver
    const responding = sendUpstream(transport, endpoint('10.0.0.2')).receiver
    const { sink } = piped(await response(responding))
    const closing = transport.close(50)
    await clock.advance(50)
    await closing
    expect(waiting.events).toEqual(['sent', 'failure drained'])
    expect([sink.text, sink.outcome]).toEqual(['xxx', 'failed'])
    expect(sink.error).toMatchObject({ code: 'drained', phase: 'response' })
  })

  test('nothing can be sent any more', async () => {
    const transport = fake({ '*': 200 })
    await transport.close(0)
    expect(await sendUpstream(transport, host).receiver.outcome).toMatchObject({ code: 'drained' })
  })
})
