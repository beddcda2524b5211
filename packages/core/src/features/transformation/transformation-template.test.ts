import { describe, expect, test } from 'vitest'
import { transformingRequests, withRouteOptions } from '../../../../../test/support/transforming.ts'
import { type SendInit, send } from '../../../../testing/src/index.ts'
import type { TransformationTemplate } from '../../config/transformation.ts'
import { dynamicMetadata } from '../../forward/dynamic-metadata.ts'
import { spanName } from './span-name.ts'

/** The request that the upstream got. */
async function sent(template: TransformationTemplate, target = '/', init: SendInit = {}) {
  const { gateway, transport, completed } = transformingRequests(template)
  const reply = await send(gateway, target, init)
  const call = transport.calls[0]
  if (call === undefined) throw new Error(`nothing was sent: ${reply.status} ${reply.text}`)
  return { ...call, text: call.text, headers: call.headers, target: call.target, exchange: completed[0] }
}

const text = (source: string) => ({ text: source })

describe('the body', () => {
  test.each<[string, TransformationTemplate, string | undefined, string]>([
    ['is made of JSON', { body: text('{{ a.b.0 }}') }, '{"a":{"b":[7]}}', '7'],
    ['is made where there was none', { body: text('new') }, undefined, 'new'],
    [
      'is text with DontParse',
      { parseBodyBehavior: 'DontParse', body: text('<{{ body() }}>') },
      'not json',
      '<not json>',
    ],
    [
      'goes on without JSON with ignoreErrorOnParse',
      { ignoreErrorOnParse: true, body: text('{{ default(a, body()) }}') },
      'x',
      'x',
    ],
    [
      'is JSON where it can be with ignoreErrorOnParse',
      { ignoreErrorOnParse: true, body: text('{{ default(a, "") }}') },
      '{"a":1}',
      '1',
    ],
    [
      'is made by a function',
      { body: ({ json, header }) => JSON.stringify({ json, path: header(':path') }) },
      '[1]',
      '{"json":[1],"path":"/"}',
    ],
    ['is empty if a function has no result', { body: () => undefined }, '{}', ''],
    [
      'keeps the digits of large integers',
      { body: text('{{ id }}') },
      '{"id":12345678901234567890}',
      '12345678901234567890',
    ],
  ])('%s', async (_, template, body, expected) => {
    const call = await sent(template, 'POST /', body === undefined ? {} : { body })
    expect(call.text).toBe(expected)
    expect(call.headers.getAll('content-length')).toEqual([String(expected.length)])
  })

  test('that becomes empty has no type', async () => {
    const { headers } = await sent({ body: text('') }, 'POST /', {
      body: '{}',
      headers: { 'content-type': 'application/json' },
    })
    expect([headers.get('content-length'), headers.has('content-type')]).toEqual(['0', false])
  })
})

describe('extractors', () => {
  const extractors = {
    id: { header: ':path', regex: '/users/(\\d+)', subgroup: 1 },
    'nested.name': { body: {}, regex: '[\\s\\S]*"n":"(\\w+)"[\\s\\S]*', subgroup: 1 },
  }

  test('are names in templates, and hide fields of the body', async () => {
    const call = await sent({ extractors, body: text('{{ id }} {{ nested.name }} {{ n }}') }, 'POST /users/7', {
      body: '{"n":"Ada","id":1}',
    })
    expect(call.text).toBe('7 Ada Ada')
  })

  test('are asked for by name with advancedTemplates', async () => {
    const template = {
      advancedTemplates: true,
      extractors,
      body: text('{{ extraction("nested.name") }} {{ id }} {{ nested/name }}'),
    }
    const body = '{"n":"Ada","id":1,"nested":{"name":"Bob"}}'
    expect((await sent(template, 'POST /users/7', { body })).text).toBe('Ada 1 Bob')
  })

  test('take the first value of a header only', async () => {
    const template = { extractors: { a: { header: 'x', regex: '.*' } }, headers: { y: text('[{{ a }}]') } }
    const { headers } = await sent(template, '/', {
      headers: [
        ['x', '1'],
        ['x', '2'],
      ],
    })
    expect(headers.get('y')).toBe('[1]')
  })

  test('are merged into the body', async () => {
    const template = { mergeExtractorsToBody: {}, extractors }
    const call = await sent(template, 'POST /users/7', {
      body: '{"z":1,"n":"Ada","nested":{"x":12345678901234567890}}',
    })
    expect(call.text).toBe('{"z":1,"n":"Ada","nested":{"x":12345678901234567890,"name":"Ada"},"id":"7"}')
    expect((await sent(template, '/users/8')).text).toBe('{"id":"8","nested":{"name":""}}')
  })

  test('have slashes in their names with advancedTemplates, as JSON pointers have', async () => {
    const call = await sent(
      {
        advancedTemplates: true,
        mergeExtractorsToBody: {},
        extractors: { 'a/b': { header: 'x', regex: '.*' }, 'c.d': { header: 'x', regex: '.*' } },
      },
      'POST /',
      { body: '{"a":{}}', headers: { x: '1' } },
    )
    expect(call.text).toBe('{"a":{"b":"1"},"c.d":"1"}')
  })

  test.each([
    ['{"nested":"text"}', 'bad request: "nested.name" has no place in the JSON of the body'],
    ['[1]', 'bad request: "id" has no place in the JSON of the body'],
  ])('cannot be merged into %s', async (body, expected) => {
    const { gateway } = transformingRequests({ mergeExtractorsToBody: {}, extractors })
    expect(await send(gateway, 'POST /users/7', { body })).toMatchObject({ status: 400, text: expected })
  })
})

describe('mergeJsonKeys', () => {
  const merging = (tmpl: string, overrideEmpty = false) => ({
    mergeJsonKeys: { jsonKeys: { key: { tmpl: text(tmpl), overrideEmpty } } },
  })

  test.each([
    ['"{{ header(":method") }}"', '{"a":1}', '{"a":1,"key":"POST"}'],
    ['{"b":{{ a }}}', '{"key":0,"a":1}', '{"key":{"b":1},"a":1}'],
    ['{{ header("none") }}', '{"a": 1}', '{"a":1}'],
    ['1', undefined, '{"key":1}'],
    ['{"__proto__":{"x":1}}', '{}', '{"key":{"__proto__":{"x":1}}}'],
  ])('%s in %s', async (tmpl, body, expected) => {
    expect((await sent(merging(tmpl), 'POST /', body === undefined ? {} : { body })).text).toBe(expected)
  })

  test.each([
    ['not json', false, '{}', 'the value of "key" is not JSON'],
    ['{{ header("none") }}', true, '{}', 'the value of "key" is not JSON'],
    ['1', false, '[1]', 'the JSON of the body is not an object'],
  ])('fails with %j', async (tmpl, overrideEmpty, body, reason) => {
    const { gateway } = transformingRequests(merging(tmpl, overrideEmpty))
    expect(await send(gateway, 'POST /', { body })).toMatchObject({ status: 400, text: `bad request: ${reason}` })
  })
})

describe('what is left for others', () => {
  test('dynamic metadata', async () => {
    const { exchange } = await sent(
      {
        dynamicMetadataValues: [
          { key: 'a', value: text('{{ v }}') },
          { key: 'b', value: text('{"n":{{ v }}}'), jsonToProto: true },
          { key: 'c', value: text('text'), jsonToProto: true, metadataNamespace: 'my.ns' },
          { key: 'd', value: text('{{ "" }}') },
        ],
        headers: {
          x: text('{{ dynamic_metadata("b:n") }} {{ dynamic_metadata("c", "my.ns") }}[{{ dynamic_metadata("no") }}]'),
        },
      },
      'POST /',
      { body: '{"v":7}' },
    )
    expect(exchange?.get(dynamicMetadata)).toEqual({
      'io.solo.transformation': { a: '7', b: { n: 7 } },
      'my.ns': { c: 'text' },
    })
    expect(exchange?.request.headers.get('x')).toBe('7.0 text[]')
  })

  test('the name of the span', async () => {
    const template = { spanTransformer: { name: text('{{ header(":method") }} users') } }
    expect((await sent(template)).exchange?.get(spanName)).toBe('GET users')
  })

  test('no name where the route has one', async () => {
    const transformationTemplate = { spanTransformer: { name: text('other') } }
    const { gateway, completed } = withRouteOptions({
      tracing: { routeDescriptor: 'mine' },
      transformations: { requestTransformation: { transformationTemplate } },
    })
    await send(gateway, '/')
    expect(completed[0]?.get(spanName)).toBeUndefined()
  })
})

test('escapeCharacters is taken from the template, then its block, then the settings', async () => {
  const escaped = async (own?: boolean, block?: boolean) => {
    const transformationTemplate = { body: text('{{ v }}'), ...(own !== undefined && { escapeCharacters: own }) }
    const regular = { requestTransforms: [{ requestTransformation: { transformationTemplate } }] }
    const stages = { regular, ...(block !== undefined && { escapeCharacters: block }) }
    const { gateway, transport } = withRouteOptions({ stagedTransformations: stages })
    await send(gateway, 'POST /', { body: '{"v":"\\""}' })
    return transport.calls[0]?.text === '\\"'
  }
  expect([await escaped(), await escaped(undefined, true), await escaped(false, true), await escaped(true)]).toEqual([
    false,
    true,
    false,
    true,
  ])
})

test('templates know host and upstream after the response has come', async () => {
  const template = { body: text('{{ host_metadata("zone") }} {{ cluster_metadata("team") }}') }
  const { inProcess, service } = await import('../../../../../test/support/in-process.ts')
  const { inja } = await import('../../../../inja/src/index.ts')
  const { gateway } = inProcess(
    {
      upstreams: [
        {
          metadata: { name: 'users', annotations: { team: 'core' } },
          static: {
            hosts: [{ addr: '10.0.0.1', port: 80, metadata: { 'io.solo.transformation': { zone: 'a' } } }],
          },
        },
      ],
      virtualServices: [
        service('api', [
          {
            routeAction: { single: { upstream: { name: 'users' } } },
            options: { transformations: { responseTransformation: { transformationTemplate: template } } },
          },
        ]),
      ],
    },
    { '*': '{}' },
    { templates: [inja] },
  )
  expect((await send(gateway, '/')).text).toBe('a core')
})
