import fc from 'fast-check'
import { ConfigError } from 'headgate'
import { describe, expect, test } from 'vitest'
import { linesOf } from '../../../test/support/config-issues.ts'
import { parseYaml } from './parse-yaml.ts'

const lines = (text: string) => linesOf(() => parseYaml(text, { file: 'f.yaml' }))

const resource = (spec: string): string =>
  `apiVersion: gateway.solo.io/v1\nkind: RouteTable\nmetadata: { name: t }\nspec:\n${spec}\n`

describe('aliases', () => {
  test('that multiply are refused before they do', async () => {
    const levels = [...'bcdefghi'].map((name, index) => `${name}: &${name} [${`*${'abcdefgh'[index]},`.repeat(9)}]`)
    expect(await lines(`a: &a [${'x,'.repeat(9)}]\n${levels.join('\n')}\n`)).toEqual([
      'f.yaml:6:8 error yaml-alias: aliases stand for more than 100000 values',
    ])
  })

  test('may be many where they are small', () => {
    const routes = Array.from({ length: 2000 }, (_, index) => `    - { name: r${index}, options: *o }`)
    const text = resource(`  routes:\n    - { name: first, options: &o { timeout: 1s } }\n${routes.join('\n')}`)
    expect(parseYaml(text).routeTables?.[0]?.routes).toHaveLength(2001)
  })

  test('need an anchor before them, and none around them', async () => {
    expect(await lines('a: *b\nb: &b 1\n')).toEqual([
      'f.yaml:1:4 error yaml-alias: the alias *b stands for nothing: its anchor must come before it',
    ])
    expect(await lines('a: &a [*a]\n')).toEqual(['f.yaml:1:8 error yaml-alias: the alias *a contains itself'])
  })
})

describe('nesting', () => {
  // Without a bound these end the process: V8 gives up when a regular expression meets the end of the stack.
  test.each([
    ['brackets', '['.repeat(200_000)],
    ['braces', '{"a":'.repeat(50_000)],
    ['dashes', '- '.repeat(50_000)],
    ['question marks', '? '.repeat(50_000)],
    ['lines', Array.from({ length: 500 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
  ])('of %s is bounded', async (_, text) => {
    expect(await lines(text)).toEqual([expect.stringContaining('error yaml-too-deep: the text is nested too deep')])
  })

  test('may be as deep as settings of filters get', () => {
    const depth = 60
    const text = resource(`  deep: ${'{a: '.repeat(depth)}1${'}'.repeat(depth)}`)
    expect(parseYaml(text).routeTables).toHaveLength(1)
  })
})

describe('YAML that means something else than it seems', () => {
  test('one key twice', async () => {
    expect(await lines(resource('  routes: []\n  routes: []'))).toEqual([
      'f.yaml:6:3 error yaml-duplicate-key: "routes" stands twice in one mapping',
    ])
    expect(await lines('{ "kind": "Gateway", "kind": "Upstream" }')).toEqual([
      'f.yaml:1:22 error yaml-duplicate-key: "kind" stands twice in one mapping',
    ])
  })

  test('merge keys', async () => {
    const text = resource('  routes:\n    - &a { name: a }\n    - <<: *a\n      name: b')
    expect(await lines(text)).toEqual(['f.yaml:7:7 error yaml-merge-key: merge keys are not read'])
  })

  test('YAML 1.1, where yes is true', async () => {
    expect(await lines('%YAML 1.1\n---\nkind: yes\n')).toEqual([
      'f.yaml:2:1 error yaml-version: the document asks for YAML 1.1',
    ])
    const { routeTables } = parseYaml(resource('  a: yes\n  b: on\n  c: "true"\n  d: true\n  e: null'))
    expect(routeTables?.[0]).toMatchObject({ a: 'yes', b: 'on', c: 'true', d: true, e: null })
  })

  test.each(['!!binary aGk=', '!!js/function x', '!mine x'])('the tag in %s', async (value) => {
    expect((await lines(`kind: ${value}\n`))[0]).toMatch(/^f\.yaml:1:7 error yaml-tag: /)
  })

  test('keys that are objects', async () => {
    expect((await lines('? [a]\n: 1\n'))[0]).toMatch(/error yaml-syntax/)
  })

  test('__proto__ is a key like others', () => {
    const config = parseYaml(resource('  __proto__: { polluted: true }'))
    expect(Object.keys(config.routeTables?.[0] ?? {})).toContain('__proto__')
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })
})

describe('text that is no YAML', () => {
  test.each([
    ['a bracket that stays open', 'kind: [\n', '2:1'],
    ['a tab for indentation', 'kind:\n\ta: 1\n', '2:1'],
    ['a mapping in a line', 'a: b: c\n', '1:4'],
    ['a quote that stays open', 'a: "b\n', '2:1'],
    ['two JSON values', '{"kind":"a"}\n{"kind":"b"}\n', '2:1'],
  ])('%s', async (_, text, place) => {
    expect((await lines(text))[0]).toMatch(new RegExp(`^f\\.yaml:${place} error yaml-syntax: `))
  })

  test('control characters', async () => {
    expect(await lines('a: 1\nb: \0')).toEqual(['f.yaml:2:4 error not-text: there is a control character in the text'])
  })

  test('a text that is too long', async () => {
    expect(await lines('a'.repeat(9 << 20))).toEqual([' error file-too-large: the text is too long'])
  })

  test('one mistake does not fill the screen', async () => {
    expect((await lines(`a: "b\n${'c\n'.repeat(1000)}`)).length).toBeLessThanOrEqual(3)
  })
})

test('whatever the text, it is a configuration or an error of configuration', () => {
  const word = fc.constantFrom(
    ...[
      'apiVersion: ',
      'gloo.solo.io/v1',
      'kind: ',
      'Upstream',
      'spec:',
      'items: ',
      '\n',
      '  ',
      '- ',
      '---\n',
      '&a ',
      '*a',
    ],
    ...[
      '{',
      '}',
      '[',
      ']',
      ',',
      ': ',
      '"',
      "'",
      '|',
      '>',
      '!!str ',
      '%YAML 1.2\n',
      '# ',
      '...\n',
      '? ',
      '\t',
      '\u2028',
      '<<: ',
    ],
  )
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(word, { maxLength: 40 }).map((words) => words.join('')),
  )
  fc.assert(
    fc.property(text, (source) => {
      try {
        return typeof parseYaml(source) === 'object'
      } catch (error) {
        return ConfigError.is(error) && error.issues.every(({ message }) => message !== '')
      }
    }),
    { numRuns: 500 },
  )
}, 30_000)
