import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { packageNames, read, root } from '../support/sources.ts'

const { text } = read('docs/architecture.md')

test('docs/architecture.md names every package', () => {
  expect(packageNames().filter((name) => !text.includes(`| \`${name}\` |`))).toEqual([])
})

test('docs/architecture.md names every layer of core, in order', () => {
  const folders = readdirSync(`${root}packages/core/src`, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `${name}/`)
  const [, section = ''] = /^## Layers of core$([\s\S]*?)^## /m.exec(text) ?? []
  const named = [...section.matchAll(/^\| `([\w.]+\/?)` \|/gm)].map(([, name = '']) => name)
  expect(folders.filter((folder) => !named.includes(folder))).toEqual([])

  const { text: rules } = read('test/architecture/imports.test.ts')
  const [, list = ''] = /const layers[^=]*= \[([^\]]*)\]/.exec(rules) ?? []
  const layers = [...list.matchAll(/'([\w-]+)'/g)].map(([, layer = '']) => layer)
  const documented = named.map((name) => name.replace(/(\/|\.ts)$/, '')).filter((name) => layers.includes(name))
  expect([...documented, 'gateway']).toEqual(layers)
})
