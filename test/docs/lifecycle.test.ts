import { expect, test } from 'vitest'
import { read } from '../support/sources.ts'
import { prose } from './markdown.ts'

/** Where a method is defined in a class, be it private or not; -1 if it is not. */
function definition(text: string, name: string): number {
  return text.search(new RegExp(`^ {2}(?:protected |private )?#?${name}\\(.*\\{$|^ {2}#?${name}\\($`, 'm'))
}

test('docs/lifecycle.md names the stages as the code does, in its order', () => {
  const stages = [...prose('docs/lifecycle.md').matchAll(/^### (\w+)$/gm)].map(([, name = '']) => name)
  const sources = ['serve.ts', 'reply.ts'].map((name) => read(`packages/core/src/${name}`).text)
  const places = stages.map((stage) => {
    const file = sources.findIndex((text) => definition(text, stage) !== -1)
    return { stage, file, at: file === -1 ? -1 : definition(sources[file] ?? '', stage) }
  })
  expect(places.filter(({ file }) => file === -1).map(({ stage }) => stage)).toEqual([])
  expect([...places].sort((a, b) => a.file - b.file || a.at - b.at).map(({ stage }) => stage)).toEqual(stages)
})
