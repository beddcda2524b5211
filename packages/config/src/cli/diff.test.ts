import { describe, expect, test } from 'vitest'
import { runCli } from '../../../../test/support/run-cli.ts'
import { temporaryFolder } from '../../../../test/support/temporary-folder.ts'

interface Version {
  readonly domains?: string
  readonly options?: string
  readonly routes: readonly string[]
  readonly port?: number
  readonly more?: string
}

const text = ({ domains = 'api.test', options = '{}', routes, port = 1, more = '' }: Version): string => `
apiVersion: gateway.solo.io/v1
kind: VirtualService
metadata: { name: api }
spec:
  virtualHost:
    domains: [${domains}]
    options: ${options}
    routes:
${routes.map((route) => `      - ${route}`).join('\n')}
---
apiVersion: gloo.solo.io/v1
kind: Upstream
metadata: { name: a }
spec: { static: { hosts: [{ addr: a, port: ${port} }] } }
${more}`

const route = (prefix: string, more = 'routeAction: { single: { upstream: { name: a } } }'): string =>
  `{ matchers: [{ prefix: ${prefix} }], ${more} }`

async function diff(before: Version, after: Version, ...args: readonly string[]) {
  const { path } = temporaryFolder({ 'old.yaml': text(before), 'new.yaml': text(after) })
  return await runCli(path, 'diff', 'old.yaml', 'new.yaml', ...args)
}

const routes = [route('/a'), route('/b'), route('/c')]

describe('headgate diff', () => {
  test('says that nothing is different, however it is written', async () => {
    expect(await diff({ routes }, { routes })).toEqual({ code: 0, out: 'no difference', err: '' })
    const { path } = temporaryFolder({
      'old.yaml': text({
        routes: [route('/a', 'options: { timeout: 1s }, routeAction: { single: { upstream: { name: a } } }')],
      }),
      'new/api.yaml': `apiVersion: gateway.solo.io/v1
kind: VirtualService
metadata: { name: api }
spec: { virtual_host: { routes: [{ delegate_action: { ref: { name: t } }, options: { timeout: 1000ms } }], domains: [api.test] } }
`,
      'new/table.yaml': `apiVersion: gateway.solo.io/v1
kind: RouteTable
metadata: { name: t }
spec: { routes: [${route('/a')}] }
---
apiVersion: gloo.solo.io/v1
kind: Upstream
metadata: { name: a }
spec: { static: { hosts: [{ addr: a, port: 1 }] } }
`,
    })
    expect(await runCli(path, 'diff', 'old.yaml', 'new')).toMatchObject({
      out: 'gateway-proxy: default.api\n  ~ path begins with "/a"\n      timeout: 1s -> 1000ms',
    })
  })

  test('tells routes that come and go', async () => {
    expect(await diff({ routes }, { routes: [route('/a'), route('/c'), route('/d')] })).toEqual({
      code: 1,
      out: `gateway-proxy: default.api
  - path begins with "/b" -> default.a
  + path begins with "/d" -> default.a`,
      err: '',
    })
  })

  test('tells the fewest routes that have moved', async () => {
    const five = ['/1', '/2', '/3', '/4', '/5'].map((prefix) => route(prefix))
    const [one, two, three, four, five5] = five as [string, string, string, string, string]
    expect((await diff({ routes: five }, { routes: [five5, one, two, three, four] })).out).toBe(
      'gateway-proxy: default.api\n  > path begins with "/5": from 5 to 1',
    )
    expect((await diff({ routes: five }, { routes: [two, three, one, four, five5] })).out).toBe(
      'gateway-proxy: default.api\n  > path begins with "/1": from 1 to 3',
    )
    // What only makes room has not moved.
    expect((await diff({ routes: five }, { routes: [route('/0'), ...five] })).out).not.toContain('  > ')
  })

  test('tells targets and options in force that are others', async () => {
    const before = [
      route('/a', 'options: { timeout: 1s, hostRewrite: x }, routeAction: { single: { upstream: { name: a } } }'),
    ]
    const after = [
      route('/a', 'name: n, options: { timeout: 2s, prefixRewrite: /y }, directResponseAction: { status: 200 }'),
    ]
    expect((await diff({ routes: before }, { routes: after })).out).toBe(`gateway-proxy: default.api
  ~ path begins with "/a"
      name:  -> n
      target: default.a -> 200
      timeout: 1s -> 2s
      hostRewrite: x -> (none)
      prefixRewrite: (none) -> /y`)
  })

  test('tells long answers apart that begin alike', async () => {
    const answer = (end: string): string =>
      route('/', `directResponseAction: { status: 200, body: ${'x'.repeat(60)}${end} }`)
    expect((await diff({ routes: [answer('1')] }, { routes: [answer('2')] })).code).toBe(1)
  })

  test('tells what is different for all routes once', async () => {
    const options = '{ headerManipulation: { responseHeadersToRemove: [server] } }'
    expect(
      (await diff({ routes }, { routes, options, domains: 'api.test, b.test' })).out,
    ).toBe(`gateway-proxy: default.api
  ~ all routes
      domains: ["api.test"] -> ["api.test","b.test"]
      headerManipulation: (none) -> {"responseHeadersToRemove":["server"]}`)
  })

  test('tells upstreams', async () => {
    const more =
      '---\napiVersion: gloo.solo.io/v1\nkind: Upstream\nmetadata: { name: b }\nspec: { static: { hosts: [{ addr: b, port: 1 }] } }\n'
    expect((await diff({ routes }, { routes, port: 2, more })).out).toBe('upstreams\n  + default.b\n  ~ default.a')
    expect((await diff({ routes, more }, { routes })).out).toBe('upstreams\n  - default.b')
  })

  test('tells apart routes that match the same', async () => {
    const twice = [route('/a'), route('/a', 'directResponseAction: { status: 204 }')]
    expect((await diff({ routes: twice }, { routes: twice })).code).toBe(0)
    expect((await diff({ routes: twice }, { routes: [route('/a')] })).out).toContain('- path begins with "/a" -> 204')
  })

  test('writes JSON', async () => {
    const { code, out } = await diff(
      { routes },
      { routes: [route('/a'), route('/c'), route('/b')] },
      '--format',
      'json',
    )
    expect(code).toBe(1)
    expect(JSON.parse(out)).toMatchObject({
      added: [],
      removed: [],
      moved: [{ route: { match: 'path begins with "/c"' }, from: 3, to: 2 }],
      changed: [],
      virtualHosts: [],
      upstreams: { added: [], removed: [], changed: [] },
    })
  })
})
