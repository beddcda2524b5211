import fc from 'fast-check'
import { type GatewayConfig, Route, Upstream, VirtualService } from 'headgate'
import { describe, expect, test } from 'vitest'
import { linesOf } from '../../../test/support/config-issues.ts'
import { parseYaml } from './parse-yaml.ts'
import { toYaml } from './to-yaml.ts'

describe('toYaml', () => {
  test('writes resources as they are applied to Kubernetes', () => {
    const users = Upstream.of('users', '127.0.0.1:8080')
    const api = new VirtualService('api', { namespace: 'shop', routes: [Route.prefix('/users').to(users)] })
    expect(toYaml({ upstreams: [users], virtualServices: [api] })).toBe(`apiVersion: gateway.solo.io/v1
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
              namespace: default
---
apiVersion: gloo.solo.io/v1
kind: Upstream
metadata:
  name: users
spec:
  static:
    hosts:
      - addr: 127.0.0.1
        port: 8080
`)
  })

  test('quotes what YAML 1.1 takes for something else', () => {
    const labels = { a: 'yes', b: 'off', c: '0755', d: '1:30', e: 'null', f: '<<' }
    const written = toYaml({ upstreams: [{ metadata: { name: 'on', labels }, static: { hosts: [] } }] })
    for (const value of ['on', ...Object.values(labels)]) expect(written).toContain(`: "${value}"\n`)
  })

  test('names settings, as Kubernetes wants it', () => {
    expect(parseYaml(toYaml({ settings: { gloo: {} } }))).toEqual({
      settings: { metadata: { name: 'default' }, gloo: {} },
    })
  })

  test('writes nothing for nothing', () => {
    expect(toYaml({})).toBe('')
  })

  test('refuses functions', async () => {
    const upstreams = [Upstream.of('a', 'a:1'), Upstream.handler('b', () => new Response('b'))]
    expect(await linesOf(() => toYaml({ upstreams }))).toEqual([
      ' error not-writable: a function cannot be written as YAML',
    ])
    expect(() => toYaml({ upstreams })).toThrow(/upstreams\[1\]\.handler/)
  })
})

test('what is written is read as it was', () => {
  // JSON has no -0, and YAML does.
  const json = fc.json({ maxDepth: 3 }).map((text) => JSON.parse(text) as unknown)
  const name = fc.string({ unit: 'binary', minLength: 1 })
  const resource = fc.record({
    metadata: fc.record({
      name,
      namespace: name,
      labels: fc.dictionary(name, name, { noNullPrototype: true, maxKeys: 4 }),
    }),
    options: fc.record({ extensions: fc.dictionary(fc.string(), json, { noNullPrototype: true, maxKeys: 4 }) }),
  })
  const config: fc.Arbitrary<GatewayConfig> = fc.record(
    {
      virtualHostOptions: fc.array(resource, { minLength: 1, maxLength: 2 }),
      routeOptions: fc.array(resource, { minLength: 1, maxLength: 2 }),
    },
    { requiredKeys: [] },
  ) as fc.Arbitrary<GatewayConfig>
  fc.assert(
    fc.property(config, (written) => {
      expect(parseYaml(toYaml(written))).toEqual(JSON.parse(JSON.stringify(written)))
    }),
    { numRuns: 40 },
  )
}, 30_000)
