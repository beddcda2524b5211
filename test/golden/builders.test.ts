import { readdirSync, readFileSync } from 'node:fs'
import { parseYaml, toYaml } from '@headgate/config'
import {
  type Destination,
  Gateway,
  type GatewayInput,
  plainConfig,
  Route,
  RouteTable,
  Upstream,
  UpstreamGroup,
  VirtualService,
} from 'headgate'
import { describe, expect, test } from 'vitest'

const namespace = 'gloo-system'

/** An upstream of Gloo's own namespace. */
function upstream(name: string, ...addresses: readonly string[]): Upstream {
  return Upstream.of(name, ...addresses).options({ namespace })
}

const petstore = upstream('petstore', 'petstore.default.svc:8080')
const json = upstream('json-upstream', 'json.example.com:80')
const v1 = upstream('service-v1', 'v1:8080')
const v2 = upstream('service-v2', 'v2:8080')
const httpbin = upstream('httpbin', 'httpbin:8000')

const host = (addr: string, color: string) => ({ addr, port: 80, metadata: { 'envoy.lb': { color } } })
const colors = Upstream.static('colors', {
  hosts: [host('10.0.0.1', 'blue'), host('10.0.0.2', 'green')],
  subsetSpec: { selectors: [{ keys: ['color'] }] },
}).options({ namespace })
const blue: Destination = { upstream: { name: 'colors', namespace }, subset: { values: { color: 'blue' } } }
const canary = new UpstreamGroup('canary', {
  namespace,
  destinations: [
    [v1, 100],
    [v2, 0],
  ],
})

const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'

const cTable = new RouteTable('c-routes', {
  namespace: 'c',
  labels: { domain: 'example.com' },
  weight: 20,
  routes: [Route.exact('/b/c/4').to('qux')],
})
const bTable = new RouteTable('b-routes', {
  namespace: 'b',
  routes: [Route.regex('/b/3').to('baz'), Route.prefix('/b/c').delegate(cTable).with({ inheritableMatchers: true })],
})
const aTable = new RouteTable('a-routes', {
  namespace: 'a',
  routes: [Route.prefix('/a/1').to('foo'), Route.prefix('/a/2').to('bar')],
})

/** What the files in `guides` say, in the words of TypeScript. They are the routing examples of Gloo's guides. */
const built: Readonly<Record<string, GatewayInput>> = {
  'hello-world': {
    virtualServices: [
      new VirtualService('default', {
        namespace,
        domains: ['*'],
        routes: [Route.exact('/all-pets').to(petstore).rewrite('/api/pets')],
      }),
    ],
    upstreams: [petstore],
  },
  'path-matching': {
    virtualServices: [
      new VirtualService('paths', {
        namespace,
        domains: ['foo'],
        routes: [
          Route.prefix('/posts').to(json),
          Route.exact('/').to(json),
          Route.regex('/[a-z]{5}').to(json),
          Route.prefix('/Case').caseInsensitive().to(json),
          Route.regex(`/api/v1/${uuid}/good-path`).respond(200, 'api v1 uuid good-path'),
        ],
      }),
    ],
  },
  'header-matching': {
    virtualServices: [
      new VirtualService('headers', {
        namespace,
        domains: ['foo'],
        routes: [
          Route.prefix('/')
            .header('header1', 'value1')
            .header('header2')
            .header('header3', { regex: '[a-z]{1}' })
            .header('header4', { absent: true })
            .header('header5', { not: 'value5' })
            .to(json),
        ],
      }),
    ],
  },
  'query-and-method': {
    virtualServices: [
      new VirtualService('query', {
        namespace,
        domains: ['foo'],
        routes: [
          Route.prefix('/')
            .method('GET', 'HEAD')
            .query('param1', 'value1')
            .query('param2')
            .query('param3', { regex: '[a-z]{1}' })
            .to(json),
        ],
      }),
    ],
  },
  destinations: {
    virtualServices: [
      new VirtualService('destinations', {
        namespace,
        domains: ['foo'],
        routes: [
          Route.prefix('/posts').to(json).autoHostRewrite(),
          Route.prefix('/myservice').split([v1, 9], [v2, 1]),
          Route.prefix('/group').toGroup(canary),
          Route.prefix('/blue').to(blue),
          Route.prefix('/named').toClusterHeader('x-cluster'),
        ],
      }),
    ],
    upstreamGroups: [canary],
    upstreams: [json, v1, v2, colors],
  },
  delegation: {
    virtualServices: [
      new VirtualService('example', {
        namespace,
        domains: ['example.com'],
        routes: [
          Route.prefix('/a').delegate(aTable),
          Route.prefix('/b').delegate(bTable),
          Route.prefix('/d').delegate({
            namespaces: ['*'],
            expressions: [
              { key: 'domain', operator: 'In', values: ['example.com'] },
              { key: 'internal', operator: 'DoesNotExist' },
            ],
          }),
        ],
      }),
    ],
    routeTables: [aTable, bTable, cTable],
  },
  rewriting: {
    virtualServices: [
      new VirtualService('rewriting', {
        namespace,
        domains: ['*'],
        routes: [
          Route.prefix('/foo/').or(Route.prefix('/foo')).to(petstore).name('two-prefixes').rewrite('/'),
          Route.prefix('/pre')
            .to(petstore)
            .rewriteRegex('^/pre/([^/]+)(/.*)$', '\\2/swap/\\1')
            .timeout('20s')
            .retries({ retryOn: 'connect-failure', numRetries: 3, perTryTimeout: '5s' }),
          Route.prefix('/headers')
            .to(petstore)
            .rewriteHost('petstore.internal')
            .headers({
              request: { set: { 'x-route-table': 'a' }, append: { 'x-trail': 'b' }, remove: ['user-agent'] },
              response: { remove: ['server'] },
            }),
        ],
      }),
    ],
  },
  answers: {
    virtualServices: [
      new VirtualService('answers', {
        namespace,
        domains: ['foo'],
        routes: [
          Route.prefix('/direct').respond(200, 'Hello, world!'),
          Route.prefix('/google').redirect({ hostRedirect: 'google.com' }),
          Route.prefix('/').redirect({
            hostRedirect: 'docs.solo.io',
            httpsRedirect: true,
            responseCode: 'PERMANENT_REDIRECT',
          }),
        ],
      }),
    ],
  },
  'shared-options': {
    gateways: [
      {
        metadata: { name: 'gateway-proxy', namespace },
        bindAddress: '::',
        bindPort: 8080,
        httpGateway: { virtualServiceSelector: { team: 'shared' }, virtualServiceNamespaces: ['*'] },
      },
    ],
    virtualServices: [
      new VirtualService('shared', {
        namespace,
        domains: ['*'],
        options: { headerManipulation: { requestHeadersToRemove: ['User-Agent'] } },
        optionsConfigRefs: {
          delegateOptions: [
            { name: 'option-1', namespace },
            { name: 'option-2', namespace },
          ],
        },
        routes: [
          Route.prefix('/')
            .to(httpbin)
            .with({ optionsConfigRefs: { delegateOptions: [{ name: 'slow', namespace }] } }),
        ],
      }),
    ],
    virtualHostOptions: [
      {
        metadata: { name: 'option-1', namespace },
        options: {
          headerManipulation: { requestHeadersToAdd: [{ header: { key: 'myheader', value: 'myvalue' } }] },
          retries: { retryOn: 'connect-failure', numRetries: 3, perTryTimeout: '5s' },
        },
      },
      {
        metadata: { name: 'option-2', namespace },
        options: { retries: { retryOn: 'connect-failure', numRetries: 5, perTryTimeout: '10s' } },
      },
    ],
    routeOptions: [{ metadata: { name: 'slow', namespace }, options: { timeout: '60s' } }],
  },
}

const folder = new URL('guides/', import.meta.url)
const guides = readdirSync(folder).map((file) => file.replace('.yaml', ''))

test('every guide is built, and every one that is built is a guide', () => {
  expect(Object.keys(built).sort()).toEqual([...guides].sort())
})

describe.each(guides)('%s', (guide) => {
  const text = readFileSync(new URL(`${guide}.yaml`, folder), 'utf8')
  const input = built[guide] as GatewayInput

  test('is one configuration in YAML and in TypeScript', () => {
    expect(parseYaml(text)).toEqual(plainConfig(input))
  })

  test('is the same gateway', () => {
    const [fromYaml, fromBuilders] = [new Gateway(parseYaml(text)), new Gateway(input)]
    expect(fromYaml.toJSON()).toEqual(fromBuilders.toJSON())
    expect(fromYaml.routes()).toEqual(fromBuilders.routes())
    expect(fromYaml.issues.filter(({ severity }) => severity === 'error')).toEqual([])
  })

  test('can be written and read again', () => {
    expect(parseYaml(toYaml(input))).toEqual(parseYaml(text))
  })
})
