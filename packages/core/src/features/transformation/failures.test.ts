import { describe, expect, test } from 'vitest'
import { inProcess, service } from '../../../../../test/support/in-process.ts'
import {
  transformingRequests,
  transformingResponses,
  withRouteOptions,
} from '../../../../../test/support/transforming.ts'
import { send } from '../../../../testing/src/index.ts'
import { respond } from '../../http/message.ts'
import { type TemplateEngine, TemplateError } from './engine.ts'

const text = (source: string) => ({ text: source })
const regular = 'options.stagedTransformations.regular'

describe('a request that cannot be transformed', () => {
  test('is answered with 400 and the reason; the exchange names the template', async () => {
    const { gateway, transport, completed } = transformingRequests({ headers: { x: text('a {{ b }}') } })
    const reply = await send(gateway, 'POST /', { body: '{}' })
    expect(reply).toMatchObject({ status: 400, text: "bad request: (at 1:6) variable 'b' not found" })
    expect(transport.calls).toEqual([])
    expect(completed[0]).toMatchObject({
      responseCodeDetails: 'transformation_filter_error',
      error: { code: 'transformationFailed', side: 'client', phase: 'filter' },
    })
    expect(completed[0]?.error?.message).toBe(
      `${regular}.requestTransforms[0].requestTransformation.transformationTemplate.headers.x: (at 1:6) variable 'b' not found`,
    )
  })

  test('what a function throws is not for the client', async () => {
    const fail = () => {
      throw new Error('the password is x')
    }
    const { gateway, completed } = transformingRequests({ body: fail })
    expect(await send(gateway, '/')).toMatchObject({ status: 400, text: 'bad request: a template failed' })
    expect(completed[0]?.error?.message).toContain('the password is x')
  })

  test('a function that returns no text has failed', async () => {
    const { gateway, completed } = transformingRequests({ body: () => 7 as never })
    expect((await send(gateway, '/')).status).toBe(400)
    expect(completed[0]?.error?.message).toContain('must return a string, not number')
  })

  test('a gRPC client is told as gRPC', async () => {
    const { gateway } = transformingRequests({ headers: { x: text('{{ b }}') } })
    const reply = await send(gateway, 'POST /', { headers: { 'content-type': 'application/grpc' } })
    expect([reply.status, reply.headers.get('grpc-status')]).toEqual([200, '13'])
  })
})

describe('a response that cannot be transformed', () => {
  const answer = {
    headers: { 'x-up': '1', 'content-type': 'application/json', 'content-encoding': 'identity', etag: '"1"' },
    body: '{"a":1}',
  }

  test('becomes the answer that says so; headers about its body are gone', async () => {
    const template = { headers: { 'x-set': text('1'), x: text('{{ b }}') } }
    const { gateway, completed } = transformingResponses(template, { answer })
    const reply = await send(gateway, '/')
    expect(reply).toMatchObject({ status: 400, text: "bad request: (at 1:4) variable 'b' not found" })
    const names = [...reply.headers].map(([name]) => name)
    expect(names.filter((name) => !name.startsWith('x-envoy-')).sort()).toEqual(['content-length', 'x-up'])
    expect(completed[0]).toMatchObject({
      status: 400,
      responseCodeDetails: 'transformation_filter_error',
      error: { code: 'transformationFailed', side: 'upstream' },
    })
  })

  test('headers of virtual host and route are on it all the same', async () => {
    const responseHeadersToAdd = [{ header: { key: 'x-added', value: '1' } }]
    const { gateway } = withRouteOptions({
      headerManipulation: { responseHeadersToAdd },
      transformations: { responseTransformation: { transformationTemplate: { body: text('{{ b }}') } } },
    })
    expect((await send(gateway, '/')).headers.get('x-added')).toBe('1')
  })
})

describe('what templates make cannot split a message', () => {
  const injections = ['a\r\nset-cookie: b', 'a\nb', 'a\0b', '\r', 'a\u007f']

  test.each(injections)('%j in a header of a request', async (value) => {
    const { gateway, transport, events, completed } = transformingRequests({ headers: { x: text('{{ v }}') } })
    expect(await send(gateway, 'POST /', { body: JSON.stringify({ v: value }) })).toMatchObject({
      status: 500,
      text: '',
    })
    expect(transport.calls).toEqual([])
    expect(completed[0]?.error).toMatchObject({ code: 'invalidOutgoing' })
    expect(events.at(-1)).toMatchObject({
      type: 'hook-failed',
      hook: expect.stringContaining('transformationTemplate'),
    })
  })

  test.each(injections)('%j in a header of a response', async (value) => {
    const template = { headersToAppend: [{ key: 'x', value: text('{{ v }}') }] }
    const { gateway, events } = transformingResponses(template, { answer: { body: JSON.stringify({ v: value }) } })
    const reply = await send(gateway, '/')
    expect([reply.status, reply.text, reply.headers.has('x'), reply.headers.has('set-cookie')]).toEqual([
      500,
      '',
      false,
      false,
    ])
    expect(events.at(-1)).toMatchObject({ type: 'hook-failed' })
  })
})

describe('hostile JSON', () => {
  const { gateway, transport } = transformingRequests({
    extractors: { '__proto__.polluted': { header: 'x', regex: '.*' } },
    mergeExtractorsToBody: {},
    headers: { y: text('{{ default(constructor, "none") }}{{ default(__proto__.toString, "none") }}') },
  })

  test('reaches no prototype', async () => {
    const body = '{"__proto__":{"a":1},"constructor":{"prototype":{"b":1}}}'
    await send(gateway, 'POST /', { body, headers: { x: 'yes' } })
    const call = transport.calls.at(-1)
    expect(call?.text).toBe('{"__proto__":{"a":1,"polluted":"yes"},"constructor":{"prototype":{"b":1}}}')
    expect(call?.headers.get('y')).toBe('{"prototype":{"b":1}}none')
    expect(({} as Readonly<Record<string, unknown>>).polluted).toBeUndefined()
  })

  test.each([['{"a":"\\ud800"}'], ['"\\udc80"'], ['{"a":1}{'], ['\ufeff'], ['[1e400'], ['{"a":NaN}']])(
    '%j is refused',
    async (body) => {
      expect((await send(gateway, 'POST /', { body })).status).toBe(400)
    },
  )

  test('with very many values is paid for by whoever walks through it', async () => {
    const summing = transformingRequests({
      body: text('{% for a in l %}{% for b in l %}{{ b }}{% endfor %}{% endfor %}'),
    })
    const body = JSON.stringify({ l: Array.from({ length: 20_000 }, () => 0) })
    const reply = await send(summing.gateway, 'POST /', { body })
    expect([reply.status, reply.text.replace(/\d+/g, 'n')]).toEqual([
      400,
      'bad request: the template took more than n steps',
    ])
  })
})

test('an engine may take its time', async () => {
  const slow: TemplateEngine = {
    field: 'text',
    compile: (source) => ({
      readsBody: true,
      readsJson: true,
      async render(message) {
        await Promise.resolve()
        if (source === 'fail') throw new TemplateError('no result')
        return `${source} ${message.body}`
      },
    }),
  }
  const template = {
    headers: { a: text('one'), b: text('two') },
    mergeJsonKeys: { jsonKeys: { c: { tmpl: text('1') } } },
  }
  const failing = transformingRequests({ body: text('fail') }, { templates: [slow] })
  expect(await send(failing.gateway, '/')).toMatchObject({ status: 400, text: 'bad request: no result' })
  const { gateway, transport } = transformingRequests(template, { templates: [slow] })
  await send(gateway, 'POST /', { body: ' ' })
  expect(transport.calls).toEqual([])
  const headers = transformingRequests(
    { parseBodyBehavior: 'DontParse', headers: template.headers },
    { templates: [slow] },
  )
  await send(headers.gateway, 'POST /', { body: 'x' })
  expect(headers.transport.calls[0]?.headers.get('a')).toBe('one x')
  expect(headers.transport.calls[0]?.headers.get('b')).toBe('two x')
})

describe('logRequestResponseInfo', () => {
  const transformationTemplate = { headers: { x: text('{{ a }}') }, body: text('new') }
  const stages = { regular: { requestTransforms: [{ requestTransformation: { transformationTemplate } }] } }

  test('reports the message before and after', async () => {
    const { gateway, events } = withRouteOptions({ stagedTransformations: { ...stages, logRequestResponseInfo: true } })
    await send(gateway, 'POST /p', { body: '{"a":"1"}' })
    const logged = events.filter(({ type }) => type === 'transformation')
    const common = {
      type: 'transformation',
      side: 'request',
      route: 'virtualServices[default.api].virtualHost.routes[0]',
    }
    expect(logged).toMatchObject([
      { ...common, moment: 'before', body: '{"a":"1"}' },
      { ...common, moment: 'after', body: 'new' },
    ])
    const headers = logged.map((event) => new Map('headers' in event ? event.headers : []))
    expect(headers.map((map) => [map.get(':path'), map.get('x')])).toEqual([
      ['/p', undefined],
      ['/p', '1'],
    ])
  })

  test('says nothing unless it is asked for', async () => {
    const { gateway, events } = withRouteOptions({ stagedTransformations: stages })
    await send(gateway, 'POST /', { body: '{"a":"1"}' })
    expect(events.filter(({ type }) => type === 'transformation')).toEqual([])
  })
})

test("a filter of one's own sees what transformations have made", async () => {
  const seen: string[] = []
  const { defineFilter } = await import('../../filter/filter.ts')
  const watching = defineFilter({
    name: 'watching',
    stage: 'rateLimit',
    configure: () => ({}),
    create: () => ({
      onRequest: ({ request }) => {
        seen.push(request.headers.get('x') ?? '')
        return respond(200, { body: 'mine' })
      },
    }),
  })
  const config = {
    virtualServices: [
      service('api', [
        {
          directResponseAction: { status: 200 },
          options: {
            transformations: { requestTransformation: { transformationTemplate: { headers: { x: () => '1' } } } },
          },
        },
      ]),
    ],
  }
  expect((await send(inProcess(config, {}, { filters: [watching] }).gateway, '/')).text).toBe('mine')
  expect(seen).toEqual(['1'])
})
