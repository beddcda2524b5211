import { describe, expect, test } from 'vitest'
import { transformingRequests, transformingResponses } from '../../../../../test/support/transforming.ts'
import { type SendInit, send } from '../../../../testing/src/index.ts'
import type { TransformationTemplate } from '../../config/transformation.ts'

/** The request that the upstream got. */
async function sent(template: TransformationTemplate, target = '/', init: SendInit = {}) {
  const { gateway, transport, completed } = transformingRequests(template)
  const reply = await send(gateway, target, init)
  const call = transport.calls[0]
  if (call === undefined) throw new Error(`nothing was sent: ${reply.status} ${reply.text}`)
  return { ...call, text: call.text, headers: call.headers, target: call.target, exchange: completed[0] }
}

const text = (source: string) => ({ text: source })

describe('headers', () => {
  test('are replaced; an empty text takes them away', async () => {
    const init = {
      headers: [
        ['x-a', '1'],
        ['X-A', '2'],
        ['x-b', '1'],
      ] as [string, string][],
    }
    const { headers } = await sent({ headers: { 'x-a': text('new'), 'x-b': {}, 'x-c': text('{{ "" }}') } }, '/', init)
    expect(headers.getAll('x-a')).toEqual(['new'])
    expect([headers.has('x-b'), headers.has('x-c')]).toEqual([false, false])
  })

  test('are taken away, then added to, after all were set', async () => {
    const template = {
      headers: { 'x-a': text('set'), 'x-b': text('set') },
      headersToRemove: ['x-b', 'x-d'],
      headersToAppend: [
        { key: 'x-a', value: text('{{ header("x-a") }}!') },
        { key: 'x-b', value: text('added') },
        { key: 'x-c', value: text('{{ "" }}') },
      ],
    }
    const { headers } = await sent(template, '/', { headers: { 'x-d': '1' } })
    expect(headers.getAll('x-a')).toEqual(['set', 'set!'])
    expect([headers.get('x-b'), headers.get('x-c'), headers.get('x-d')]).toEqual(['added', undefined, undefined])
  })

  test('carry Unicode as UTF-8, and what is not UTF-8 as it came', async () => {
    const template = { headers: { 'x-a': text('Grüße'), 'x-b': text('{{ header("x-in") }}') } }
    const { headers } = await sent(template, '/', { headers: { 'x-in': 'caf\xe9' } })
    expect(headers.get('x-a')).toBe('Gr\xc3\xbc\xc3\x9fe')
    expect(headers.get('x-b')).toBe('caf\xe9')
  })

  test("about framing and the connection stay the gateway's", async () => {
    const names = ['content-length', 'transfer-encoding', 'connection', 'upgrade', 'te', 'keep-alive']
    const template = {
      headers: Object.fromEntries(names.map((name) => [name, text('7')])),
      headersToAppend: [{ key: 'content-length', value: text('8') }],
      headersToRemove: ['content-length', 'host'],
    }
    const { headers } = await sent(template, 'POST /', { body: '{}' })
    expect(headers.getAll('content-length')).toEqual(['2'])
    expect(headers.getAll('host')).toEqual(['localhost'])
    expect(names.slice(1).filter((name) => headers.has(name))).toEqual([])
  })
})

describe('pseudo headers', () => {
  test('of a request are read and written', async () => {
    const template = {
      headers: {
        ':path': text('/p{{ header(":path") }}'),
        ':method': text('POST'),
        ':authority': text('b.test:81'),
        ':scheme': text('https'),
        'x-scheme': text('{{ header(":scheme") }}'),
        'x-seen': text('{{ header(":Authority") }}'),
      },
    }
    const call = await sent(template, 'http://a.test/q?r=1')
    expect(call).toMatchObject({ target: '/p/q?r=1', method: 'POST' })
    expect(call.headers.get('host')).toBe('b.test:81')
    expect([call.headers.get('x-scheme'), call.headers.get('x-forwarded-proto')]).toEqual(['https', 'https'])
  })

  test('are never taken away', async () => {
    const nothing = {
      ':path': {},
      ':method': {},
      ':authority': {},
      host: {},
      ':scheme': text('ftp'),
      ':status': text('1'),
    }
    expect(await sent({ headers: nothing, headersToRemove: [':path'] }, 'PUT /a')).toMatchObject({
      target: '/a',
      method: 'PUT',
    })
  })

  test.each([
    [':path', '/a b'],
    [':path', 'a'],
    [':path', '/a\r\nx: y'],
    [':method', 'A B'],
    [':authority', 'a b'],
    ['host', 'a/b'],
  ])('%s cannot become %j', async (name, value) => {
    const { gateway, transport, events } = transformingRequests({ headers: { [name]: () => value } })
    expect(await send(gateway, '/')).toMatchObject({ status: 500, text: '' })
    expect(transport.calls).toEqual([])
    expect(events.at(-1)).toMatchObject({ type: 'hook-failed' })
  })

  test('the status of a response is read and written', async () => {
    const template = {
      headers: { ':status': text('{% if code %}{{ code }}{% endif %}'), 'x-was': text('{{ header(":status") }}') },
    }
    const reply = await send(transformingResponses(template, { answer: { body: '{"code":418}' } }).gateway, '/')
    expect([reply.status, reply.headers.get('x-was')]).toEqual([418, '418'])
  })

  test('a status that is none does not stand', async () => {
    const { gateway } = transformingResponses(
      { headers: { ':status': text('{{ s }}') } },
      { answer: ({ query }) => ({ status: 201, body: JSON.stringify({ s: query }) }) },
    )
    expect((await send(gateway, '/?')).status).toBe(201)
    expect((await send(gateway, '/?abc')).status).toBe(500)
    expect((await send(gateway, '/?101')).status).toBe(500)
  })

  test('a status without a body leaves the body behind', async () => {
    const reply = await send(
      transformingResponses({ passthrough: {}, headers: { ':status': text('204') } }).gateway,
      '/',
    )
    expect([reply.status, reply.text, reply.headers.has('content-length')]).toEqual([204, '', false])
  })

  test('a status that can have a body says that there is none', async () => {
    const answer = { status: 304, headers: { 'content-length': '100' } }
    const reply = await send(transformingResponses({ headers: { ':status': text('200') } }, { answer }).gateway, '/')
    expect([reply.status, reply.headers.get('content-length')]).toEqual([200, '0'])
  })
})
