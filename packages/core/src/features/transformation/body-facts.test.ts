import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import {
  transformingRequests,
  transformingResponses,
  withRouteOptions,
} from '../../../../../test/support/transforming.ts'
import { send } from '../../../../testing/src/index.ts'
import type { TransformationTemplate } from '../../config/transformation.ts'

const text = (source: string) => ({ text: source })
const headerOnly: TransformationTemplate = { headers: { x: text('1') } }

describe('a coded body', () => {
  const body = gzipSync('{"a":"Grüße"}')
  const packed = { headers: { 'content-encoding': 'gzip', etag: '"1"', digest: 'x' }, body }

  test('is read, and sent on in its coding if only headers change', async () => {
    const reply = await send(
      transformingResponses({ headers: { x: text('{{ a }}') } }, { answer: packed }).gateway,
      '/',
    )
    expect(reply.headers.get('x')).toBe('Gr\xc3\xbc\xc3\x9fe')
    expect([...reply.bytes]).toEqual([...body])
    expect([reply.headers.get('content-encoding'), reply.headers.get('etag'), reply.headers.get('digest')]).toEqual([
      'gzip',
      '"1"',
      'x',
    ])
  })

  test('loses its coding, and what else was true of it, when it changes', async () => {
    const reply = await send(transformingResponses({ body: text('{{ a }}!') }, { answer: packed }).gateway, '/')
    expect(reply.text).toBe('Grüße!')
    expect(['content-encoding', 'etag', 'digest'].filter((name) => reply.headers.has(name))).toEqual([])
    expect(reply.headers.get('content-length')).toBe('8')
  })

  test('keeps both if a template writes what was there', async () => {
    const template: TransformationTemplate = { parseBodyBehavior: 'DontParse', body: text('{{ body() }}') }
    const reply = await send(transformingResponses(template, { answer: packed }).gateway, '/')
    expect([...reply.bytes]).toEqual([...body])
    expect(reply.headers.get('content-encoding')).toBe('gzip')
  })

  test('may have a new tag', async () => {
    const template = { body: text('new'), headers: { etag: text('"2"') } }
    expect((await send(transformingResponses(template, { answer: packed }).gateway, '/')).headers.get('etag')).toBe(
      '"2"',
    )
  })

  test('that is not what it says is a failure', async () => {
    const answer = { headers: { 'content-encoding': 'gzip' }, body: '{}' }
    const reply = await send(transformingResponses(headerOnly, { answer }).gateway, '/')
    expect([reply.status, reply.text]).toEqual([400, 'bad request: the body is not gzip'])
  })

  describe('in a coding that nothing here undoes', () => {
    const answer = { headers: { 'content-encoding': 'br' }, body: Uint8Array.of(0x8b, 0xff, 0x80) }
    const source =
      '{% if header(":status") == "404" %}missing{% else %}{{ body() }}{{ request_header("more") }}{% endif %}'
    const template: TransformationTemplate = { parseBodyBehavior: 'DontParse', body: text(source) }
    const { gateway } = transformingResponses(template, {
      answer: ({ path }) => ({ ...answer, status: path === '/404' ? 404 : 200 }),
    })

    test('passes where it stays as it is', async () => {
      const reply = await send(gateway, '/')
      expect([...reply.bytes, reply.headers.get('content-encoding')]).toEqual([0x8b, 0xff, 0x80, 'br'])
    })

    test('can be replaced', async () => {
      const { gateway: constant } = transformingResponses(
        { parseBodyBehavior: 'DontParse', body: text('new') },
        { answer },
      )
      const reply = await send(constant, '/')
      expect([reply.text, reply.headers.has('content-encoding')]).toEqual(['new', false])
      expect((await send(gateway, '/404')).text).toBe('missing')
    })

    test('cannot be part of another', async () => {
      const reply = await send(gateway, '/', { headers: { more: '!' } })
      expect([reply.status, reply.text]).toEqual([
        400,
        'bad request: the body is coded as "br", which cannot be undone here',
      ])
    })
  })
})

describe('HEAD', () => {
  const answer = { headers: { 'content-length': '5', etag: '"1"', 'content-type': 'text/plain' } }

  test('tells the length of a body that does not change', async () => {
    const reply = await send(transformingResponses(headerOnly, { answer }).gateway, 'HEAD /')
    expect([reply.status, reply.headers.get('content-length'), reply.headers.get('etag')]).toEqual([200, '5', '"1"'])
  })

  test('tells nothing about one that would change', async () => {
    const reply = await send(transformingResponses({ body: text('new') }, { answer }).gateway, 'HEAD /')
    expect([reply.status, reply.headers.has('content-length'), reply.headers.has('etag')]).toEqual([200, false, false])
  })
  test('is asked for, or not, as templates write the method: the client gets what it asked for', async () => {
    const asked = transformingRequests({ headers: { ':method': text('HEAD') } }, { answer })
    const reply = await send(asked.gateway, 'GET /')
    expect(asked.transport.calls[0]?.method).toBe('HEAD')
    expect([reply.status, reply.text, reply.headers.get('content-length')]).toEqual([200, '', '0'])
    const silent = transformingRequests({ headers: { ':method': text('GET') } }, { answer: { body: 'hello' } })
    const head = await send(silent.gateway, 'HEAD /')
    expect([head.status, head.text, head.headers.get('content-length')]).toEqual([200, '', '5'])
  })

  test('of an upstream can become the body that a client has asked for', async () => {
    const { gateway } = withRouteOptions(
      {
        stagedTransformations: {
          regular: {
            requestTransforms: [
              {
                requestTransformation: { transformationTemplate: { headers: { ':method': text('HEAD') } } },
                responseTransformation: { transformationTemplate: { body: text('{{ header("etag") }}') } },
              },
            ],
          },
        },
      },
      { answer },
    )
    const reply = await send(gateway, 'GET /')
    expect([reply.text, reply.headers.get('content-length')]).toEqual(['"1"', '3'])
  })
})
