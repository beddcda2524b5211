import { Gateway } from 'headgate'
import { describe, expect, test } from 'vitest'
import { linesOf } from '../../../test/support/config-issues.ts'
import { parseYaml } from './parse-yaml.ts'

const upstream = `apiVersion: gloo.solo.io/v1
kind: Upstream
metadata:
  name: users
  namespace: team-a
  uid: 5d9b
spec:
  static:
    hosts:
      - addr: 127.0.0.1
        port: 8080
status: { state: Accepted }
`

describe('resources', () => {
  test('lose their envelope and are listed by kind', () => {
    const text = `${upstream}---
apiVersion: gateway.solo.io/v1
kind: VirtualService
metadata: { name: api }
spec:
  virtualHost:
    routes:
      - matchers: [{ prefix: / }]
        routeAction: { single: { upstream: { name: users, namespace: team-a } } }
`
    expect(parseYaml(text)).toEqual({
      upstreams: [
        {
          metadata: { name: 'users', namespace: 'team-a', uid: '5d9b' },
          static: { hosts: [{ addr: '127.0.0.1', port: 8080 }] },
        },
      ],
      virtualServices: [
        {
          metadata: { name: 'api' },
          virtualHost: {
            routes: [
              {
                matchers: [{ prefix: '/' }],
                routeAction: { single: { upstream: { name: 'users', namespace: 'team-a' } } },
              },
            ],
          },
        },
      ],
    })
  })

  test.each([
    ['Gateway', 'gateway.solo.io/v1', 'gateways'],
    ['VirtualService', 'gateway.solo.io/v1', 'virtualServices'],
    ['RouteTable', 'gateway.solo.io/v1', 'routeTables'],
    ['VirtualHostOption', 'gateway.solo.io/v1', 'virtualHostOptions'],
    ['RouteOption', 'gateway.solo.io/v1', 'routeOptions'],
    ['Upstream', 'gloo.solo.io/v1', 'upstreams'],
    ['UpstreamGroup', 'gloo.solo.io/v1', 'upstreamGroups'],
    ['Secret', 'gloo.solo.io/v1', 'secrets'],
  ])('%s of %s is one of the %s', (kind, apiVersion, list) => {
    const text = `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: one }\nspec: { field: 1 }\n`
    expect(parseYaml(text)).toEqual({ [list]: [{ metadata: { name: 'one' }, field: 1 }] })
  })

  test('there is one Settings', async () => {
    const settings = 'apiVersion: gloo.solo.io/v1\nkind: Settings\nmetadata: { name: default }\nspec: { gloo: {} }\n'
    expect(parseYaml(settings)).toEqual({ settings: { metadata: { name: 'default' }, gloo: {} } })
    expect(await linesOf(() => parseYaml(`${settings}---\n${settings}`, { file: 's.yaml' }))).toEqual([
      's.yaml:8:1 error duplicate-resource: there are settings already, and there can be only one',
    ])
  })

  test('a resource may have no spec', () => {
    const text = 'apiVersion: gateway.solo.io/v1\nkind: RouteTable\nmetadata: { name: empty }\nspec:\n'
    expect(parseYaml(text)).toEqual({ routeTables: [{ metadata: { name: 'empty' } }] })
  })

  test('names of fields may be in snake_case, which the gateway understands', () => {
    const config = parseYaml(`apiVersion: gateway.solo.io/v1
kind: VirtualService
metadata: { name: api }
spec: { virtual_host: { routes: [{ direct_response_action: { status: 204 } }] } }
`)
    expect(new Gateway(config).toJSON().virtualServices?.[0]?.virtualHost?.routes).toEqual([
      { directResponseAction: { status: 204 } },
    ])
  })

  test('empty documents, comments and a byte order mark say nothing', () => {
    expect(parseYaml('')).toEqual({})
    expect(parseYaml('\uFEFF# nothing\n---\n---\n# nothing\n...\n')).toEqual({})
    expect(parseYaml(`\uFEFF---\n---\n${upstream}---\n`).upstreams).toHaveLength(1)
  })

  test('anchors and aliases stand for what they say', () => {
    const config = parseYaml(`apiVersion: gateway.solo.io/v1
kind: RouteTable
metadata: { name: t }
spec:
  routes:
    - &first { name: a, options: &o { timeout: 1s } }
    - { name: b, options: *o }
    - *first
`)
    const options = { timeout: '1s' }
    expect(config.routeTables?.[0]?.routes).toEqual([
      { name: 'a', options },
      { name: 'b', options },
      { name: 'a', options },
    ])
  })
})

describe('lists', () => {
  const item = { apiVersion: 'gloo.solo.io/v1', kind: 'Upstream', metadata: { name: 'a' }, spec: { static: {} } }

  test('of Kubernetes hold any resources', () => {
    const list = { apiVersion: 'v1', kind: 'List', items: [item, { apiVersion: 'v1', kind: 'List', items: [item] }] }
    expect(parseYaml(JSON.stringify(list)).upstreams).toHaveLength(2)
  })

  test('of one kind need not repeat it', () => {
    const list = { apiVersion: 'gloo.solo.io/v1', kind: 'UpstreamList', items: [{ metadata: { name: 'a' } }, item] }
    expect(parseYaml(JSON.stringify(list)).upstreams).toHaveLength(2)
  })

  test('may be empty, but not something else', async () => {
    expect(parseYaml('apiVersion: v1\nkind: List\nitems:\n')).toEqual({})
    expect(await linesOf(() => parseYaml('apiVersion: v1\nkind: List\nitems: 5\n'))).toEqual([
      '3:1 error wrong-type: "items" must be a list',
    ])
    expect(await linesOf(() => parseYaml('apiVersion: v1\nkind: List\nitem: []\n'))).toEqual([
      '3:1 error unknown-field: unknown field "item" of a list',
    ])
  })
})

describe('whole configurations', () => {
  test('as a gateway prints them are read again', () => {
    const printed = JSON.stringify(new Gateway(parseYaml(upstream)))
    expect(parseYaml(printed)).toEqual(JSON.parse(printed))
  })

  test('are joined with resources', () => {
    const text = `upstreams:\n- { metadata: { name: plain } }\nsettings: { gloo: {} }\n---\n${upstream}`
    const config = parseYaml(text)
    expect(config.upstreams?.map(({ metadata }) => metadata.name)).toEqual(['plain', 'users'])
    expect(config.settings).toEqual({ gloo: {} })
  })

  test('must have lists of resources', async () => {
    expect(await linesOf(() => parseYaml('upstreams: { name: a }\nsettings: 3\nrouteTables: [1]\n'))).toEqual([
      '2:1 error wrong-type: a resource must be a mapping',
      '3:15 error wrong-type: a resource must be a mapping',
      '1:1 error wrong-type: "upstreams" must be a list',
    ])
  })
})

describe('what stands beside', () => {
  test.each(['v1 Service', 'v1 ConfigMap', 'v1 Namespace', 'apps/v1 Deployment', 'networking.k8s.io/v1 Ingress'])(
    '%s is left out with a warning',
    (name) => {
      const [apiVersion, kind] = name.split(' ')
      const config = parseYaml(`${upstream}---\napiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: users }\n`)
      expect(Object.keys(config)).toEqual(['upstreams'])
      expect(new Gateway(config).issues).toEqual([
        {
          severity: 'warning',
          code: 'ignored-kind',
          resource: { kind, namespace: 'default', name: 'users' },
          path: '',
          location: { line: 14, column: 1 },
          message: `${kind} users is Kubernetes' own and left out`,
          found: apiVersion,
        },
      ])
    },
  )

  test('a resource without apiVersion is read with a warning', () => {
    const config = parseYaml('kind: RouteTable\nmetadata: { name: a }\nspec: { routes: [] }\n')
    expect(config.routeTables).toHaveLength(1)
    expect(new Gateway(config).issues).toMatchObject([{ code: 'missing-api-version' }])
  })
})

describe('envelopes that are wrong', () => {
  test.each([
    ['an unknown kind', 'apiVersion: gateway.solo.io/v1\nkind: VirtualServer', '2:1', 'unknown-kind'],
    ['a kind of others', 'apiVersion: example.com/v1\nkind: Certificate', '2:1', 'unknown-kind'],
    ['another version', 'apiVersion: gateway.solo.io/v2\nkind: Gateway', '1:1', 'unknown-api-version'],
    ['the other group', 'apiVersion: gateway.solo.io/v1\nkind: Upstream', '1:1', 'unknown-api-version'],
    ['Gateway API', 'apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway', '1:1', 'unknown-api-version'],
    ['a route of Gateway API', 'apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute', '2:1', 'unknown-kind'],
    ['AuthConfig', 'apiVersion: enterprise.gloo.solo.io/v1\nkind: AuthConfig', '2:1', 'unsupported-kind'],
    ['GraphQLApi', 'apiVersion: graphql.gloo.solo.io/v1beta1\nkind: GraphQLApi', '2:1', 'unsupported-kind'],
    ['Proxy', 'apiVersion: gloo.solo.io/v1\nkind: Proxy', '2:1', 'unsupported-kind'],
    ['no kind', 'apiVersion: gateway.solo.io/v1', '1:1', 'required'],
    ['a kind that is no text', 'apiVersion: gateway.solo.io/v1\nkind: [Gateway]', '2:1', 'wrong-type'],
    ['an apiVersion that is no text', 'apiVersion: 1\nkind: Gateway', '1:1', 'wrong-type'],
    ['a spec that is no mapping', 'apiVersion: gateway.solo.io/v1\nkind: Gateway\nspec: [1]', '3:1', 'wrong-type'],
    ['a field beside spec', 'apiVersion: gateway.solo.io/v1\nkind: Gateway\nbindPort: 80', '3:1', 'unknown-field'],
    [
      'metadata in spec',
      'apiVersion: gateway.solo.io/v1\nkind: Gateway\nspec: { metadata: {} }',
      '3:9',
      'unknown-field',
    ],
    ['a list', '- a', '1:1', 'not-a-resource'],
    ['a text', 'hello', '1:1', 'not-a-resource'],
  ])('%s is told of with its place', async (_, text, place, code) => {
    const lines = await linesOf(() => parseYaml(`${text}\n`, { file: 'f.yaml' }))
    expect(lines.map((line) => line.split(': ')[0])).toEqual([`f.yaml:${place} error ${code}`])
  })

  test('an unknown kind is told which there are', () => {
    expect(() => parseYaml('apiVersion: gateway.solo.io/v1\nkind: VirtualServer\n')).toThrow(/unknown kind/)
    expect(() => parseYaml('kind: VirtualServer\n')).toThrow(
      expect.objectContaining({
        issues: [expect.objectContaining({ expected: expect.stringContaining('VirtualService, RouteTable') })],
      }),
    )
  })

  test('everything is told at once', async () => {
    const text = `kind: Nothing\n---\na: [\n---\n${upstream}---\n- 1\n`
    expect((await linesOf(() => parseYaml(text))).map((line) => line.split(' ')[2])).toEqual([
      'unknown-kind:',
      'yaml-syntax:',
      'not-a-resource:',
    ])
  })
})
