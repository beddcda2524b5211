import { Gateway } from 'headgate'
import { describe, expect, test } from 'vitest'
import { linesOf } from '../../../test/support/config-issues.ts'
import { locate } from './locate.ts'
import { parseYaml } from './parse-yaml.ts'

const text = `apiVersion: gateway.solo.io/v1
kind: VirtualService
metadata:
  name: api
  namespace: shop
spec:
  virtualHost:
    routes:
      - matchers:
          - prefix: /users
        routeAction:
          single:
            upstream:
              name: users
      - { matchers: [{ prefix: / }], direct_response_action: { status: 200 } }
    options:
      headerManipulation:
        requestHeadersToRemove: [x-a, x-b]
`

const config = parseYaml(text, { file: 'api.yaml' })

describe('locate', () => {
  test.each([
    ['virtualServices[shop.api]', 4, 3],
    ['virtualServices[0]', 4, 3],
    ['virtualServices[shop.api].metadata', 3, 1],
    ['virtualServices[shop.api].metadata.name', 4, 3],
    ['virtualServices[shop.api].metadata.namespace', 5, 3],
    ['virtualServices[shop.api].virtualHost', 7, 3],
    ['virtualServices[shop.api].virtualHost.routes', 8, 5],
    ['virtualServices[shop.api].virtualHost.routes[0]', 9, 9],
    ['virtualServices[shop.api].virtualHost.routes[0].matchers[0].prefix', 10, 13],
    ['virtualServices[shop.api].virtualHost.routes[0].routeAction.single.upstream.name', 14, 15],
    ['virtualServices[shop.api].virtualHost.routes[1]', 15, 9],
    ['virtualServices[shop.api].virtualHost.routes[1].matchers[0].prefix', 15, 24],
    ['virtualServices[shop.api].virtualHost.options.headerManipulation.requestHeadersToRemove[1]', 18, 39],
  ])('%s is in line %d, column %d', (path, line, column) => {
    expect(locate(config, path)).toEqual({ file: 'api.yaml', line, column })
  })

  test('a field that is missing is where it would be', () => {
    const path = 'virtualServices[shop.api].virtualHost.routes[0].routeAction.single.upstream.namespace'
    expect(locate(config, path)).toMatchObject({ line: 13, column: 13 })
    expect(locate(config, 'virtualServices[shop.api].virtualHost.routes[7]')).toMatchObject({ line: 8 })
  })

  test('fields in snake_case are found by their names in camelCase', () => {
    const path = 'virtualServices[shop.api].virtualHost.routes[1].directResponseAction.status'
    expect(locate(config, path)).toMatchObject({ line: 15, column: 64 })
  })

  test('keys that are no names are quoted', () => {
    const map = parseYaml(
      'apiVersion: gloo.solo.io/v1\nkind: Secret\nmetadata: {name: s}\nspec: {header: {headers: {x-y: 1}}}\n',
    )
    expect(locate(map, 'secrets[default.s].header.headers["x-y"]')).toEqual({ line: 4, column: 27 })
  })

  test('what comes from no file has no place', () => {
    expect(locate(config, 'upstreams[default.users]')).toBeUndefined()
    expect(locate(config, '')).toBeUndefined()
    expect(locate({ upstreams: [] }, 'upstreams[0]')).toBeUndefined()
  })

  test('an alias is where its value is written', () => {
    const source =
      'apiVersion: gateway.solo.io/v1\nkind: RouteTable\nmetadata: { name: t }\nspec:\n  routes:\n    - &a\n      name: x\n    - *a\n'
    expect(locate(parseYaml(source), 'routeTables[default.t].routes[1].name')).toEqual({ line: 7, column: 7 })
  })

  test('items of lists and whole configurations have places as well', () => {
    const list =
      'apiVersion: v1\nkind: List\nitems:\n  - apiVersion: gloo.solo.io/v1\n    kind: Upstream\n    metadata: { name: a }\n    spec:\n      static: {}\n'
    expect(locate(parseYaml(list), 'upstreams[default.a].static')).toEqual({ line: 8, column: 7 })
    const plain = 'upstreams:\n  - metadata: { name: a }\n    static: {}\n'
    expect(locate(parseYaml(plain), 'upstreams[default.a].static')).toEqual({ line: 3, column: 5 })
    expect(locate(parseYaml(plain), 'upstreams[default.a].metadata.name')).toEqual({ line: 2, column: 17 })
  })
})

describe('errors of a gateway', () => {
  test('say file, line and column', async () => {
    const wrong = text.replace('prefix: /users', 'prefxi: /users').replace('status: 200', 'status: 20')
    expect(await linesOf(() => new Gateway(parseYaml(wrong, { file: 'api.yaml' })))).toEqual([
      expect.stringMatching(/^api\.yaml:10:13 error unknown-field: unknown field "prefxi"/),
      expect.stringMatching(/^api\.yaml:15:64 error out-of-range: /),
    ])
  })

  test('about references do so too', () => {
    expect(new Gateway(config).issues).toMatchObject([
      { code: 'reference-not-found', location: { file: 'api.yaml', line: 13, column: 13 } },
    ])
  })

  test('about a name that is taken point at the second', async () => {
    const twice = `${text}---\n${text}`
    const lines = await linesOf(() => new Gateway(parseYaml(twice, { file: 'api.yaml' })))
    expect(lines).toContainEqual(expect.stringMatching(/^api\.yaml:23:3 error duplicate-resource/))
  })
})
