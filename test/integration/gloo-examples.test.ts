import type { GatewayInput, Matcher, RouteConfig, UpstreamConfig } from 'headgate'
import { describe, expect, test } from 'vitest'
import { HttpOrigin } from '../support/http-origin.ts'
import { closeLater, type RunningGateway, request, startGateway, upstreamTo } from '../support/running-gateway.ts'

const pets = [
  { id: 1, name: 'Dog', status: 'available' },
  { id: 2, name: 'Cat', status: 'pending' },
]

/** Gloo's pet store, as its guides use it: a list, and elsewhere the path that was not found. */
function petstore(): Promise<HttpOrigin> {
  return HttpOrigin.listen('petstore', (response, { target }) => {
    const [status, body] =
      target === '/api/pets' ? [200, pets] : [404, { code: 404, message: `path ${target} was not found` }]
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }).then(closeLater)
}

/** The JSON service of Gloo's guides: three lists, and posts that can be added to. */
function jsonService(name = 'json'): Promise<HttpOrigin> {
  return HttpOrigin.listen(name, (response, { method, target }) => {
    const isList = method === 'GET' && ['/posts', '/todos', '/comments'].includes(target)
    const [status, body] = isList ? [200, [{ id: 1 }, { id: 2 }]] : method === 'POST' ? [201, { id: 101 }] : [404, {}]
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }).then(closeLater)
}

const to = (name: string, matchers: readonly Matcher[], more: RouteConfig = {}): RouteConfig => ({
  matchers,
  routeAction: { single: { upstream: { name } } },
  ...more,
})

function service(
  domains: readonly string[],
  routes: readonly RouteConfig[],
  upstreams: readonly UpstreamConfig[],
): GatewayInput {
  return { upstreams, virtualServices: [{ metadata: { name: 'example' }, virtualHost: { domains, routes } }] }
}

async function ask(
  { exchange }: RunningGateway,
  method: string,
  target: string,
  lines: readonly string[] = ['Host: foo'],
  body = '',
) {
  const response = await exchange(request(method, target, lines, body))
  const text = response.body.toString()
  return { status: response.status, headers: response.headers, text, json: () => JSON.parse(text) as unknown }
}

/** A gateway in front of the JSON service that takes only requests for `foo`. */
async function jsonFor(...routes: readonly RouteConfig[]): Promise<RunningGateway> {
  return startGateway(service(['foo'], routes, [upstreamTo('json', await jsonService())]))
}

async function petstoreFor(...routes: readonly RouteConfig[]): Promise<RunningGateway> {
  return startGateway(service(['*'], routes, [upstreamTo('petstore', await petstore())]))
}

const list = [{ id: 1 }, { id: 2 }]
const notFound = (path: string) => ({ code: 404, message: `path ${path} was not found` })

describe('Gloo guides: hello world', () => {
  test('row 1: /all-pets is rewritten to /api/pets', async () => {
    const gateway = await petstoreFor(
      to('petstore', [{ exact: '/all-pets' }], { options: { prefixRewrite: '/api/pets' } }),
    )
    const answer = await ask(gateway, 'GET', '/all-pets')
    expect([answer.status, answer.json()]).toEqual([200, pets])
  })
})

describe('Gloo guides: path matching', () => {
  test('rows 2 to 4: prefix, for one domain', async () => {
    const gateway = await jsonFor(to('json', [{ prefix: '/posts' }]))
    const other = await ask(gateway, 'GET', '/posts', ['Host: other'])
    expect([other.status, other.text, other.headers.get('content-length')]).toEqual([404, '', '0'])
    expect((await ask(gateway, 'GET', '/posts')).json()).toEqual(list)
    expect((await ask(gateway, 'GET', '/')).status).toBe(404)
  })

  test('rows 5 and 6: exact', async () => {
    const root = await jsonFor(to('json', [{ exact: '/' }]))
    expect((await ask(root, 'GET', '/posts')).status).toBe(404)
    const posts = await jsonFor(to('json', [{ exact: '/posts' }]))
    expect((await ask(posts, 'GET', '/posts')).json()).toEqual(list)
  })

  test('row 7: a regex matches the whole path', async () => {
    const gateway = await jsonFor(to('json', [{ regex: '/[a-z]{5}' }]))
    expect((await ask(gateway, 'GET', '/posts')).status).toBe(200)
    expect((await ask(gateway, 'GET', '/todos')).status).toBe(200)
    expect((await ask(gateway, 'GET', '/comments')).status).toBe(404)
  })

  test('rows 8 to 10: a regex for UUIDs', async () => {
    const uuid = '\\b[0-9a-f]{8}\\b-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-\\b[0-9a-f]{12}\\b'
    const answer = (regex: string, body: string): RouteConfig => ({
      matchers: [{ regex }],
      directResponseAction: { status: 200, body },
    })
    const gateway = await jsonFor(
      answer(`/api/v1/${uuid}/good-path`, 'api v1 uuid good-path'),
      answer(`/api/v1/${uuid}`, 'api v1 uuid'),
    )
    const id = '123e4567-e89b-12d3-a456-426614174000'
    expect((await ask(gateway, 'GET', `/api/v1/${id}/good-path`)).text).toBe('api v1 uuid good-path')
    expect((await ask(gateway, 'GET', `/api/v1/${id}`)).text).toBe('api v1 uuid')
    expect((await ask(gateway, 'GET', '/api/v1/123e4567-e89b-12d3-a456-bad-uuid/good-path')).status).toBe(404)
    expect((await ask(gateway, 'GET', `/api/${id}/bad-path`)).status).toBe(404)
  })
})

describe('Gloo guides: other matchers', () => {
  const matching = { header1: 'value1', header2: 'value2', header3: 'v', header5: 'x' }
  const absent = undefined

  test.each<[string, Readonly<Record<string, string | undefined>>, number]>([
    ['row 11: all as wanted', {}, 200],
    ['row 12: another value', { header1: 'othervalue' }, 404],
    ['row 13: any value where only presence counts', { header2: 'othervalue' }, 200],
    ['row 14: a regex does not match', { header3: 'value3' }, 404],
    ['row 15: a header that must be absent', { header4: 'value4' }, 404],
    ['row 16: the one value that must not be', { header5: 'value5' }, 404],
    ['row 16: absent, where a value is turned round', { header5: absent }, 404],
  ])('headers, %s', async (_, changes, status) => {
    const headers = [
      { name: 'header1', value: 'value1' },
      { name: 'header2' },
      { name: 'header3', value: '[a-z]{1}', regex: true },
      { name: 'header4', invertMatch: true },
      { name: 'header5', value: 'value5', invertMatch: true },
    ]
    const gateway = await jsonFor(to('json', [{ prefix: '/', headers }]))
    const sent = Object.entries({ ...matching, ...changes }).flatMap(([name, value]) =>
      value === absent ? [] : `${name}: ${value}`,
    )
    expect((await ask(gateway, 'GET', '/posts', ['Host: foo', ...sent])).status).toBe(status)
  })

  test.each([
    ['param1=value1&param2=x&param3=v', 200],
    ['param1=othervalue&param2=x&param3=v', 404],
    ['param1=value1&param2=x&param3=vv', 404],
  ])('row 17: query ?%s', async (query, status) => {
    const queryParameters = [
      { name: 'param1', value: 'value1' },
      { name: 'param2' },
      { name: 'param3', value: '[a-z]{1}', regex: true },
    ]
    const origin = closeLater(await HttpOrigin.listen())
    const gateway = await startGateway(
      service(['foo'], [to('origin', [{ prefix: '/', queryParameters }])], [upstreamTo('origin', origin)]),
    )
    expect((await ask(gateway, 'GET', `/posts?${query}`)).status).toBe(status)
    expect(origin.requests.map(({ target }) => target)).toEqual(status === 200 ? [`/posts?${query}`] : [])
  })

  test('rows 18 and 19: method', async () => {
    const post = await jsonFor(to('json', [{ prefix: '/', methods: ['POST'] }]))
    const created = await ask(post, 'POST', '/posts', ['Host: foo'], '{}')
    expect([created.status, created.json()]).toEqual([201, { id: 101 }])
    const get = await jsonFor(to('json', [{ prefix: '/', methods: ['GET'] }]))
    expect((await ask(get, 'POST', '/posts', ['Host: foo'], '{}')).status).toBe(404)
    expect((await ask(get, 'GET', '/posts')).json()).toEqual(list)
  })
})

describe('Gloo guides: destinations', () => {
  test('row 20: a static upstream by name, asked for by its own name', async () => {
    const origin = closeLater(await HttpOrigin.listen())
    const upstream = { metadata: { name: 'static' }, static: { hosts: [{ addr: 'localhost', port: origin.port }] } }
    const gateway = await startGateway(
      service(['foo'], [to('static', [{ prefix: '/' }], { options: { autoHostRewrite: true } })], [upstream]),
    )
    expect((await ask(gateway, 'GET', '/posts')).status).toBe(200)
    expect(origin.requests[0]?.headers.getAll('host')).toEqual(['localhost'])
  })

  /** Names of the origins that answered so many requests. */
  async function share(gateway: RunningGateway, count: number): Promise<Readonly<Record<string, number>>> {
    const client = await gateway.connect()
    const shares: Record<string, number> = {}
    for (let index = 0; index < count; index++) {
      const response = await client.send(request('GET', '/posts', ['Host: foo'])).response()
      const name = response.headers.get('x-origin') as string
      shares[name] = (shares[name] ?? 0) + 1
    }
    return shares
  }

  const destinations = (first: number, second: number) => [
    { destination: { upstream: { name: 'first' } }, weight: first },
    { destination: { upstream: { name: 'second' } }, weight: second },
  ]

  /** Runs through [0, 1) in so many steps: shares come out exact. */
  function evenly(steps: number): () => number {
    let step = 0
    return () => (step++ % steps) / steps
  }

  test('row 21: weights of 9 and 1', async () => {
    const [first, second] = [
      closeLater(await HttpOrigin.listen('first')),
      closeLater(await HttpOrigin.listen('second')),
    ]
    const route = { matchers: [{ prefix: '/' }], routeAction: { multi: { destinations: destinations(9, 1) } } }
    const upstreams = [upstreamTo('first', first), upstreamTo('second', second)]
    const options = { random: evenly(100), requestId: () => 'id' }
    const gateway = await startGateway(service(['foo'], [route], upstreams), { options })
    expect(await share(gateway, 100)).toEqual({ first: 90, second: 10 })
  })

  test('row 22: the weights of a group change for all routes that use it, which stay as they are', async () => {
    const [first, second] = [
      closeLater(await HttpOrigin.listen('first')),
      closeLater(await HttpOrigin.listen('second')),
    ]
    const grouped = (...weights: [number, number]): GatewayInput => ({
      ...service(
        ['foo'],
        [{ routeAction: { upstreamGroup: { name: 'group' } } }],
        [upstreamTo('first', first), upstreamTo('second', second)],
      ),
      upstreamGroups: [{ metadata: { name: 'group' }, destinations: destinations(...weights) }],
    })
    const gateway = await startGateway(grouped(1, 0))
    expect(await share(gateway, 10)).toEqual({ first: 10 })
    expect(gateway.gateway.update(grouped(0, 1)).accepted).toBe(true)
    expect(await share(gateway, 10)).toEqual({ second: 10 })
  })
})

describe('Gloo guides: request processing', () => {
  const prefixed = (prefix: string, prefixRewrite: string): RouteConfig =>
    to('petstore', [{ prefix }], { options: { prefixRewrite } })

  test('row 44: prefix rewrite', async () => {
    const gateway = await petstoreFor(prefixed('/foo', '/api/invalid'))
    expect((await ask(gateway, 'GET', '/foo')).json()).toEqual(notFound('/api/invalid'))
  })

  test('row 45: prefix rewrite to / keeps what follows the prefix', async () => {
    const gateway = await petstoreFor(prefixed('/foo', '/'))
    expect((await ask(gateway, 'GET', '/foo')).json()).toEqual(notFound('/'))
    expect((await ask(gateway, 'GET', '/foo/')).json()).toEqual(notFound('//'))
  })

  test('row 46: with the longer prefix first', async () => {
    const gateway = await petstoreFor(prefixed('/foo/', '/'), prefixed('/foo', '/'))
    expect((await ask(gateway, 'GET', '/foo/')).json()).toEqual(notFound('/'))
  })

  test.each([
    ['bar', 'baz', '/foo/bar', '/foo/baz'],
    ['^/pre/([^/]+)(/.*)$', '\\2/swap/\\1', '/pre/mid/end', '/end/swap/mid'],
  ])('row 47: regex rewrite of %s', async (regex, substitution, path, rewritten) => {
    const gateway = await petstoreFor(
      to('petstore', [{ prefix: '/' }], { options: { regexRewrite: { pattern: { regex }, substitution } } }),
    )
    expect((await ask(gateway, 'GET', path)).json()).toEqual(notFound(rewritten))
  })

  test('row 48: redirect', async () => {
    const gateway = await jsonFor({ matchers: [{ prefix: '/' }], redirectAction: { hostRedirect: 'google.com' } })
    const { status, headers, text } = await ask(gateway, 'GET', '/')
    expect([status, headers.getAll('location'), text]).toEqual([301, ['http://google.com/'], ''])
  })

  test('row 50: direct response', async () => {
    const gateway = await jsonFor({
      matchers: [{ prefix: '/' }],
      directResponseAction: { status: 200, body: 'Hello, world!' },
    })
    const { status, text } = await ask(gateway, 'GET', '/')
    expect([status, text]).toEqual([200, 'Hello, world!'])
  })
})
