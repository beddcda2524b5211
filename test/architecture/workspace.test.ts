import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { packageNames, read, root } from '../support/sources.ts'

interface Manifest {
  readonly name: string
  readonly version: string
  readonly license?: string
  readonly type?: string
  readonly sideEffects?: boolean | readonly string[]
  readonly engines?: { readonly node?: string }
  readonly files?: readonly string[]
}

function manifest(folder: string): Manifest {
  return JSON.parse(read(`${folder}package.json`).text) as Manifest
}

function references(path: string): readonly string[] {
  const { references } = JSON.parse(read(path).text) as { readonly references: readonly { readonly path: string }[] }
  return references.map((reference) => reference.path)
}

describe('every package', () => {
  const version = manifest('packages/core/').version
  /** Modules that are imported for what they do; a bundler must keep them. */
  const effective: Readonly<Record<string, readonly string[]>> = { testing: ['./dist/vitest.js'] }

  test.each(packageNames())('%s is published like the others', (name) => {
    expect(manifest(`packages/${name}/`)).toMatchObject({
      name: name === 'headgate' ? 'headgate' : `@headgate/${name}`,
      version,
      license: 'Apache-2.0',
      type: 'module',
      sideEffects: effective[name] ?? false,
      engines: { node: manifest('').engines?.node },
      files: expect.arrayContaining(['dist']),
    })
  })
})

test('the build compiles every package and every example', () => {
  const examples = readdirSync(`${root}examples`).map((name) => `examples/${name}`)
  const expected = [...packageNames().map((name) => `packages/${name}`), ...examples]
  expect([...references('tsconfig.json')].sort()).toEqual(expected.sort())
})

test('the type check of the tests sees every package', () => {
  const expected = packageNames().map((name) => `../packages/${name}`)
  expect([...references('test/tsconfig.json')].sort()).toEqual(expected)
})
