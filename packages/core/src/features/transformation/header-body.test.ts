import { describe, expect, test } from 'vitest'
import { withRouteOptions } from '../../../../../test/support/transforming.ts'
import { type SendInit, send } from '../../../../testing/src/index.ts'

async function sent(addRequestMetadata: boolean, target: string, init: SendInit = {}) {
  const requestTransformation = { headerBodyTransform: { addRequestMetadata } }
  const { gateway, transport } = withRouteOptions({ transformations: { requestTransformation } })
  await send(gateway, target, init)
  const call = transport.calls[0]
  expect(call?.headers.get('content-type')).toBe('application/json')
  expect(call?.headers.get('content-length')).toBe(String(call?.bytes.length))
  return { text: call?.text ?? '', json: JSON.parse(call?.text ?? '') }
}

describe('headerBodyTransform', () => {
  test('puts headers and body into one object', async () => {
    const { json } = await sent(false, 'PUT http://a.test/p?q=1', { body: 'not json', headers: { 'X-A': '1, 2' } })
    expect(json).toMatchObject({
      body: 'not json',
      headers: { ':authority': 'a.test', ':method': 'PUT', ':path': '/p?q=1', ':scheme': 'http', 'x-a': '1, 2' },
    })
    expect(json.headers.host).toBeUndefined()
    expect(Object.keys(json)).toEqual(['body', 'headers'])
  })

  test('has no body where there is none', async () => {
    expect(Object.keys((await sent(false, '/')).json)).toEqual(['headers'])
  })

  test('takes responses, too', async () => {
    const responseTransformation = { headerBodyTransform: { addRequestMetadata: true } }
    const { gateway } = withRouteOptions({ transformations: { responseTransformation } })
    expect((await send(gateway, '/')).json()).toMatchObject({ body: 'hello', headers: { ':status': '200' } })
  })
})

describe('addRequestMetadata', () => {
  test('adds method, path and query', async () => {
    const { json } = await sent(true, 'POST /p/a?foo=b%20r&multiple=1&multiple=2&multiple=3&flag&plus=a+b&bad=%zz')
    expect(json).toMatchObject({
      httpMethod: 'POST',
      path: '/p/a',
      queryString: 'foo=b%20r&multiple=1&multiple=2&multiple=3&flag&plus=a+b&bad=%zz',
      queryStringParameters: { foo: 'b r', multiple: '3', flag: '', plus: 'a+b', bad: '%zz' },
      multiValueQueryStringParameters: { multiple: ['1', '2', '3'] },
    })
  })

  test('writes keys in the order of Gloo', async () => {
    expect(Object.keys((await sent(true, 'POST /', { body: 'x' })).json)).toEqual([
      'body',
      'headers',
      'httpMethod',
      'multiValueHeaders',
      'multiValueQueryStringParameters',
      'path',
      'queryString',
      'queryStringParameters',
    ])
  })

  test('takes a list on one line for several values, but not what only looks like one', async () => {
    const headers: [string, string][] = [
      ['a', '1,2'],
      ['b', '1'],
      ['b', '2'],
      ['quoted', '"x, y", z'],
      ['user-agent', 'A (B, like C)'],
      ['cookie', 'a=1, 2'],
    ]
    const { json } = await sent(true, '/', { headers })
    expect(json.multiValueHeaders).toEqual({ a: ['1', '2'], b: ['1', '2'], quoted: ['"x, y"', 'z'] })
    expect(json.headers).toMatchObject({ a: '2', b: '2', quoted: 'z', 'user-agent': 'A (B, like C)', cookie: 'a=1, 2' })
  })

  test('keeps names such as __proto__ as data', async () => {
    const { text } = await sent(true, '/?__proto__=1&__proto__=2', { headers: { __proto__: '3' } as never })
    expect(text).toContain('"queryStringParameters":{"__proto__":"2"}')
    expect(text).toContain('"multiValueQueryStringParameters":{"__proto__":["1","2"]}')
  })
})
