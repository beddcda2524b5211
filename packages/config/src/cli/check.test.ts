import { describe, expect, test } from 'vitest'
import { runCli } from '../../../../test/support/run-cli.ts'
import { temporaryFolder } from '../../../../test/support/temporary-folder.ts'

const service = (name: string, routes: string): string => `apiVersion: gateway.solo.io/v1
kind: VirtualService
metadata: { name: ${name} }
spec:
  virtualHost:
    domains: [${name}.test]
    routes:
${routes}
`
const fine = service('a', '      - { matchers: [{ prefix: / }], directResponseAction: { status: 200 } }')
const wrong = service('b', '      - { matchers: [{ prefxi: / }], directResponseAction: { status: 20 } }')
const careless = service(
  'c',
  '      - { matchers: [{ prefix: / }], routeAction: { single: { upstream: { name: gone } } } }\n' +
    '      - { matchers: [{ exact: /a }], directResponseAction: { status: 204 } }',
)

describe('headgate check', () => {
  test('finds nothing wrong', async () => {
    const { path } = temporaryFolder({ 'a.yaml': fine })
    expect(await runCli(path, 'check', 'a.yaml')).toEqual({ code: 0, out: 'nothing is wrong', err: '' })
  })

  test('says everything that is wrong, in the order of files and lines', async () => {
    const { path } = temporaryFolder({ 'conf/a.yaml': fine, 'conf/b.yaml': wrong, 'conf/c.yaml': careless })
    expect(await runCli(path, 'check', 'conf')).toEqual({
      code: 1,
      out: `conf/b.yaml:8:24: error: unknown field "prefxi" [unknown-field]
    virtualServices[default.b].virtualHost.routes[0].matchers[0].prefxi
    expected prefix, exact, regex, connectMatcher, pathTemplate, caseSensitive, headers, queryParameters, methods
    did you mean "prefix"?
conf/b.yaml:8:62: error: too small [out-of-range]
    virtualServices[default.b].virtualHost.routes[0].directResponseAction.status
    found 20; expected at least 200
conf/c.yaml:8:63: warning: upstream "gone" not found [reference-not-found]
    virtualServices[default.c].virtualHost.routes[0].routeAction.single.upstream
    found gone
2 errors, 1 warning`,
      err: '',
    })
  })

  test('lets warnings pass, unless it is strict', async () => {
    const { path } = temporaryFolder({ 'c.yaml': careless })
    expect((await runCli(path, 'check', 'c.yaml')).code).toBe(0)
    expect((await runCli(path, 'check', 'c.yaml', '--strict')).code).toBe(1)
    const { path: other } = temporaryFolder({ 'a.yaml': fine })
    expect((await runCli(other, 'check', 'a.yaml', '--strict')).code).toBe(0)
  })

  test('lints', async () => {
    const { path } = temporaryFolder({ 'c.yaml': careless })
    const { out } = await runCli(path, 'check', '--lint', 'c.yaml')
    expect(out).toMatch(/^c\.yaml:9:9: warning: no request gets here: .* \[route-never-reached\]$/m)
    expect(out).toMatch(/\n0 errors, 2 warnings$/)
  })

  test('writes JSON', async () => {
    const { path } = temporaryFolder({ 'b.yaml': wrong, 'c.yaml': careless })
    const { code, out } = await runCli(path, 'check', '.', '--format', 'json')
    expect(code).toBe(1)
    expect(JSON.parse(out)).toMatchObject({
      ok: false,
      errors: 2,
      warnings: 1,
      issues: [
        { severity: 'error', code: 'unknown-field', location: { file: 'b.yaml', line: 8, column: 24 } },
        { severity: 'error', code: 'out-of-range' },
        { severity: 'warning', code: 'reference-not-found', resource: { kind: 'VirtualService', name: 'c' } },
      ],
    })
  })

  test('writes annotations for GitHub', async () => {
    const { path } = temporaryFolder({ 'a,b.yaml': wrong.replace('prefxi', '"pre%\\nfxi"'), 'c.yaml': careless })
    const { code, out } = await runCli(path, 'check', '*.yaml', 'd.yaml', '--format', 'github')
    expect(code).toBe(1)
    expect(out).toBe('::error title=file-not-found::there is no file or folder d.yaml')
    expect((await runCli(path, 'check', '*.yaml', '--format', 'github')).out.split('\n')).toEqual([
      expect.stringMatching(
        /^::error file=a%2Cb\.yaml,line=8,col=24,title=unknown-field::virtualServices\[default\.b\].*: unknown field "pre%25\\nfxi"$/,
      ),
      expect.stringMatching(/^::error file=a%2Cb\.yaml,line=8,col=\d+,title=out-of-range::/),
      expect.stringMatching(/^::warning file=c\.yaml,line=8,col=63,title=reference-not-found::/),
    ])
  })

  test('knows upstreams that other packages serve', async () => {
    const { path } = temporaryFolder({
      'a.yaml': `${fine}---\napiVersion: gloo.solo.io/v1\nkind: Upstream\nmetadata: { name: k }\nspec: { kube: { serviceName: s, serviceNamespace: n, servicePort: 80 } }\n`,
    })
    expect((await runCli(path, 'check', 'a.yaml')).out).not.toContain('no-driver')
  })
})
