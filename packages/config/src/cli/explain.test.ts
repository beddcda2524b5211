import { describe, expect, test } from 'vitest'
import { runCli } from '../../../../test/support/run-cli.ts'
import { temporaryFolder } from '../../../../test/support/temporary-folder.ts'

const config = `apiVersion: gateway.solo.io/v1
kind: VirtualService
metadata: { name: api }
spec:
  virtualHost:
    domains: [api.test]
    routes:
      - matchers: [{ prefix: /users, headers: [{ name: x-tier, value: gold }] }]
        routeAction: { single: { upstream: { name: gold } } }
      - matchers: [{ prefix: /users }]
        routeAction: { single: { upstream: { name: users } } }
        options: { prefixRewrite: /v2/users }
      - matchers: [{ exact: / }]
        redirectAction: { httpsRedirect: true }
---
apiVersion: gloo.solo.io/v1
kind: Upstream
metadata: { name: users }
spec: { static: { hosts: [{ addr: 127.0.0.1, port: 8081 }] } }
---
apiVersion: gloo.solo.io/v1
kind: Upstream
metadata: { name: gold }
spec: { static: { hosts: [{ addr: 127.0.0.1, port: 8082 }] } }
`

const explain = async (...args: readonly string[]) =>
  runCli(temporaryFolder({ 'a.yaml': config }).path, 'explain', 'a.yaml', ...args)

describe('headgate explain', () => {
  test('says where a request would go, and why', async () => {
    const { code, out, err } = await explain('GET', 'http://api.test/users/7?page=2')
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toBe(`GET api.test/users/7?page=2
  gateway gateway-proxy
  virtual service default.api: domain api.test
  - virtualServices[default.api].virtualHost.routes[0]: header x-tier is missing, expected "gold"
  + virtualServices[default.api].virtualHost.routes[1]
  upstream default.users [127.0.0.1:8081]: the only destination
  sends GET /v2/users/7?page=2 with host api.test
  option prefixRewrite = "/v2/users" (route)`)
  })

  test('takes headers, and a host among them', async () => {
    const { out } = await explain('GET', '/users', '-H', 'Host: api.test', '--header', 'X-Tier:gold')
    expect(out).toContain('+ virtualServices[default.api].virtualHost.routes[0]')
  })

  test('knows http from https', async () => {
    expect((await explain('GET', 'http://api.test')).out).toContain('answers 301 to https://api.test/')
    expect((await explain('GET', 'https://api.test/?a')).out).toContain('answers 301 to https://api.test/?a')
  })

  test('says why nothing matches', async () => {
    expect((await explain('GET', '/users')).out).toContain('no virtual service: no domain matches "localhost"')
    expect((await explain('DELETE', 'http://api.test/orders')).out).toContain('no route matches: 404')
    expect((await explain('GET', 'http://api.test/%00')).out).toContain('refused: badTarget, 400')
  })

  test('writes JSON', async () => {
    const { out } = await explain('GET', 'http://api.test/users', '--format', 'json')
    expect(JSON.parse(out)).toMatchObject({ virtualService: 'default.api', chosen: { upstream: 'default.users' } })
  })

  test('goes in by every gateway, or by one', async () => {
    const gateways = ['one', 'two'].map(
      (name, index) =>
        `apiVersion: gateway.solo.io/v1\nkind: Gateway\nmetadata: { name: ${name} }\nspec: { bindPort: ${index + 1}, httpGateway: {} }\n`,
    )
    const { path } = temporaryFolder({ 'a.yaml': [config, ...gateways].join('---\n') })
    const request = ['GET', 'http://api.test/users'] as const
    const both = await runCli(path, 'explain', 'a.yaml', ...request)
    expect(both.out).toMatch(/gateway one\n[\s\S]*gateway two\n/)
    const one = await runCli(path, 'explain', 'a.yaml', ...request, '--gateway', 'two')
    expect(one.out).not.toContain('gateway one')
    expect(await runCli(path, 'explain', 'a.yaml', ...request, '--gateway', 'three')).toEqual({
      code: 2,
      out: '',
      err: 'headgate explain: there is no gateway "three", only "one", "two"',
    })
  })

  test.each([
    [['GE T', '/'], '"GE T" is not a method'],
    [['GET', 'users'], '"users" is neither a URL with http:// or https:// nor a path'],
    [['GET', '/', '-H', 'nonsense'], 'a header is written \'name: value\', not "nonsense"'],
  ])('refuses %j', async (args, message) => {
    const { code, err } = await explain(...args)
    expect(code).toBe(2)
    expect(err).toContain(message)
  })
})
