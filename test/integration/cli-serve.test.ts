import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { get } from 'node:https'
import { connect, createServer } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { CertificateAuthority, hasOpenssl } from '../support/certificates.ts'
import { HttpOrigin } from '../support/http-origin.ts'
import { runCli, startCli } from '../support/run-cli.ts'
import { closeLater } from '../support/running-gateway.ts'
import { root } from '../support/sources.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { until } from '../support/wait.ts'

const service = (name: string, body: string, more = ''): string => `apiVersion: gateway.solo.io/v1
kind: VirtualService
metadata: { name: ${name} }
spec:
  ${more}
  virtualHost:
    domains: ["*"]
    routes:
      - matchers: [{ prefix: / }]
        directResponseAction: { status: 200, body: ${body} }
`

/** A gateway that serves the virtual service of its own name. */
const gateway = (name: string, port: number, more = ''): string => `---
apiVersion: gateway.solo.io/v1
kind: Gateway
metadata: { name: ${name} }
spec: { bindAddress: 127.0.0.1, bindPort: ${port}, httpGateway: { virtualServices: [{ name: ${name} }] } ${more} }
`

const loopback = ['--host', '127.0.0.1', '--port', '0'] as const

async function textOf(url: string | undefined): Promise<string> {
  return (await fetch(String(url))).text()
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

/** Resolves when nobody listens there any more. */
async function untilRefused(url: string): Promise<void> {
  for (let refused = false; !refused; ) {
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    refused = await new Promise<boolean>((resolve) => {
      socket.on('connect', () => resolve(false)).on('error', () => resolve(true))
    })
    socket.destroy()
  }
}

describe('headgate serve', () => {
  test('serves until it is stopped', async () => {
    const { path } = temporaryFolder({ 'a.yaml': service('a', 'one') })
    const cli = startCli(path, 'serve', 'a.yaml', ...loopback)
    const [line, url] = await cli.printed(/^gateway-proxy on (\S+)$/m)
    expect(await textOf(url)).toBe('one')
    expect(await cli.stop()).toEqual({ code: 0, out: line, err: '' })
    await expect(fetch(String(url))).rejects.toThrow('fetch failed')
  })

  test('tells what is odd, and serves', async () => {
    const { path } = temporaryFolder({
      'a.yaml': `${service('a', 'one')}---\napiVersion: v1\nkind: Service\nmetadata: { name: s }\n`,
    })
    const cli = startCli(path, 'serve', 'a.yaml', ...loopback)
    await cli.printed(/gateway-proxy on/)
    expect(cli.err).toMatch(/^a\.yaml:12:1: warning: Service s is Kubernetes' own and left out \[ignored-kind\]/)
  })

  test('ends when the port is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    closeLater({ close: async () => server.close() })
    const { port } = server.address() as { port: number }
    const { path } = temporaryFolder({ 'a.yaml': service('a', 'one') })
    const { code, out, err } = await runCli(path, 'serve', 'a.yaml', '--host', '127.0.0.1', '--port', `${port}`)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(/^headgate serve: .*EADDRINUSE/)
  })

  test('opens every gateway, or the one that is named', async () => {
    const { path } = temporaryFolder({
      'a.yaml': [service('a', 'one'), service('b', 'two')].join('---\n') + gateway('a', 1) + gateway('b', 2),
    })
    const all = startCli(path, 'serve', 'a.yaml', '--port', '0')
    expect(await textOf((await all.printed(/^a on (\S+)$/m))[1])).toBe('one')
    expect(await textOf((await all.printed(/^b on (\S+)$/m))[1])).toBe('two')
    const one = startCli(path, 'serve', 'a.yaml', '--port', '0', '--gateway', 'b')
    expect(await textOf((await one.printed(/^b on (\S+)$/m))[1])).toBe('two')
    expect(one.out).not.toMatch(/^a on/m)
    expect((await runCli(path, 'serve', 'a.yaml', '--port', '8080')).err).toBe(
      'headgate serve: port 8080 is for one gateway: name it with --gateway, or leave out --port',
    )
  })

  test.runIf(hasOpenssl())('serves gateways for TLS with a certificate, and not without', async () => {
    const authority = new CertificateAuthority()
    closeLater({ close: async () => authority.remove() })
    const { keyFile, certFile } = authority.issue('DNS:localhost')
    const { path } = temporaryFolder({
      'a.yaml': service('a', 'one', 'sslConfig: {}') + gateway('a', 1, ', ssl: true'),
    })
    const { code, err } = await runCli(path, 'serve', 'a.yaml', '--port', '0')
    expect(code).toBe(2)
    expect(err).toMatch(/^headgate serve: the gateway "a" is for TLS: say --tls-cert and --tls-key/m)
    const cli = startCli(path, 'serve', 'a.yaml', '--port', '0', '--tls-cert', certFile, '--tls-key', keyFile)
    const [, url = ''] = await cli.printed(/^a on (https:\S+)$/m)
    const { hostname, port } = new URL(url)
    const request = get({ hostname, port, path: '/', ca: authority.ca, servername: 'localhost' })
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    expect((await response.toArray()).join('')).toBe('one')
  })
})

describe('headgate serve --watch', () => {
  test('follows the files, and keeps what was good when they turn bad', async () => {
    const folder = temporaryFolder({ 'conf/a.yaml': service('a', 'one') })
    const cli = startCli(folder.path, 'serve', 'conf', '--watch', ...loopback)
    const [, url] = await cli.printed(/^gateway-proxy on (\S+)$/m)
    folder.write('conf/a.yaml', service('a', 'two'))
    await cli.printed(/headgate serve: took over revision 2$/m)
    expect(await textOf(url)).toBe('two')
    folder.write('conf/a.yaml', service('a', 'three').replace('spec:', 'spec: ['))
    await cli.printed(/^conf\/a\.yaml:\d+:\d+: error: .* \[yaml-syntax\]$/m)
    await cli.printed(/headgate serve: changed nothing, revision 2 stays \(\d errors?, 0 warnings\)$/m)
    expect(await textOf(url)).toBe('two')
    folder.write('conf/a.yaml', service('a', 'four'))
    await cli.printed(/headgate serve: took over revision 3$/m)
    expect(await textOf(url)).toBe('four')
    folder.write('conf/b.yaml', service('b', 'five').replace('"*"', 'b.test').replace('200', '20'))
    await cli.printed(
      /took over revision \d+ without what is wrong \(1 error, 0 warnings\)\n {2}VirtualService default\.b is not served$|changed nothing/m,
    )
    expect(await textOf(url)).toBe('four')
  })

  test('opens, moves and closes gateways as the files say', async () => {
    const ports = [await freePort(), await freePort(), await freePort()] as const
    const folder = temporaryFolder({
      'services.yaml': `${service('a', 'one')}---\n${service('b', 'two')}`,
      'g.yaml': gateway('a', ports[0]),
    })
    const cli = startCli(folder.path, 'serve', '.', '--watch')
    await cli.printed(new RegExp(`^a on http://127.0.0.1:${ports[0]}$`, 'm'))
    folder.write('g.yaml', gateway('a', ports[0]) + gateway('b', ports[1]))
    await cli.printed(new RegExp(`^b on http://127.0.0.1:${ports[1]}$`, 'm'))
    expect(await textOf(`http://127.0.0.1:${ports[1]}`)).toBe('two')
    folder.write('g.yaml', gateway('b', ports[2]))
    await cli.printed(new RegExp(`^b on http://127.0.0.1:${ports[2]}$`, 'm'))
    await cli.printed(new RegExp(`^headgate serve: closed http://127.0.0.1:${ports[0]}$`, 'm'))
    expect(await textOf(`http://127.0.0.1:${ports[2]}`)).toBe('two')
    await expect(fetch(`http://127.0.0.1:${ports[1]}`)).rejects.toThrow('fetch failed')
  })

  test('tells of a gateway that cannot be opened, and goes on', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    closeLater({ close: async () => taken.close() })
    const { port } = taken.address() as { port: number }
    const first = await freePort()
    const folder = temporaryFolder({
      'services.yaml': `${service('a', 'one')}---\n${service('b', 'two')}`,
      'g.yaml': gateway('a', first),
    })
    const cli = startCli(folder.path, 'serve', '.', '--watch')
    await cli.printed(/^a on /m)
    folder.write('g.yaml', gateway('a', first) + gateway('b', port))
    await cli.printed(/^headgate serve: gateway "b" stays closed: .*EADDRINUSE/m)
    expect(await textOf(`http://127.0.0.1:${first}`)).toBe('one')
  })
})

test('SIGTERM lets requests in flight end', { timeout: 30_000 }, async () => {
  let answer: ServerResponse | undefined
  const origin = closeLater(
    await HttpOrigin.listen('o', (response) => {
      answer = response
    }),
  )
  const { at } = temporaryFolder({
    'a.yaml': `apiVersion: gateway.solo.io/v1
kind: VirtualService
metadata: { name: a }
spec: { virtualHost: { routes: [{ matchers: [{ prefix: / }], routeAction: { single: { upstream: { name: o } } } }] } }
---
apiVersion: gloo.solo.io/v1
kind: Upstream
metadata: { name: o }
spec: { static: { hosts: [{ addr: 127.0.0.1, port: ${origin.port} }] } }
`,
  })
  const bin = `${root}packages/config/bin/headgate.js`
  const child = spawn(process.execPath, [bin, 'serve', at('a.yaml'), ...loopback])
  onTestFinished(() => void child.kill('SIGKILL'))
  let out = ''
  child.stdout.on('data', (chunk) => {
    out += chunk
  })
  const url = await until(() => /^gateway-proxy on (\S+)$/m.exec(out)?.[1], { deadline: 20_000 })
  const text = textOf(url)
  const waiting = await until(() => answer)
  child.kill('SIGTERM')
  await untilRefused(url)
  waiting.end('ok')
  expect(await text).toBe('ok')
  expect(await once(child, 'close')).toEqual([0, null])
})
