import { execFileSync } from 'node:child_process'
import { cpSync } from 'node:fs'
import { expect, test } from 'vitest'
import { runCli } from '../support/run-cli.ts'
import { root } from '../support/sources.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { codeBlocks } from './markdown.ts'

/** Splits a line as a shell does that knows single quotes. */
function wordsOf(line: string): readonly string[] {
  return [...line.matchAll(/(?:[^\s']|'[^']*')+/g)].map(([word]) => word.replaceAll("'", ''))
}

test('docs/cli.md shows what the command prints', { timeout: 60_000 }, async () => {
  const { path: cwd, at } = temporaryFolder()
  cpSync(`${root}examples/gloo-yaml/gloo`, at('gloo'), { recursive: true })
  let lastCode = 0
  for (const { words, text } of codeBlocks('docs/cli.md')) {
    if (words[0] !== 'console') continue
    const printed: string[] = []
    for (const line of text.split('\n').filter((each) => each.startsWith('$ '))) {
      printed.push(line)
      const command = line.slice(2)
      if (command.startsWith('headgate ')) {
        const { code, out, err } = await runCli(cwd, ...wordsOf(command).slice(1))
        lastCode = code
        printed.push(...[out, err].filter((part) => part !== ''))
      } else if (command === 'echo $?') printed.push(`${lastCode}`)
      else execFileSync('sh', ['-c', command], { cwd })
    }
    expect(printed.join('\n')).toBe(text.trimEnd())
  }
})
