import { dirname, posix } from 'node:path'
import { describe, expect, test } from 'vitest'
import { importsOf, packageNames, read, sourcesOf } from '../support/sources.ts'

/** Which of our packages each package may import; docs/architecture.md draws it. Nobody may import `testing`. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  core: [],
  undici: ['core'],
  node: ['core'],
  testing: ['core'],
  web: ['core'],
  jsonata: ['core'],
  inja: ['core'],
  aws: ['core'],
  gcp: ['core'],
  azure: ['core'],
  grpc: ['core'],
  express: ['core', 'node'],
  fastify: ['core', 'node'],
  headgate: ['core', 'undici', 'node', 'inja'],
  config: ['core', 'headgate'],
}

/** The folders and files of core, in order: each may import what stands before it and itself. */
const layers: readonly string[] = [
  'runtime',
  'errors',
  'regex',
  'http',
  'context',
  'config',
  'match',
  'schema',
  'cluster',
  'forward',
  'filter',
  'features',
  'compile',
  'lint',
  'gateway',
]

/** Files beside the folders are the gateway itself, the last layer, but for these. */
const layerOfFile: Readonly<Record<string, string>> = {
  'errors.ts': 'errors',
  'context.ts': 'context',
}

function ownPackage(specifier: string): string | undefined {
  if (specifier === 'headgate' || specifier.startsWith('headgate/')) return 'headgate'
  return /^@headgate\/([^/]+)/.exec(specifier)?.[1]
}

function layerOf(pathInCore: string): number {
  const [first = ''] = pathInCore.split('/')
  const name = first.endsWith('.ts') ? (layerOfFile[first] ?? 'gateway') : first
  return layers.indexOf(name)
}

describe('packages', () => {
  test.each(packageNames())('%s imports only the packages it may', (name) => {
    const wrong = sourcesOf(name).flatMap((file) =>
      importsOf(file)
        .filter(({ from }) => {
          const target = ownPackage(from)
          return target !== undefined && !(allowed[name] ?? []).includes(target)
        })
        .map(({ from, line }) => `${file.path}:${line} imports ${from}`),
    )
    expect(wrong).toEqual([])
  })

  test.each(packageNames())('%s declares only the packages it may', (name) => {
    const manifest = JSON.parse(read(`packages/${name}/package.json`).text) as {
      readonly dependencies?: Readonly<Record<string, string>>
      readonly peerDependencies?: Readonly<Record<string, string>>
    }
    const declared = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })
    const own = declared.map(ownPackage).filter((target) => target !== undefined)
    expect(own.filter((target) => !(allowed[name] ?? []).includes(target))).toEqual([])
  })

  test('no file reaches into another package by a relative path', () => {
    const wrong = packageNames().flatMap((name) =>
      sourcesOf(name).flatMap((file) =>
        importsOf(file)
          .filter(({ from }) => from.startsWith('.'))
          .filter(({ from }) => !posix.join(dirname(file.path), from).startsWith(`packages/${name}/src/`))
          .map(({ from, line }) => `${file.path}:${line} imports ${from}`),
      ),
    )
    expect(wrong).toEqual([])
  })
})

describe('core', () => {
  const sources = sourcesOf('core')

  test('imports no module but its three dependencies', () => {
    const wrong = sources.flatMap((file) =>
      importsOf(file)
        .filter(({ from }) => !from.startsWith('.') && !['find-my-way', 're2js', 'zod'].includes(from))
        .map(({ from, line }) => `${file.path}:${line} imports ${from}`),
    )
    expect(wrong).toEqual([])
  })

  test('every file belongs to a layer', () => {
    const paths = sources.map((file) => file.path.replace('packages/core/src/', ''))
    expect(paths.filter((path) => layerOf(path) < 0)).toEqual([])
  })

  test('no layer imports a later one', () => {
    const wrong = sources.flatMap((file) => {
      const own = layerOf(file.path.replace('packages/core/src/', ''))
      return importsOf(file)
        .filter(({ from }) => from.startsWith('.'))
        .map(({ from, line }) => {
          const target = posix.join(dirname(file.path), from).replace('packages/core/src/', '')
          return { layer: layerOf(target), text: `${file.path}:${line} (${layers[own]}) imports ${target}` }
        })
        .filter(({ layer }) => layer > own)
        .map(({ text }) => text)
    })
    expect(wrong).toEqual([])
  })
})
