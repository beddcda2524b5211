import { homedir } from 'node:os'
import { basename } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  codeOnly,
  filesBelow,
  lineAt,
  packageNames,
  read,
  root,
  type SourceFile,
  sourcesOf,
} from '../support/sources.ts'

/** Files that may be longer than the limit, each with its reason. */
const longFiles: Readonly<Record<string, string>> = {}
const maximumLines = 300

const textFile = /\.(ts|mts|js|mjs|json|ya?ml|md|sh)$|^\.ci\/run$/

function findings(files: readonly SourceFile[], forbidden: RegExp): readonly string[] {
  return files.flatMap((file) =>
    [...codeOnly(file.text).matchAll(forbidden)].map(
      (match) => `${file.path}:${lineAt(file.text, match.index)} uses ${match[0]}`,
    ),
  )
}

describe('size and names', () => {
  const sources = packageNames().flatMap(sourcesOf)
  const lineCount = ({ text }: SourceFile): number => text.trimEnd().split('\n').length

  test(`no file is longer than ${maximumLines} lines`, () => {
    const tooLong = sources.filter((file) => longFiles[file.path] === undefined && lineCount(file) > maximumLines)
    expect(tooLong.map((file) => `${file.path}: ${lineCount(file)} lines`)).toEqual([])
  })

  test('every exception is still needed', () => {
    const long = new Set(sources.filter((file) => lineCount(file) > maximumLines).map(({ path }) => path))
    expect(Object.keys(longFiles).filter((path) => !long.has(path))).toEqual([])
  })

  test('no file is called utils or helpers', () => {
    const vague = /^(utils?|helpers?)(\.|$)/
    const wrong = sources.filter(({ path }) => path.split('/').some((part) => vague.test(part)))
    expect(wrong.map(({ path }) => path)).toEqual([])
  })

  test('file names are kebab-case', () => {
    const wrong = sources.filter(({ path }) => !/^[a-z0-9]+(-[a-z0-9]+)*\.ts$/.test(basename(path)))
    expect(wrong.map(({ path }) => path)).toEqual([])
  })
})

describe('core takes the outside world through its runtime only', () => {
  const sources = sourcesOf('core')

  test('no clock, timer, random number or uuid outside runtime/', () => {
    const outside = sources.filter(({ path }) => !path.startsWith('packages/core/src/runtime/'))
    const forbidden =
      /\bDate\.now\b|\bnew Date\(\)|(?<!\.)\b(set|clear)(Timeout|Interval)\b|\bMath\.random\b|\bperformance\.now\b|(?<!\.)\bcrypto\./g
    expect(findings(outside, forbidden)).toEqual([])
  })

  test('no process, console or Buffer anywhere', () => {
    expect(findings(sources, /(?<!\.)\b(process|console|Buffer)\.\w+/g)).toEqual([])
  })
})

describe('nothing ties the project to one machine', () => {
  const files = filesBelow('')
    .filter((path) => textFile.test(path))
    .map(read)

  test('no path of a machine', () => {
    // A checkout as short as `/app` would be found in every second route of the tests.
    const own = [root, homedir()].filter((path) => path.split('/').filter(Boolean).length > 1)
    const wrong = files.filter(
      ({ text }) => own.some((path) => text.includes(path)) || /(?<![\w.])\/(home|Users|root)\/\w/.test(text),
    )
    expect(wrong.map(({ path }) => path)).toEqual([])
  })

  test('no package registry by name', () => {
    const wrong = files.filter(({ text }) => /\bregistry\.[a-z0-9-]+\.(com|dev|io|net|org)\b/.test(text))
    expect(wrong.map(({ path }) => path)).toEqual([])
    expect(read('pnpm-lock.yaml').text).not.toMatch(/tarball:|:\/\//)
  })
})
