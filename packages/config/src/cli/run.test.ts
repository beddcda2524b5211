import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import { runCli } from '../../../../test/support/run-cli.ts'
import { read, root } from '../../../../test/support/sources.ts'
import { temporaryFolder } from '../../../../test/support/temporary-folder.ts'

const { version } = JSON.parse(read('packages/config/package.json').text) as { readonly version: string }

describe('headgate', () => {
  test('says what it can do', async () => {
    const { code, out } = await runCli('/', '--help')
    expect(code).toBe(0)
    for (const command of ['serve', 'check', 'explain', 'routes', 'diff'])
      expect(out).toMatch(new RegExp(`^  ${command} `, 'm'))
    expect(await runCli('/')).toEqual({ code: 2, out: '', err: out })
    expect(await runCli('/', 'help')).toEqual({ code: 0, out, err: '' })
  })

  test.each(['serve', 'check', 'explain', 'routes', 'diff'])('says how to use %s', async (command) => {
    const { code, out } = await runCli('/', command, '--help')
    expect(code).toBe(0)
    expect(out).toMatch(new RegExp(`^Usage: headgate ${command} `))
    expect((await runCli('/', 'help', command)).out).toBe(out)
  })

  test('says its version', async () => {
    expect(await runCli('/', '--version')).toEqual({ code: 0, out: version, err: '' })
  })

  test.each([
    [['observe'], /^headgate: unknown command "observe"\n\nUsage: headgate <command>/],
    [['constructor'], /^headgate: unknown command "constructor"/],
    [['check'], /^headgate check: name the files, folders or patterns to read\n\nUsage: headgate check/],
    [['check', 'a.yaml', '--strickt'], /^headgate check: Unknown option '--strickt'\n\nUsage/],
    [['check', 'a.yaml', '--format', 'xml'], /^headgate check: --format must be text or json or github, not "xml"/],
    [['check', 'a.yaml', '--format'], /^headgate check: Option '--format <value>' argument missing/],
    [['routes', 'a.yaml', '--format', 'github'], /^headgate routes: --format must be text or json/],
    [['explain', 'a.yaml'], /^headgate explain: say which files, which METHOD and which URL/],
    [['diff', 'a.yaml'], /^headgate diff: name two files, folders or patterns/],
    [['diff', 'a.yaml', 'b.yaml', 'c.yaml'], /^headgate diff: name two/],
    [['serve', 'a.yaml', '--port', 'http'], /^headgate serve: --port must be a whole number up to 65535, not "http"/],
    [['serve', 'a.yaml', '--port', '65536'], /^headgate serve: --port must be/],
    [['serve', 'a.yaml', '--tls-cert', 'x'], /^headgate serve: --tls-cert and --tls-key belong together/],
  ])('refuses %j', async (args, message) => {
    const { path } = temporaryFolder({ 'a.yaml': 'settings: {}' })
    const { code, out, err } = await runCli(path, ...args)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(message)
  })

  test('tells files with errors with their places, and counts them', async () => {
    const { path } = temporaryFolder({ 'a.yaml': 'kind: [\n', 'b.yaml': 'kind: Nothing\n' })
    for (const command of [
      ['routes', '.'],
      ['serve', '.'],
      ['explain', '.', 'GET', '/'],
      ['diff', 'a.yaml', 'b.yaml'],
    ]) {
      const { code, out, err } = await runCli(path, ...command)
      expect({ code, out }).toEqual({ code: 2, out: '' })
      expect(err).toMatch(/^a\.yaml:2:1: error: Flow sequence .* \[yaml-syntax\]/)
      expect(err).toMatch(/headgate \w+: [12] errors?, 0 warnings$/)
    }
  })
})

describe('the command', () => {
  /** The compiled command in a process of its own; `npm test` compiles first. */
  async function execute(...args: readonly string[]) {
    const child = spawn(process.execPath, [`${root}packages/config/bin/headgate.js`, ...args])
    let out = ''
    let err = ''
    child.stdout.on('data', (chunk) => {
      out += chunk
    })
    child.stderr.on('data', (chunk) => {
      err += chunk
    })
    const [code] = (await once(child, 'close')) as [number | null]
    return { code, out, err }
  }

  test('writes results and reports apart, and ends with a code', { timeout: 20_000 }, async () => {
    const { at } = temporaryFolder({ 'a.yaml': 'settings: {}', 'b.yaml': 'kind: Nothing' })
    expect(await execute('check', at('a.yaml'))).toEqual({ code: 0, out: 'nothing is wrong\n', err: '' })
    expect(await execute('check', at('b.yaml'))).toMatchObject({ code: 1, err: '' })
    expect(await execute('routes', at('b.yaml'))).toMatchObject({ code: 2, out: '' })
    expect(await execute('--version')).toEqual({ code: 0, out: `${version}\n`, err: '' })
  })

  test('does not mind when nobody reads on', { timeout: 20_000 }, async () => {
    const child = spawn(process.execPath, [`${root}packages/config/bin/headgate.js`, '--help'])
    child.stdout.destroy()
    let err = ''
    child.stderr.on('data', (chunk) => {
      err += chunk
    })
    await once(child, 'close')
    expect(err).toBe('')
  })
})
