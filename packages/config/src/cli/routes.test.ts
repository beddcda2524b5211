import { describe, expect, test } from 'vitest'
import { runCli } from '../../../../test/support/run-cli.ts'
import { temporaryFolder } from '../../../../test/support/temporary-folder.ts'

const files = {
  'api.yaml': `apiVersion: gateway.solo.io/v1
kind: VirtualService
metadata: { name: api }
spec:
  virtualHost:
    domains: [api.test, "*.api.test"]
    options: { headerManipulation: { responseHeadersToRemove: [server] } }
    routes:
      - matchers: [{ exact: /healthz }]
        directResponseAction: { status: 200, body: ok }
      - matchers: [{ prefix: /users }]
        delegateAction: { ref: { name: users } }
        options: { timeout: 3s }
`,
  'users.yaml': `apiVersion: gateway.solo.io/v1
kind: RouteTable
metadata: { name: users }
spec:
  routes:
    - matchers: [{ exact: /users/me, methods: [GET] }, { prefix: /users/new }]
      routeAction: { single: { upstream: { name: users } } }
---
apiVersion: gloo.solo.io/v1
kind: Upstream
metadata: { name: users }
spec: { static: { hosts: [{ addr: 127.0.0.1, port: 8081 }] } }
`,
}

describe('headgate routes', () => {
  test('lists the routes when all delegation is done', async () => {
    const { path } = temporaryFolder(files)
    expect(await runCli(path, 'routes', 'api.yaml', 'users.yaml')).toEqual({
      code: 0,
      err: '',
      out: `gateway-proxy: default.api (api.test, *.api.test)
  #  match                               target         options                      where
  1  path is "/healthz"                  200 "ok"       headerManipulation           api.yaml:9:9
  2  path is "/users/me" and method GET  default.users  timeout, headerManipulation  users.yaml:6:7
  3  path begins with "/users/new"       default.users  timeout, headerManipulation  users.yaml:6:7`,
    })
  })

  test('writes JSON', async () => {
    const { path } = temporaryFolder(files)
    const { out } = await runCli(path, 'routes', '.', '--format', 'json')
    const rows = JSON.parse(out) as readonly unknown[]
    expect(rows).toHaveLength(3)
    expect(rows[1]).toEqual({
      gateway: 'gateway-proxy',
      virtualService: 'default.api',
      domains: ['api.test', '*.api.test'],
      name: '',
      origin: 'virtualServices[default.api].virtualHost.routes[1] -> routeTables[default.users].routes[0]',
      matcher: { exact: '/users/me', methods: ['GET'] },
      match: 'path is "/users/me" and method GET',
      action: 'forward',
      target: 'default.users',
      destinations: [{ upstream: 'default.users', share: 1 }],
      options: [
        { name: 'timeout', value: '3s', from: 'parent route virtualServices[default.api].virtualHost.routes[1]' },
        {
          name: 'headerManipulation',
          value: { responseHeadersToRemove: ['server'] },
          from: 'virtual host default.api',
        },
      ],
      location: { file: 'users.yaml', line: 6, column: 7 },
    })
  })

  test('says that there are none', async () => {
    const { path } = temporaryFolder({ 'a.yaml': 'settings: {}' })
    expect(await runCli(path, 'routes', 'a.yaml')).toEqual({ code: 0, out: 'no routes', err: '' })
  })
})
