import {
  type Body,
  type Filter,
  type GatewayConfig,
  GatewayRequest,
  HeaderMap,
  localClient,
  type RouteConfig,
  respond,
} from '@headgate/core'
import { type Answer, faults } from '@headgate/testing'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { filter } from '../support/filters.ts'
import { inProcess, service, upstream } from '../support/in-process.ts'

/** Texts as they come from clients that mean harm, and from some that do not. */
const odd = fc.constantFrom(
  ...[
    '',
    '/',
    '*',
    '/a',
    '/a/../b',
    '//',
    '/%2e%2e/a',
    '/%',
    '/a?b#c',
    '/\u0000',
    '/a b',
    '/\u00e9',
    '/\ud800',
    'http://',
    '\r\n',
  ],
  ...[
    'http://a.test/x',
    'a.test:443',
    'a'.repeat(70_000),
    '__proto__',
    'constructor',
    '-1',
    '1, 2',
    'chunked',
    'close, host',
  ],
)
const anyText = fc.oneof(odd, fc.string({ maxLength: 12 }), fc.string({ unit: 'binary', maxLength: 6 }))
const fieldName = fc.oneof(
  fc.constantFrom(
    'host',
    'content-length',
    'transfer-encoding',
    'connection',
    'upgrade',
    'expect',
    'te',
    'x-a',
    'cookie',
  ),
  fc.constantFrom('x-forwarded-for', 'content-type', 'max-forwards', 'x-envoy-max-retries', ':path', 'x-to'),
  anyText,
)
const fieldValue = fc.oneof(
  anyText,
  fc.constantFrom(
    'a.test',
    '0',
    '5',
    '100-continue',
    'trailers',
    'websocket',
    'application/grpc',
    'users_default',
    '[::1',
  ),
)

const bytes = fc.uint8Array({ maxLength: 20 })
const body: fc.Arbitrary<() => Body> = fc.oneof(
  fc.constant(() => null),
  bytes.map((chunk) => () => chunk),
  fc.array(bytes, { maxLength: 3 }).map((chunks) => () => stream(chunks)),
  fc.constant(() => stream([new Uint8Array(1)], new Error('the client broke off'))),
  fc.constant(() => stream(['no bytes' as never])),
)

async function* stream(chunks: readonly Uint8Array[], error?: Error): AsyncGenerator<Uint8Array> {
  yield* chunks
  if (error !== undefined) throw error
}

const request: fc.Arbitrary<GatewayRequest> = fc
  .record({
    method: fc.oneof(fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'OPTIONS', 'CONNECT', 'TRACE'), anyText),
    target: fc.oneof(fc.constantFrom('/', '/users/1', '/handler', '/bad/filter', '/redirect/x', '/weighted'), anyText),
    fields: fc.array(fc.tuple(fieldName, fieldValue), { maxLength: 5 }),
    host: fc.oneof({ weight: 6, arbitrary: fc.constant('a.test') }, { weight: 1, arbitrary: fieldValue }),
    body,
  })
  .map(({ method, target, fields, host, body: make }) => {
    const made = make()
    const framing: [string, string][] =
      made instanceof Uint8Array
        ? [['content-length', String(made.length)]]
        : made === null
          ? []
          : [['transfer-encoding', 'chunked']]
    return new GatewayRequest(method, target, new HeaderMap([['host', host], ...framing, ...fields]), made, localClient)
  })

const answer: fc.Arbitrary<Answer> = fc.oneof(
  fc.constantFrom<Answer>(
    ...[200, 204, 304, 101, 500, 'text', { body: ['a', 'b'] }, { headers: { 'content-length': 'x' } }],
    ...[faults.refuse(), faults.garbage(), faults.stall(), faults.resetAfter(2), faults.reusedSocketReset()],
    ...[faults.stallAfter(2), faults.earlyResponse('early'), faults.neverRead(), faults.informational(103, {}, 'late')],
  ),
  fc
    .record({
      status: fc.integer({ min: 0, max: 999 }),
      headers: fc.array(fc.tuple(fieldName, fieldValue), { maxLength: 3 }),
    })
    .map(
      ({ status, headers }): Answer => ({
        status,
        headers: headers.map(([name, value]): [string, string] => [name, value]),
      }),
    ),
)

const wild: fc.Arbitrary<Filter> = fc.record(
  { onRequest: hook(), onResponse: hook(), onComplete: fc.constantFrom(() => undefined, thrower) },
  { requiredKeys: [] },
)

function thrower(): never {
  throw new Error('a filter failed')
}

function hook() {
  return fc.constantFrom(
    () => undefined,
    thrower,
    () => Promise.reject(new Error('a filter failed')),
    async () => undefined,
    () => respond(200, { body: 'filter' }),
    async () => ({ ...respond(200), body: stream([new Uint8Array(2)]) }),
    (context: { clearRouteCache(): void }) => context.clearRouteCache(),
  )
}

function to(name: string): RouteConfig {
  return { routeAction: { single: { upstream: { name } } } }
}

const config: GatewayConfig = {
  upstreams: [
    upstream('users'),
    upstream('others', '10.0.0.1', '10.0.0.2'),
    { metadata: { name: 'handler' }, handler: async (received) => new Response(await received.text()) },
  ],
  virtualServices: [
    service('api', [
      { matchers: [{ prefix: '/handler' }], ...to('handler') },
      { matchers: [{ pathTemplate: '/users/:id' }], ...to('users'), options: { prefixRewrite: '/people' } },
      { matchers: [{ prefix: '/redirect' }], redirectAction: { prefixRewrite: '/r', httpsRedirect: true } },
      { matchers: [{ prefix: '/bad' }], ...to('nobody') },
      { matchers: [{ prefix: '/weighted' }], routeAction: { clusterHeader: 'x-to' } },
      { matchers: [{ regex: '/[a-z%]*' }], ...to('others') },
      { matchers: [{ prefix: '/', headers: [{ name: 'x-a', invertMatch: true }] }], ...to('users') },
    ]),
  ],
}

test('handle never rejects, and every exchange completes once and leaves nothing behind', async () => {
  const unhandled: unknown[] = []
  const note = (reason: unknown): void => void unhandled.push(reason)
  process.on('unhandledRejection', note)
  const statuses = new Set<number>()
  await fc.assert(
    fc.asyncProperty(
      request,
      answer,
      fc.array(wild, { maxLength: 2 }),
      fc.boolean(),
      async (made, upstreams, wilds, leaves) => {
        const filters = wilds.map((hooks, index) => filter(`wild-${index}`, hooks))
        const { gateway, clock, transport, completed } = inProcess(config, { '*': upstreams }, { filters })
        gateway.explain(made)
        const leaving = new AbortController()
        const answered = gateway.handle(made, { signal: leaving.signal })
        await clock.settle()
        if (leaves) leaving.abort(new Error('the client left'))
        const response = answered.then(async ({ status, body: responseBody }) => {
          statuses.add(status)
          try {
            if (responseBody !== null && !(responseBody instanceof Uint8Array)) for await (const _ of responseBody);
          } catch {
            // A body may break; whoever reads it sees that.
          }
        })
        await clock.advance(600_000)
        await response
        expect(completed).toHaveLength(1)
        expect(transport.open).toBe(0)
      },
    ),
    { numRuns: 400, seed: 7 },
  )
  await new Promise(setImmediate)
  process.off('unhandledRejection', note)
  expect(unhandled).toEqual([])
  expect([...statuses].filter((status) => !(status >= 200 && status <= 999))).toEqual([])
  expect(statuses.size).toBeGreaterThan(8)
}, 60_000)
