import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { RecordingDownstream } from '../../../../../test/support/recording-downstream.ts'
import {
  transformingRequests,
  transformingResponses,
  withRouteOptions,
} from '../../../../../test/support/transforming.ts'
import { faults, request, send } from '../../../../testing/src/index.ts'
import type { TransformationTemplate } from '../../config/transformation.ts'
import { QueueBody } from '../../http/queue-body.ts'

const text = (source: string) => ({ text: source })
const headerOnly: TransformationTemplate = { headers: { x: text('1') } }

/** A body that never ends by itself. */
function endless() {
  const state = { cancelled: false }
  const body = new QueueBody({
    resume() {},
    cancel() {
      state.cancelled = true
    },
  })
  body.write(new TextEncoder().encode('first '))
  return { body, state }
}

describe('a body streams past', () => {
  test.each<[string, TransformationTemplate]>([
    ['passthrough', { ...headerOnly, passthrough: {} }],
    ['DontParse, if no template reads it', { ...headerOnly, parseBodyBehavior: 'DontParse' }],
    ['ignoreErrorOnParse, if no template reads it', { ...headerOnly, ignoreErrorOnParse: true }],
  ])('with %s', async (_, template) => {
    const { gateway } = transformingResponses(template, { answer: { body: ['a', 'b'] }, bufferLimit: 1 })
    const reply = await send(gateway, '/')
    expect([reply.status, reply.text, reply.headers.get('x'), reply.headers.has('content-length')]).toEqual([
      200,
      'ab',
      '1',
      false,
    ])
  })

  test('with passthrough, whatever templates would read', async () => {
    const template = { passthrough: {}, headers: { x: text('[{{ body() }}{{ default(a, "") }}]') } }
    const { gateway, transport } = transformingRequests(template, { bufferLimit: 1 })
    await send(gateway, 'POST /', { body: '{"a":1}' })
    expect(transport.calls[0]?.headers.get('x')).toBe('[]')
    expect(transport.calls[0]?.text).toBe('{"a":1}')
  })

  test('as a stream of events, whose headers are transformed', async () => {
    const { body } = endless()
    const template = { headers: { x: text('1') }, body: text('gone') }
    const { gateway } = transformingResponses(template, {
      answer: { headers: { 'content-type': 'text/event-stream; charset=utf-8' }, body },
    })
    const response = await gateway.handle(request('/'))
    expect([response.headers.get('x'), response.headers.get('content-type')]).toEqual([
      '1',
      'text/event-stream; charset=utf-8',
    ])
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
      expect(new TextDecoder().decode(chunk)).toBe('first ')
      break
    }
  })

  test('where only another route has a transformation', async () => {
    const { gateway } = withRouteOptions({})
    expect(gateway.explain(request('/')).filters).toEqual([])
    expect(transformingRequests(headerOnly).gateway.explain(request('/')).filters).toEqual(['transformation.regular'])
  })
})

describe('the default reads every body', () => {
  test('and refuses what is not JSON, though templates look at headers only', async () => {
    const { gateway, transport } = transformingRequests(headerOnly)
    expect(await send(gateway, 'POST /', { body: 'text' })).toMatchObject({
      status: 400,
      text: 'bad request: the body is not JSON',
    })
    expect(transport.calls).toEqual([])
    expect((await send(gateway, 'POST /', { body: '' })).status).toBe(200)
    expect((await send(gateway, 'GET /')).status).toBe(200)
  })

  test('and sends it on as it came', async () => {
    const { gateway, transport } = transformingRequests(headerOnly)
    await send(gateway, 'POST /', { body: chunks('{"a": ', '1}') })
    const call = transport.calls[0]
    expect([call?.text, call?.headers.get('content-length'), call?.headers.get('x')]).toEqual(['{"a": 1}', '8', '1'])
    expect(call?.headers.has('transfer-encoding')).toBe(false)
  })
})

async function* chunks(...parts: readonly string[]) {
  for (const part of parts) yield new TextEncoder().encode(part)
}

describe('the limit', () => {
  const limited = { bufferLimit: 10 }

  test.each([
    ['announced', { body: '{"a":12345}' }],
    ['in chunks', { body: chunks('{"a":1', '2345}') }],
  ])('a larger request is refused: %s', async (_, init) => {
    const { gateway, transport, completed } = transformingRequests(headerOnly, limited)
    expect(await send(gateway, 'POST /', init)).toMatchObject({ status: 413, text: 'payload too large' })
    expect(transport.calls).toEqual([])
    expect(completed[0]?.error?.code).toBe('transformationTooLarge')
    expect(completed[0]?.responseCodeDetails).toBe('transformation_filter_error')
  })

  test('a request of exactly that size is not', async () => {
    expect(
      (await send(transformingRequests(headerOnly, limited).gateway, 'POST /', { body: '{"a":1234}' })).status,
    ).toBe(200)
  })

  test.each([['{"a":12345}'], [['{"a":1', '2345}']]])('a larger response becomes that answer: %j', async (body) => {
    const answer = { headers: { 'x-up': '1', etag: '"1"', 'content-type': 'application/json' }, body }
    const reply = await send(transformingResponses(headerOnly, { ...limited, answer }).gateway, '/')
    expect([reply.status, reply.text, reply.headers.get('content-length')]).toEqual([413, 'payload too large', '17'])
    expect([reply.headers.get('x-up'), reply.headers.has('etag'), reply.headers.has('content-type')]).toEqual([
      '1',
      false,
      false,
    ])
  })

  test('an upstream that sends too much is not listened to any longer', async () => {
    const { body } = endless()
    body.write(new TextEncoder().encode('and more'))
    const { gateway, transport } = transformingResponses(headerOnly, { ...limited, answer: { body } })
    expect((await send(gateway, '/')).status).toBe(413)
    await transport.close(1000)
    expect(transport.open).toBe(0)
  })

  test('holds for what becomes of a packed body, too', async () => {
    const answer = { headers: { 'content-encoding': 'gzip' }, body: gzipSync(JSON.stringify('a'.repeat(100_000))) }
    expect((await send(transformingResponses(headerOnly, { answer, bufferLimit: 1000 }).gateway, '/')).status).toBe(413)
    expect((await send(transformingResponses(headerOnly, { answer, bufferLimit: 200_000 }).gateway, '/')).status).toBe(
      200,
    )
  })

  test('0 is none', async () => {
    const reply = await send(transformingRequests(headerOnly, { bufferLimit: 0 }).gateway, 'POST /', {
      body: JSON.stringify('a'.repeat(2_000_000)),
    })
    expect(reply.status).toBe(200)
  })

  test('JSON that is nested too deep counts as too large', async () => {
    const deep = `${'['.repeat(5000)}${']'.repeat(5000)}`
    expect((await send(transformingRequests(headerOnly).gateway, 'POST /', { body: deep })).status).toBe(413)
    expect((await send(transformingResponses(headerOnly, { answer: { body: deep } }).gateway, '/')).status).toBe(413)
    const tolerant = transformingRequests({ ignoreErrorOnParse: true, headers: { x: text('{{ default(a, "") }}') } })
    expect((await send(tolerant.gateway, 'POST /', { body: deep })).status).toBe(413)
  })
})

test('trailers come behind a body that was read', async () => {
  const answer = { body: ['{}'], trailers: { 'x-end': '1' }, headers: { trailer: 'x-end' } }
  const reply = await send(transformingResponses(headerOnly, { answer }).gateway, '/')
  expect([reply.text, reply.trailers?.get('x-end'), reply.headers.has('content-length')]).toEqual(['{}', '1', false])
})

test('bytes that are not UTF-8 survive a template', async () => {
  const body = Uint8Array.of(0xff, 0x61, 0x80)
  const template: TransformationTemplate = { parseBodyBehavior: 'DontParse', body: text('<{{ body() }}>') }
  const reply = await send(transformingResponses(template, { answer: { body } }).gateway, '/')
  expect([...reply.bytes]).toEqual([0x3c, 0xff, 0x61, 0x80, 0x3e])
})

test('a client that waits for 100 Continue is told to go on, once', () => {
  const { gateway } = transformingRequests(headerOnly)
  const { body } = endless()
  const downstream = new RecordingDownstream('POST /', { headers: { expect: '100-continue' }, body, complete: false })
  gateway.serve(downstream)
  expect(downstream.calls).toEqual(['continue'])
})

test('a client that waits with too much is not', () => {
  const { gateway } = transformingRequests(headerOnly, { bufferLimit: 1 })
  const { body } = endless()
  const headers = { expect: '100-continue', 'content-length': '100' }
  const downstream = new RecordingDownstream('POST /', { headers, body, complete: false })
  gateway.serve(downstream)
  expect(downstream.calls[0]).toBe('start 413')
})

describe('a body that breaks off', () => {
  test('on its way from the upstream is an answer about the upstream', async () => {
    const { gateway, completed } = transformingResponses(headerOnly, { answer: faults.resetAfter(3) })
    expect((await send(gateway, '/')).status).toBe(502)
    expect(completed[0]?.error).toMatchObject({ code: 'upstreamBodyBroken', side: 'upstream' })
  })

  test('on its way from the client goes no further', async () => {
    const { gateway, transport } = transformingRequests(headerOnly)
    async function* broken() {
      yield new TextEncoder().encode('{')
      throw new Error('reset')
    }
    expect((await send(gateway, 'POST /', { body: broken() })).status).toBe(400)
    expect(transport.calls).toEqual([])
  })
})
