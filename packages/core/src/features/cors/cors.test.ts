import { FakeTransport, send } from '@headgate/testing'
import { describe, expect, test } from 'vitest'
import type { CorsPolicy, CorsPolicyMergeSettings } from '../../config/cors.ts'
import type { RouteConfig } from '../../config/route.ts'
import { Gateway } from '../../gateway.ts'

const forward: RouteConfig = { routeAction: { single: { upstream: { name: 'app' } } } }
const direct: RouteConfig = { directResponseAction: { status: 200, body: 'direct' } }

interface Setup {
  readonly host?: CorsPolicy
  readonly route?: CorsPolicy
  readonly merge?: CorsPolicyMergeSettings
  readonly action?: RouteConfig
  readonly upstream?: Readonly<Record<string, string>>
}

function gateway({ host, route, merge, action = forward, upstream = {} }: Setup): Gateway {
  const transport = new FakeTransport({ '*': { status: 200, headers: upstream, body: 'app' } })
  const options = { ...(host && { cors: host }), ...(merge && { corsPolicyMergeSettings: merge }) }
  const routes = [{ ...action, ...(route && { options: { cors: route } }) }]
  return new Gateway(
    {
      upstreams: [{ metadata: { name: 'app' }, static: { hosts: [{ addr: '10.0.0.1', port: 80 }] } }],
      virtualServices: [{ metadata: { name: 'web' }, virtualHost: { domains: ['*'], options, routes } }],
    },
    { transport },
  )
}

const from = (origin: string) => ({ headers: { origin } })
const preflight = (origin: string) => ({
  method: 'OPTIONS',
  headers: { origin, 'access-control-request-method': 'PUT' },
})

const policy: CorsPolicy = {
  allowOrigin: ['https://a.test'],
  allowOriginRegex: ['https://[a-z]+\\.b\\.test'],
  allowMethods: ['GET', 'PUT'],
  allowHeaders: ['x-one', 'x-two'],
  exposeHeaders: ['x-shown'],
  maxAge: '600',
  allowCredentials: true,
}

describe('a preflight', () => {
  test('of an allowed origin is answered by the gateway', async () => {
    const { status, text, headers } = await send(gateway({ host: policy }), '/', preflight('https://a.test'))
    expect([status, text]).toEqual([200, ''])
    expect(Object.fromEntries(headers)).toMatchObject({
      'access-control-allow-origin': 'https://a.test',
      'access-control-allow-methods': 'GET,PUT',
      'access-control-allow-headers': 'x-one,x-two',
      'access-control-expose-headers': 'x-shown',
      'access-control-max-age': '600',
      'access-control-allow-credentials': 'true',
      vary: 'origin',
    })
  })

  test('of another origin goes on to the upstream', async () => {
    const { text, headers } = await send(gateway({ host: policy }), '/', preflight('https://evil.test'))
    expect(text).toBe('app')
    expect(headers.has('access-control-allow-origin')).toBe(false)
  })

  test('is answered for a direct response as well', async () => {
    const { text } = await send(gateway({ route: policy, action: direct }), '/', preflight('https://a.test'))
    expect(text).toBe('')
  })

  test('OPTIONS without Access-Control-Request-Method is a request like any other', async () => {
    const request = { method: 'OPTIONS', headers: { origin: 'https://a.test' } }
    expect((await send(gateway({ host: policy }), '/', request)).text).toBe('app')
  })
})

describe('a request', () => {
  test.each(['https://a.test', 'https://x.b.test'])('of %s may read the response', async (origin) => {
    const { headers } = await send(gateway({ host: policy }), '/', from(origin))
    expect(headers.get('access-control-allow-origin')).toBe(origin)
    expect(headers.get('access-control-expose-headers')).toBe('x-shown')
    expect(headers.has('access-control-allow-methods')).toBe(false)
  })

  test.each(['https://x.b.test.evil.test', 'https://a.test.evil.test', 'null'])('of %s may not', async (origin) => {
    const { headers } = await send(gateway({ host: policy }), '/', from(origin))
    expect(headers.has('access-control-allow-origin')).toBe(false)
    expect(headers.get('vary')).toBe('origin')
  })

  test('gets one value where the upstream sends its own (Spring Cloud Gateway #728)', async () => {
    const upstream = { 'access-control-allow-origin': '*', vary: 'accept-encoding' }
    const { headers } = await send(gateway({ host: policy, upstream }), '/', from('https://a.test'))
    expect(headers.getAll('access-control-allow-origin')).toEqual(['https://a.test'])
    expect(headers.get('vary')).toBe('accept-encoding, origin')
  })
})

describe('policies of a virtual host and a route', () => {
  const read = async (setup: Setup, origin: string) => (await send(gateway(setup), '/', from(origin))).headers

  test('are merged field by field', async () => {
    const headers = await read({ host: policy, route: { allowOrigin: ['https://r.test'] } }, 'https://r.test')
    expect(headers.get('access-control-allow-credentials')).toBe('true')
    expect(headers.get('access-control-expose-headers')).toBe('x-shown')
    const above = await read({ host: policy, route: { allowOrigin: ['https://r.test'] } }, 'https://a.test')
    expect(above.has('access-control-allow-origin')).toBe(false)
  })

  test('join exposeHeaders where UNION asks for it', async () => {
    const route = { allowOrigin: ['https://a.test'], exposeHeaders: ['x-shown', 'x-own'] }
    const joined = await read({ host: policy, route, merge: { exposeHeaders: 'UNION' } }, 'https://a.test')
    expect(joined.get('access-control-expose-headers')).toBe('x-shown,x-own')
  })

  test('end at a route with disableForRoute', async () => {
    const headers = await read({ host: policy, route: { disableForRoute: true } }, 'https://a.test')
    expect(headers.has('access-control-allow-origin')).toBe(false)
    expect(headers.has('vary')).toBe(false)
  })
})

test('an invalid origin expression is a configuration error with its place', () => {
  const make = (): Gateway => gateway({ route: { allowOriginRegex: ['('] } })
  expect(make).toThrow(/routes\[0\]\.options\.cors\.allowOriginRegex\[0\]/)
})
