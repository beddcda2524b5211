import { spawnSync } from 'node:child_process'
import { mkdirSync, symlinkSync, truncateSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { linesOf } from '../../../test/support/config-issues.ts'
import { temporaryFolder } from '../../../test/support/temporary-folder.ts'
import { loadFiles } from './load-files.ts'
import { locate } from './locate.ts'

const table = (name: string): string =>
  `apiVersion: gateway.solo.io/v1\nkind: RouteTable\nmetadata: { name: ${name} }\n`

/** Names of the tables that are loaded, in order. */
async function names(cwd: string, ...paths: readonly string[]): Promise<readonly string[]> {
  const { routeTables = [] } = await loadFiles(paths, { cwd })
  return routeTables.map(({ metadata }) => metadata.name)
}

describe('paths', () => {
  test('are files, whatever they are called', async () => {
    const { path } = temporaryFolder({ 'a.txt': table('a'), b: table('b') })
    expect(await names(path, 'b', 'a.txt')).toEqual(['b', 'a'])
    expect(await loadFiles(`${path}/a.txt`)).toEqual({ routeTables: [{ metadata: { name: 'a' } }] })
  })

  test('are folders with all configuration in and below them, by name', async () => {
    const { path } = temporaryFolder({
      'conf/b.yml': table('b'),
      'conf/a.yaml': table('a'),
      'conf/sub/deeper/c.json': JSON.stringify({ routeTables: [{ metadata: { name: 'c' } }] }),
      'conf/README.md': '# not this',
      'conf/.hidden.yaml': table('hidden'),
      'conf/.old/d.yaml': table('old'),
    })
    expect(await names(path, 'conf')).toEqual(['a', 'b', 'c'])
    expect(await names(path, 'conf/')).toEqual(['a', 'b', 'c'])
  })

  test.each([
    ['conf/*.yaml', ['a', 'b']],
    ['conf/?.yaml', ['a', 'b']],
    ['conf/b*', ['b']],
    ['*/sub/*', ['c']],
    ['**/*.yaml', ['a', 'b', 'c', 'top']],
    ['conf/**', ['a', 'b', 'c']],
    ['conf/**/c.yaml', ['c']],
    ['**/[x].yaml', ['brackets']],
  ])('are patterns: %s', async (pattern, expected) => {
    const { path } = temporaryFolder({
      'conf/a.yaml': table('a'),
      'conf/b.yaml': table('b'),
      'conf/sub/c.yaml': table('c'),
      'conf/.d.yaml': table('d'),
      'top.yaml': table('top'),
      ...(pattern.includes('[') && { 'conf/[x].yaml': table('brackets') }),
    })
    expect(await names(path, pattern)).toEqual(expected)
    expect(await names('/', `${path}/${pattern}`)).toEqual(expected)
  })

  test('that mean one file twice load it once', async () => {
    const { path } = temporaryFolder({ 'a.yaml': table('a'), 'b.yaml': table('b') })
    expect(await names(path, 'b.yaml', '.', '*.yaml')).toEqual(['b', 'a'])
  })

  test('follow links, and none in a circle', async () => {
    const { path, at } = temporaryFolder({ 'conf/a.yaml': table('a'), 'elsewhere/b.yaml': table('b') })
    symlinkSync(at('elsewhere'), at('conf/more'))
    symlinkSync(at('conf'), at('elsewhere/back'))
    expect(await names(path, 'conf')).toEqual(['a', 'b'])
  })

  test('are errors where there is nothing', async () => {
    const { path, at } = temporaryFolder({ 'a.yaml': table('a') })
    mkdirSync(at('empty'))
    expect(await linesOf(() => loadFiles(['a.yaml', 'b.yaml', 'empty', '*.json'], { cwd: path }))).toEqual([
      ' error file-not-found: there is no file or folder b.yaml',
      ' error file-not-found: the folder empty holds no configuration',
      ' error file-not-found: no file is meant by *.json',
    ])
  })
})

describe('files', () => {
  test('are told of by the names they were given', async () => {
    const { path } = temporaryFolder({ 'conf/a.yaml': table('a') })
    const file = async (name: string, cwd: string) =>
      locate(await loadFiles(name, { cwd }), 'routeTables[default.a]')?.file
    expect(await file('conf', path)).toBe('conf/a.yaml')
    expect(await file('./conf/a.yaml', path)).toBe('./conf/a.yaml')
    expect(await file(`${path}/conf`, '/')).toBe(`${path}/conf/a.yaml`)
  })

  test('with mistakes are all told of', async () => {
    const { path } = temporaryFolder({ 'a.yaml': 'kind: [', 'b.yaml': 'kind: Nothing\n', 'c.yaml': table('c') })
    expect(await linesOf(() => loadFiles(['.', 'd.yaml'], { cwd: path }))).toEqual([
      ' error file-not-found: there is no file or folder d.yaml',
      expect.stringMatching(/^a\.yaml:1:8 error yaml-syntax: /),
      'b.yaml:1:1 error unknown-kind: unknown kind "Nothing"',
    ])
  })

  test('without a resource are an error', async () => {
    const { path } = temporaryFolder({ 'a.yaml': '', 'b.yaml': '# nothing\n---\n' })
    expect(await linesOf(() => loadFiles('.', { cwd: path }))).toEqual([
      ' error no-resources: there is no resource in the 2 files',
    ])
    expect(await linesOf(() => loadFiles('a.yaml', { cwd: path }))).toEqual([
      ' error no-resources: there is no resource in the file a.yaml',
    ])
  })

  test('with invalid UTF-8 say where', async () => {
    const text = Buffer.concat([Buffer.from('a: ä\nb: ü'), Buffer.from([0xc3, 0x28]), Buffer.from('\n')])
    const { path } = temporaryFolder({ 'a.yaml': text, 'b.yaml': Buffer.from([0x61, 0xff]) })
    expect(await linesOf(() => loadFiles('.', { cwd: path }))).toEqual([
      'a.yaml:2:5 error not-text: the file is not UTF-8',
      'b.yaml:1:2 error not-text: the file is not UTF-8',
    ])
  })

  test.each([
    ['a program', Buffer.from('\x7fELF\x02\x01\x01\0\0\0'), '1:1', 'there is a control character in the text'],
    ['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), '1:1', 'the file is not UTF-8'],
    ['UTF-16', Buffer.from(`\uFEFF${table('a')}`, 'utf16le'), '1:1', 'the file is UTF-16; save it as UTF-8'],
  ])('with %s are no text', async (_, bytes, place, message) => {
    const { path } = temporaryFolder({ 'a.yaml': bytes })
    expect(await linesOf(() => loadFiles('.', { cwd: path }))).toEqual([`a.yaml:${place} error not-text: ${message}`])
  })

  test('of 50 MB are refused unread', async () => {
    const { path, at } = temporaryFolder({ 'a.yaml': table('a') })
    truncateSync(at('a.yaml'), 50_000_000)
    expect(await linesOf(() => loadFiles('.', { cwd: path }))).toEqual([
      'a.yaml:1:1 error file-too-large: the file is too large',
    ])
  })

  test('may be pipes, but not endless ones', async () => {
    const { at } = temporaryFolder()
    spawnSync('sh', ['-c', 'mkfifo "$0" && { cat /dev/zero > "$0" & }', at('pipe')], { stdio: 'ignore' })
    expect(await linesOf(() => loadFiles(at('pipe')))).toEqual([
      expect.stringMatching(/pipe:1:1 error file-too-large: the file is too large$/),
    ])
  })

  test('behind a link that leads nowhere are missed', async () => {
    const { path, at } = temporaryFolder({ 'a.yaml': table('a') })
    symlinkSync(at('gone.yaml'), at('b.yaml'))
    expect(await linesOf(() => loadFiles('.', { cwd: path }))).toEqual([
      ' error file-not-found: there is no file b.yaml',
    ])
  })
})
