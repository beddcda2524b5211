import { describe, expect, test } from 'vitest'
import { tracing } from '../../../../../test/support/filters.ts'
import { inProcess, route, service, upstream } from '../../../../../test/support/in-process.ts'
import { settingHeader, withRouteOptions } from '../../../../../test/support/transforming.ts'
import { send } from '../../../../testing/src/index.ts'
import type { Template, Transformation } from '../../config/transformation.ts'

const setting = (name: string, value: Template): Transformation => ({
  transformationTemplate: { passthrough: {}, headers: { [name]: value } },
})
const appending = (text: string): Transformation => ({
  transformationTemplate: { parseBodyBehavior: 'DontParse', body: (message) => `${message.body}${text}` },
})

describe('stages', () => {
  test('run after faults, after authorisation and last; responses pass them in reverse', async () => {
    const log: string[] = []
    const stage = (name: string) => ({
      requestTransforms: [
        {
          requestTransformation: setting('x', ({ header }) => {
            log.push(`in ${name}`)
            return header('x')
          }),
          responseTransformation: appending(` ${name}`),
        },
      ],
    })
    const { gateway } = withRouteOptions(
      {
        stagedTransformations: { early: stage('early'), regular: stage('regular'), postRouting: stage('postRouting') },
      },
      {
        filters: [
          tracing(log, 'cors', { stage: 'cors' }),
          tracing(log, 'authz', { stage: 'authz' }),
          tracing(log, 'route', { stage: 'route' }),
        ],
      },
    )
    expect((await send(gateway, '/')).text).toBe('hello postRouting regular early')
    expect(log.filter((line) => line.startsWith('in'))).toEqual([
      'in early',
      'in cors',
      'in authz',
      'in regular',
      'in route',
      'in postRouting',
    ])
  })

  test('the deprecated form is the regular stage, unless that is set', async () => {
    const transformations = { requestTransformation: setting('x', () => 'legacy') }
    const legacy = withRouteOptions({
      transformations,
      stagedTransformations: settingHeader('early', 'y', () => 'early'),
    })
    await send(legacy.gateway, '/')
    expect(legacy.transport.calls[0]?.headers.get('x')).toBe('legacy')
    expect(legacy.transport.calls[0]?.headers.get('y')).toBe('early')
    const staged = withRouteOptions({
      transformations,
      stagedTransformations: settingHeader('regular', 'y', () => 'new'),
    })
    await send(staged.gateway, '/')
    expect(staged.transport.calls[0]?.headers.has('x')).toBe(false)
    expect(staged.transport.calls[0]?.headers.get('y')).toBe('new')
  })
})

describe('levels', () => {
  const virtualHost = { stagedTransformations: settingHeader('early', 'x-host', () => '1') }
  const headersOf = async (options: Parameters<typeof withRouteOptions>[0]) => {
    const { gateway, transport } = withRouteOptions(options, { virtualHost })
    await send(gateway, '/')
    return transport.calls[0]?.headers
  }

  test('a route without transformations has those of its virtual host', async () => {
    expect((await headersOf({}))?.get('x-host')).toBe('1')
  })

  test("a route's own hide them, other stages included", async () => {
    const headers = await headersOf({ stagedTransformations: settingHeader('regular', 'x-route', () => '1') })
    expect([headers?.has('x-host'), headers?.get('x-route')]).toEqual([false, '1'])
  })

  test('an empty block hides them, too', async () => {
    expect((await headersOf({ stagedTransformations: {} }))?.has('x-host')).toBe(false)
  })

  test('with inheritTransformation both are there', async () => {
    const own = settingHeader('regular', 'x-route', () => '1')
    const headers = await headersOf({ stagedTransformations: { ...own, inheritTransformation: true } })
    expect([headers?.get('x-host'), headers?.get('x-route')]).toEqual(['1', '1'])
  })

  test("a weighted destination's own hide those of its route", async () => {
    const { gateway, transport } = inProcess({
      upstreams: [upstream('a'), upstream('b')],
      virtualServices: [
        service('api', [
          {
            routeAction: {
              multi: {
                destinations: [
                  {
                    destination: { upstream: { name: 'a' } },
                    weight: 1,
                    options: { stagedTransformations: settingHeader('regular', 'x-a', () => '1') },
                  },
                  { destination: { upstream: { name: 'b' } }, weight: 1 },
                ],
              },
            },
            options: { stagedTransformations: settingHeader('regular', 'x-route', () => '1') },
          },
        ]),
      ],
    })
    for (let count = 0; count < 10; count++) await send(gateway, '/')
    const seen = transport.calls.map(({ upstream: name, headers }) => [
      name,
      headers.has('x-a'),
      headers.has('x-route'),
    ])
    expect(seen).toContainEqual(['default.a', true, false])
    expect(seen).toContainEqual(['default.b', false, true])
    expect(new Set(seen.map(String)).size).toBe(2)
  })
})

describe('the choice by request', () => {
  const choosing = withRouteOptions({
    stagedTransformations: {
      regular: {
        requestTransforms: [
          { matcher: { prefix: '/none' } },
          {
            matcher: { prefix: '/A', caseSensitive: false, methods: ['GET'] },
            requestTransformation: setting('x', () => 'first'),
            responseTransformation: setting('y', () => 'first'),
          },
          {
            matcher: { headers: [{ name: 'x-in', value: '[0-9]+', regex: true }] },
            requestTransformation: setting('x', () => 'second'),
          },
        ],
        responseTransforms: [{ responseTransformation: setting('y', () => 'by response') }],
      },
    },
  })

  test.each([
    ['/A/b', {}, 'first', 'first'],
    ['/a/b', {}, undefined, 'by response'],
    ['/A', { 'x-in': '12' }, 'first', 'first'],
    ['/b', { 'x-in': '12' }, 'second', 'by response'],
    ['/b', { 'x-in': 'a' }, undefined, 'by response'],
    ['/none', { 'x-in': '1' }, 'second', 'by response'],
  ])('%s with %j', async (path, headers, x, y) => {
    const { gateway, transport } = choosing
    const reply = await send(gateway, path, { headers })
    expect(transport.calls.at(-1)?.headers.get('x')).toBe(x)
    expect(reply.headers.get('y')).toBe(y)
  })
})

describe('the choice by response', () => {
  const matching = (status: number) =>
    withRouteOptions(
      {
        stagedTransformations: {
          early: {
            responseTransforms: [
              { matchers: [{ name: ':status', value: '404' }], responseTransformation: setting('x', () => 'missing') },
              {
                matchers: [
                  { name: ':status', value: '5..', regex: true },
                  { name: 'x-not', invertMatch: true },
                ],
                responseTransformation: setting('x', () => 'failed'),
              },
              { responseCodeDetails: 'via_upstream', responseTransformation: setting('x', () => 'upstream') },
              { responseCodeDetails: 'no_healthy_upstream', responseTransformation: setting('x', () => 'nobody') },
            ],
          },
        },
      },
      { answer: { status, headers: status === 502 ? { 'x-not': '1' } : {} } },
    ).gateway

  test.each([
    [404, 'missing'],
    [503, 'failed'],
    [502, 'upstream'],
    [200, 'upstream'],
  ])('status %i: %s', async (status, expected) => {
    expect((await send(matching(status), '/')).headers.get('x')).toBe(expected)
  })

  test('sees answers of the gateway itself', async () => {
    const options = {
      stagedTransformations: {
        regular: {
          responseTransforms: [{ responseCodeDetails: 'direct_response', responseTransformation: appending('!') }],
        },
      },
    }
    const config = {
      virtualServices: [service('api', [{ directResponseAction: { status: 418, body: 'tea' }, options }])],
    }
    expect(await send(inProcess(config).gateway, '/')).toMatchObject({ status: 418, text: 'tea!' })
  })

  test('sees answers of filters that run before, whose request was never transformed', async () => {
    const { gateway } = withRouteOptions({
      faults: { abort: { percentage: 100, httpStatus: 503 } },
      stagedTransformations: {
        regular: {
          requestTransforms: [{ matcher: { prefix: '/a' }, responseTransformation: appending(' on a') }],
          responseTransforms: [{ responseTransformation: appending(' elsewhere') }],
        },
      },
    })
    expect((await send(gateway, '/a')).text).toBe('fault filter abort on a')
    expect((await send(gateway, '/b')).text).toBe('fault filter abort elsewhere')
  })
})

describe('clearRouteCache', () => {
  const config = (clearRouteCache: boolean) => ({
    upstreams: [upstream('one'), upstream('two')],
    virtualServices: [
      service('api', [
        route('/two', 'two', { options: { stagedTransformations: settingHeader('regular', 'x', () => 'of two') } }),
        route('/', 'one', {
          options: {
            stagedTransformations: {
              ...settingHeader('regular', 'x', () => 'of one'),
              early: {
                requestTransforms: [{ clearRouteCache, requestTransformation: setting(':path', () => '/two') }],
              },
            },
          },
        }),
      ]),
    ],
  })

  test('has the route chosen again; filters that come later are those of the new one', async () => {
    const { gateway, transport } = inProcess(config(true))
    await send(gateway, '/somewhere')
    expect(transport.calls[0]).toMatchObject({ upstream: 'default.two', target: '/two' })
    expect(transport.calls[0]?.headers.get('x')).toBe('of two')
  })

  test('without it a new path is sent to the upstream of the old one', async () => {
    const { gateway, transport } = inProcess(config(false))
    await send(gateway, '/somewhere')
    expect(transport.calls[0]).toMatchObject({ upstream: 'default.one', target: '/two' })
    expect(transport.calls[0]?.headers.get('x')).toBe('of one')
  })

  test('waits for a body that is read first', async () => {
    const byBody = { transformationTemplate: { headers: { ':path': { text: '/{{ to }}' } } } }
    const { gateway, transport } = inProcess(
      {
        upstreams: [upstream('one'), upstream('two')],
        virtualServices: [
          service('api', [
            route('/two', 'two'),
            route('/', 'one', {
              options: {
                stagedTransformations: {
                  early: { requestTransforms: [{ clearRouteCache: true, requestTransformation: byBody }] },
                },
              },
            }),
          ]),
        ],
      },
      undefined,
      { templates: [(await import('../../../../inja/src/index.ts')).inja] },
    )
    await send(gateway, 'POST /', { body: '{"to":"two"}' })
    expect(transport.calls[0]).toMatchObject({ upstream: 'default.two', text: '{"to":"two"}' })
  })
})
