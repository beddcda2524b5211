import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { GatewayConfig } from '../config/gateway-config.ts'
import { checkConfig } from './check.ts'

/** Something of everything that is implemented. */
const complete: GatewayConfig = {
  gateways: [
    {
      metadata: { name: 'gateway-proxy', namespace: 'gloo-system' },
      bindAddress: '::',
      bindPort: 8080,
      proxyNames: ['gateway-proxy'],
      httpGateway: {
        virtualServiceSelector: { team: 'shop' },
        virtualServiceNamespaces: ['*'],
        options: {
          httpConnectionManagerSettings: {
            useRemoteAddress: true,
            pathWithEscapedSlashesAction: 'REJECT_REQUEST',
            streamIdleTimeout: '30s',
            maxRequestHeadersKb: 60,
          },
        },
      },
      routeOptions: { maxDirectResponseBodySizeBytes: 8192, mostSpecificHeaderMutationsWins: true },
    },
  ],
  virtualServices: [
    {
      metadata: { name: 'api', labels: { team: 'shop', 'app.kubernetes.io/part-of': 'x' } },
      virtualHost: {
        domains: ['api.example.com', '*.example.com', '*'],
        routes: [
          {
            name: 'users',
            matchers: [
              {
                prefix: '/users',
                methods: ['GET', 'POST'],
                headers: [
                  { name: ':authority', value: '.*', regex: true },
                  { name: 'x-canary', invertMatch: true },
                ],
                queryParameters: [{ name: 'debug' }],
              },
              { pathTemplate: '/u/:id' },
            ],
            routeAction: { single: { upstream: { name: 'users' } } },
            options: {
              prefixRewrite: '/v2/users',
              hostRewrite: 'users.internal',
              timeout: '1.5s',
              headerManipulation: {
                requestHeadersToAdd: [
                  { header: { key: 'x-from', value: '%DOWNSTREAM_REMOTE_ADDRESS%' }, append: false },
                ],
                responseHeadersToRemove: ['server'],
              },
              extensions: { tag: { any: [1, 'two', null] } },
              envoyMetadata: { 'my.filter': { deep: { a: [true] } } },
            },
            optionsConfigRefs: { delegateOptions: [{ name: 'shared' }] },
          },
          {
            matchers: [{ exact: '/split' }],
            routeAction: {
              multi: {
                destinations: [
                  { destination: { upstream: { name: 'users' } }, weight: 9 },
                  { destination: { upstream: { name: 'socket', namespace: 'other' } }, weight: 1 },
                ],
              },
            },
          },
          { matchers: [{ regex: '/old/.*' }], redirectAction: { pathRedirect: '/new?a=b', responseCode: 'FOUND' } },
          { matchers: [{ prefix: '/health' }], directResponseAction: { status: 200, body: 'ok' } },
          {
            matchers: [{ prefix: '/team' }],
            delegateAction: { selector: { labels: { team: 'a' } }, relativePaths: true },
          },
        ],
      },
    },
  ],
  routeTables: [
    {
      metadata: { name: 'team-a' },
      weight: -10,
      routes: [
        {
          matchers: [{ pathTemplate: '/x/:id' }],
          routeAction: { upstreamGroup: { name: 'both' } },
          options: { pathTemplateRewrite: '/y/:id' },
        },
      ],
    },
  ],
  upstreams: [
    {
      metadata: { name: 'users' },
      static: {
        hosts: [
          { addr: '10.0.0.1', port: 8080 },
          { addr: 'users.internal', port: 443, loadBalancingWeight: 2 },
        ],
        useTls: true,
      },
      sslConfig: { sslFiles: { rootCa: '/etc/ca.pem' }, parameters: { minimumProtocolVersion: 'TLSv1_2' } },
      connectionConfig: { connectTimeout: '250ms', tcpKeepalive: { keepaliveTime: '60s' } },
    },
    { metadata: { name: 'socket', namespace: 'other' }, pipe: { path: '/run/app.sock' } },
  ],
  upstreamGroups: [
    { metadata: { name: 'both' }, destinations: [{ destination: { upstream: { name: 'users' } }, weight: 1 }] },
  ],
  routeOptions: [{ metadata: { name: 'shared' }, options: { appendXForwardedHost: true } }],
  virtualHostOptions: [{ metadata: { name: 'shared' }, options: { headerManipulation: {} } }],
  secrets: [{ metadata: { name: 'token' }, header: { headers: { 'x-api-key': 'hunter2' } } }],
  settings: { gloo: { regexMaxProgramSize: 1024, invalidConfigPolicy: { replaceInvalidRoutes: true } } },
}

describe('a configuration without fault', () => {
  test('comes back as it is, in a copy', () => {
    const { config, issues } = checkConfig(complete)
    expect(issues).toEqual([])
    expect(config).toEqual(complete)
    expect(config.upstreams?.[0]).not.toBe(complete.upstreams?.[0])
  })

  test('may have functions for upstreams', () => {
    const handler = () => Promise.reject(new Error('not called'))
    const { config, issues } = checkConfig({ upstreams: [{ metadata: { name: 'inside' }, handler }] })
    expect(issues).toEqual([])
    expect(config.upstreams?.[0]?.handler).toBe(handler)
  })

  test('may be empty', () => {
    expect(checkConfig({})).toEqual({ config: {}, issues: [], dropped: [] })
  })
})

describe('findings', () => {
  test('name the resource, the place in it, and what to do', () => {
    const { issues } = checkConfig({
      virtualServices: [{ metadata: { name: 'api', namespace: 'shop' }, virtualHoost: {} }],
      upstreams: [{ metadata: {}, static: { hosts: [{ addr: 'a', port: '80' }] } }],
    })
    expect(issues).toMatchObject([
      {
        severity: 'error',
        code: 'unknown-field',
        resource: { kind: 'VirtualService', namespace: 'shop', name: 'api' },
        path: 'virtualServices[shop.api].virtualHoost',
        fix: 'did you mean "virtualHost"?',
      },
      { severity: 'warning', code: 'no-effect', path: 'virtualServices[shop.api]' },
      { code: 'required', resource: undefined, path: 'upstreams[0].metadata.name', message: '"name" must be set' },
      { code: 'wrong-type', path: 'upstreams[0].static.hosts[0].port', found: '"80"', expected: 'a number' },
    ])
  })

  test('are all told at once, also beside each other', () => {
    const route = {
      matchers: [{ prefix: '/', exact: 1 }],
      routeAction: { multi: { destinations: [] } },
      options: { prefixRewrite: '/a b', regexRewrite: { pattern: { regex: 'x' } }, timeout: '15' },
    }
    const { issues } = checkConfig({ routeTables: [{ metadata: { name: 't' }, routes: [route] }] })
    expect(issues.map(({ code, path }) => `${code} ${path.replace('routeTables[default.t].routes[0].', '')}`)).toEqual([
      'wrong-type matchers[0].exact',
      'oneof-conflict matchers[0]',
      'out-of-range routeAction.multi.destinations',
      'invalid-path options.prefixRewrite',
      'invalid-duration options.timeout',
      'oneof-conflict options',
    ])
  })

  test('leave out the resources that have errors, and only those', () => {
    const { config, dropped } = checkConfig({
      upstreams: [
        { metadata: { name: 'a' }, pipe: { path: '' } },
        { metadata: { name: 'b' }, pipe: { path: '/b' } },
        { metadata: { name: 1 }, pipe: { path: '/c' } },
      ],
      routeTables: 'none',
      settings: { gloo: 1 },
      virtualServices: [{ metadata: { name: 'warned' } }],
    })
    expect(config).toEqual({
      upstreams: [{ metadata: { name: 'b' }, pipe: { path: '/b' } }],
      virtualServices: [{ metadata: { name: 'warned' } }],
    })
    expect(dropped).toEqual([
      { list: 'upstreams', index: 0, metadata: { name: 'a' } },
      { list: 'upstreams', index: 2, metadata: undefined },
    ])
  })

  test.each([undefined, null, 1, 'text', [], true])('an input of %j is one error', (input) => {
    const { config, issues } = checkConfig(input)
    expect(config).toEqual({})
    expect(issues).toHaveLength(1)
    expect(issues[0]?.path).toBe('')
  })
})

describe('secrets', () => {
  const hidden = 'hunter2-do-not-print'

  test.each<[string, unknown]>([
    ['a secret of the wrong type', { secrets: [{ metadata: { name: 's' }, tls: hidden }] }],
    ['a key of the wrong type', { secrets: [{ metadata: { name: 's' }, tls: { privateKey: [hidden] } }] }],
    ['a broken header secret', { secrets: [{ metadata: { name: 's' }, header: { headers: { a: `${hidden}\n` } } }] }],
    ['a number', { secrets: [{ metadata: { name: 's' }, aws: { secretKey: 12345678 } }] }],
    ['an unknown field of a secret', { secrets: [{ metadata: { name: 's' }, tls: { privatKey: hidden } }] }],
    [
      'a header value',
      {
        virtualHostOptions: [
          {
            metadata: { name: 'o' },
            options: {
              headerManipulation: {
                requestHeadersToAdd: [{ header: { key: 'authorization', value: `${hidden}\r\n` } }],
              },
            },
          },
        ],
      },
    ],
    ['a field with a telling name', { settings: { gloo: { apiKey: hidden } } }],
  ])('%s is told without its value', (_, input) => {
    const text = JSON.stringify(checkConfig(input).issues)
    expect(text).not.toContain('hunter2')
    expect(text).not.toContain('12345678')
    expect(checkConfig(input).issues.length).toBeGreaterThan(0)
  })
})

describe('whatever the input is', { timeout: 30_000 }, () => {
  const json = fc.jsonValue({ maxDepth: 6 }) as fc.Arbitrary<unknown>

  function holds(input: unknown): void {
    const { config, issues } = checkConfig(input)
    expect(checkConfig(config).issues.filter(({ severity }) => severity === 'error')).toEqual([])
    for (const { path, message } of issues) expect([typeof path, message.length > 0]).toEqual(['string', true])
    expect(Object.getPrototypeOf(config)).toBe(Object.prototype)
  }

  test('nothing is thrown, and what comes back is sound', () => {
    fc.assert(fc.property(json, holds), { seed: 1, numRuns: 100 })
    fc.assert(fc.property(fc.dictionary(fc.constantFrom(...Object.keys(complete)), fc.array(json)), holds), {
      seed: 1,
      numRuns: 200,
    })
  })

  test('also when one place of a good configuration is changed', () => {
    const changed = fc.tuple(fc.nat(), json, fc.constantFrom('replace', 'remove', 'rename', '__proto__'))
    fc.assert(
      fc.property(changed, ([place, value, how]) => holds(change(complete, place, value, how))),
      { seed: 1, numRuns: 150 },
    )
  })
})

/** Changes the value at the `place`-th key, counted round. */
function change(root: unknown, place: number, value: unknown, how: string): unknown {
  const copy = JSON.parse(JSON.stringify(root)) as unknown
  const places: [Record<string, unknown>, string][] = []
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return
    for (const key of Object.keys(node)) {
      places.push([node as Record<string, unknown>, key])
      visit((node as Record<string, unknown>)[key])
    }
  }
  visit(copy)
  const [holder, key] = places[place % places.length] as [Record<string, unknown>, string]
  if (how === 'replace') holder[key] = value
  else {
    const before = holder[key]
    delete holder[key]
    const name = how === 'rename' ? `${key}x` : how
    if (how !== 'remove')
      Object.defineProperty(holder, name, { value: before, enumerable: true, configurable: true, writable: true })
  }
  return copy
}
