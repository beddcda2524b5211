import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest'
import { root } from '../support/sources.ts'
import { runCurl } from './curl.ts'
import { moduleName, moduleOf } from './fragments.ts'
import { type CodeBlock, codeBlocks, markdownPages } from './markdown.ts'
import { closeServers, servers } from './recorded-servers.ts'

vi.mock('headgate', async (original) => {
  const { recordServers } = await import('./recorded-servers.ts')
  return recordServers(await original())
})

/** Below the project, so that modules find its packages; in a folder that version control and other tools pass by. */
const folder = `${root}dist/docs`

const pages = markdownPages().map((page) => ({ page, blocks: codeBlocks(page) }))
const code = pages.flatMap(({ blocks }) => blocks.filter(({ words: [language] }) => language === 'ts'))

rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
for (const block of code) writeFileSync(`${folder}/${moduleName(block)}`, moduleOf(block))

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('code of README and docs', () => {
  test('compiles', { timeout: 60_000 }, () => {
    writeFileSync(`${folder}/tsconfig.json`, JSON.stringify(strictConfig))
    const tsc = `${root}node_modules/typescript/bin/tsc`
    const { stdout } = spawnSync(process.execPath, [tsc, '-p', folder, '--pretty', 'false'], { encoding: 'utf8' })
    expect(onPages(stdout)).toEqual([])
  })

  test('is marked with words that mean something', () => {
    const known = new Set(['ts', 'ts run', 'ts test'])
    const wrong = code.filter(({ words }) => !known.has(words.join(' ')))
    expect(wrong.map(({ page, line, words }) => `${page}:${line}: ${words.join(' ')}`)).toEqual([])
  })
})

const strictConfig = {
  extends: '../../tsconfig.base.json',
  compilerOptions: {
    composite: false,
    declaration: false,
    declarationMap: false,
    sourceMap: false,
    inlineSources: false,
    noEmit: true,
    types: ['node'],
    rewriteRelativeImportExtensions: false,
    allowImportingTsExtensions: true,
    moduleDetection: 'force',
    paths: {
      headgate: ['../../packages/headgate/src/index.ts'],
      '@headgate/testing/vitest': ['../../packages/testing/src/vitest.ts'],
      '@headgate/*': ['../../packages/*/src/index.ts'],
    },
  },
  include: ['*.ts'],
}

/** What the compiler found in the blocks, on the lines of the pages. Mistakes in the sources are for other tests. */
function onPages(output: string): readonly string[] {
  const byName = new Map(code.map((block) => [moduleName(block), block.page]))
  return output.split('\n').flatMap((text) => {
    const [, name = '', line, finding] = /([\w-]+\.ts)\((\d+),\d+\): (error TS.*)$/.exec(text) ?? []
    if (finding === undefined) return text.startsWith('error') ? [text] : []
    return byName.has(name) ? [`${byName.get(name)}:${line}: ${finding}`] : []
  })
}

describe('code that runs', () => {
  afterEach(closeServers)

  const marked = code.filter(({ words }) => words[1] === 'run')
  test.each(marked.map((block) => ({ ...block, title: `${block.page}:${block.line}` })))(
    '$title',
    { timeout: 20_000 },
    async (block) => {
      const printed: string[] = []
      const log = vi.spyOn(console, 'log').mockImplementation((...values: readonly unknown[]) => {
        printed.push(values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join(' '))
      })
      try {
        await import(/* @vite-ignore */ `${folder}/${moduleName(block)}`)
      } finally {
        log.mockRestore()
      }
      for (const next of resultsOf(block)) {
        if (next.words[0] === 'text') expect(`${printed.join('\n')}\n`).toBe(`${next.text}\n`)
        else await runCurl(next.text, servers.at(-1)?.url ?? '')
      }
    },
  )
})

/** The blocks right behind: what is printed (`text output`), and calls with their answers (`console`). */
function resultsOf({ page, line }: CodeBlock): readonly CodeBlock[] {
  const blocks = codeBlocks(page)
  const after = blocks.slice(blocks.findIndex((block) => block.line === line) + 1)
  const end = after.findIndex(({ words }) => words[0] === 'ts')
  return after
    .slice(0, end === -1 ? undefined : end)
    .filter(({ words }) => words.join(' ') === 'text output' || words[0] === 'console')
}

describe('code that tests', () => {
  for (const block of code.filter(({ words }) => words[1] === 'test')) {
    describe(`${block.page}:${block.line}`, { timeout: 20_000 }, async () => {
      await import(/* @vite-ignore */ `${folder}/${moduleName(block)}`)
    })
  }
})
