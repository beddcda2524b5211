import { type GatewayError, isStreamBody } from '@headgate/core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { endpoint, SlowSink, sendUpstream, type UpstreamRequestInit } from '../../../test/support/upstream-receiver.ts'
import type { Script } from './exchange.ts'
import { FakeTransport } from './fake-transport.ts'
import { faults } from './faults.ts'
import { ManualClock } from './manual-clock.ts'

let clock: ManualClock
let transport: FakeTransport

beforeEach(() => {
  clock = new ManualClock()
})

afterEach(async () => {
  await clock.settle()
  expect({ open: transport.open, timers: clock.pending }).toEqual({ open: 0, timers: 0 })
})

function start(fault: Script, init?: UpstreamRequestInit): ReturnType<typeof sendUpstream> {
  transport = new FakeTransport({ '*': fault }, { clock })
  return sendUpstream(transport, endpoint('10.0.0.1', 8080, { connectTimeout: 250 }), init)
}

async function body(receiver: ReturnType<typeof start>['receiver']): Promise<SlowSink> {
  await clock.settle()
  const stream = receiver.response?.body ?? null
  if (!isStreamBody(stream)) throw new Error(`no body: ${receiver.events.join(', ')}`)
  const sink = new SlowSink(Number.POSITIVE_INFINITY)
  stream.pipe(sink)
  await clock.settle()
  return sink
}

const post: UpstreamRequestInit = { method: 'POST', target: '/', headers: [], body: new Uint8Array(100) }
/** `POST / HTTP/1.1` and an empty line. */
const headBytes = 'POST / HTTP/1.1\r\n\r\n'.length

describe('there is no response', () => {
  test.each<[keyof typeof faults, string, string, number]>([
    ['refuse', 'connectionFailure', 'connect', 0],
    ['dnsFailure', 'dnsFailure', 'connect', 0],
    ['tlsFailure', 'tlsFailure', 'connect', 0],
    ['resetBeforeHeaders', 'connectionTermination', 'wait', headBytes + 100],
    ['remoteReset', 'remoteReset', 'wait', headBytes + 100],
    ['garbage', 'protocolError', 'wait', headBytes + 100],
  ])('%s', async (name, code, phase, bytesSent) => {
    const { receiver } = start((faults[name] as () => Script)(), post)
    expect(await receiver.outcome).toMatchObject({
      code,
      phase,
      bytesSent,
      side: 'upstream',
      responseStarted: false,
      reusedSocket: false,
      upstream: 'default.users',
      address: '10.0.0.1:8080',
    })
  })

  test('connectTimeout takes as long as the upstream allows', async () => {
    const { receiver } = start(faults.connectTimeout(), post)
    await clock.advance(249)
    expect(receiver.events).toEqual([])
    await clock.advance(1)
    expect(receiver.failure).toMatchObject({ code: 'connectionTimeout', phase: 'connect', bytesSent: 0 })
  })

  test('connectTimeout leaves no timer behind when it is given up', async () => {
    const { stream } = start(faults.connectTimeout())
    await clock.advance(100)
    stream.cancel(undefined)
  })

  test('reusedSocketReset comes before the body of the request was read', async () => {
    const { receiver } = start(faults.reusedSocketReset(), post)
    expect(await receiver.outcome).toMatchObject({
      code: 'connectionTermination',
      reusedSocket: true,
      responseStarted: false,
      bytesSent: headBytes,
    })
    expect(transport.calls[0]).toMatchObject({ complete: false, text: '' })
  })

  test('failure fails in any other way', async () => {
    const { receiver } = start(faults.failure('overflow', { phase: 'connect', side: 'gateway' }), post)
    expect(await receiver.outcome).toMatchObject({ code: 'overflow', side: 'gateway', bytesSent: 0 })
  })

  test('stall reads the request and waits', async () => {
    const { receiver, stream } = start(faults.stall(), post)
    await clock.advance(3_600_000)
    expect(receiver.events).toEqual(['sent'])
    expect(transport.calls[0]?.complete).toBe(true)
    stream.cancel(undefined)
  })

  test('neverRead does not even read the request', async () => {
    const pull = vi.fn()
    const { receiver, stream } = start(faults.neverRead(), {
      method: 'POST',
      body: { [Symbol.asyncIterator]: () => ({ next: pull }) },
    })
    await clock.advance(3_600_000)
    expect(receiver.events).toEqual([])
    expect(pull).not.toHaveBeenCalled()
    stream.cancel(undefined)
  })
})

describe('the response is bad', () => {
  test('resetAfter breaks it after so many bytes', async () => {
    const { receiver } = start(faults.resetAfter(5), post)
    const sink = await body(receiver)
    expect([sink.text, sink.outcome]).toEqual(['xxxxx', 'failed'])
    expect(sink.error as GatewayError).toMatchObject({
      code: 'upstreamBodyBroken',
      phase: 'response',
      side: 'upstream',
      responseStarted: true,
      bytesSent: headBytes + 100,
    })
  })

  test.each([
    [0, ''],
    [3, 'abc'],
    [6, 'abcdef'],
    [100, 'abcdef'],
  ])('resetAfter %i bytes of an answer that promises more', async (bytes, text) => {
    const { receiver } = start(
      faults.resetAfter(bytes, { status: 201, headers: { 'content-length': '7' }, body: 'abcdef' }),
    )
    const sink = await body(receiver)
    expect(receiver.response?.status).toBe(201)
    expect([sink.text, sink.outcome]).toEqual([text, 'failed'])
  })

  test('stallAfter stops after so many bytes and stays open', async () => {
    const { receiver, stream } = start(faults.stallAfter(3, 'abcdef'))
    const sink = await body(receiver)
    await clock.advance(3_600_000)
    expect([sink.text, sink.outcome, transport.open]).toEqual(['abc', 'open', 1])
    stream.cancel(undefined)
  })

  test('slowDrip takes its time', async () => {
    const { receiver } = start(faults.slowDrip({ every: 100, chunk: 4 }, 'abcdef'))
    const sink = await body(receiver)
    const seen: string[] = []
    for (let step = 0; step < 3; step++) {
      seen.push(`${clock.now()} ${sink.text} ${sink.outcome}`)
      await clock.advance(100)
    }
    expect(seen).toEqual(['0  open', '100 abcd open', '200 abcdef ended'])
  })

  test('slowDrip sends as many bytes as it is told', async () => {
    const { receiver } = start(faults.slowDrip({ bytes: 3, every: 10 }))
    const sink = await body(receiver)
    await clock.advance(30)
    expect([sink.text, sink.outcome]).toEqual(['xxx', 'ended'])
  })

  test('a source that throws breaks the body', async () => {
    function* broken(): Generator<string> {
      yield 'ab'
      throw new Error('oops')
    }
    const { receiver } = start({
      play: (exchange) => faults.earlyResponse({ body: broken() }).play(exchange),
    })
    const sink = await body(receiver)
    expect(sink.text).toBe('ab')
    expect(sink.error).toMatchObject({ code: 'upstreamBodyBroken', cause: new Error('oops') })
  })
})

describe('the response is unusual', () => {
  test('earlyResponse comes before the request is read', async () => {
    const { receiver } = start(faults.earlyResponse({ status: 413, body: 'too large' }), post)
    const sink = await body(receiver)
    expect(receiver.events).toEqual(['response 413'])
    expect([sink.text, sink.outcome]).toEqual(['too large', 'ended'])
    expect(transport.calls[0]?.complete).toBe(false)
  })

  test('informational comes first, then any answer', async () => {
    const { receiver } = start(faults.informational(103, { link: '</a>' }, faults.informational(102, {}, 204)))
    await receiver.outcome
    expect(receiver.events).toEqual(['informational 103, link: </a>', 'informational 102', 'sent', 'response 204'])
  })
})
