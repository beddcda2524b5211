import { expect, test } from 'vitest'
import { compileRegex } from '../regex/regex.ts'
import { sampleTexts } from './sample-text.ts'

test.each([
  ['/a', '/a'],
  ['/[0-9]{2,4}', '/11'],
  ['/(users|groups)/.+', '/users/a'],
  ['[^a]', '1'],
  ['.*', ''],
  ['/\\d+\\.json', '/1.json'],
  ['[\u4e00-\u4e05]', '\u4e00'],
])('%s matches %j', (source, text) => {
  expect(sampleTexts(source)[0]).toBe(text)
})

test.each(['(?i)a', '\\Aa\\z', '(?s).'])('%s, which is not simple, matches something that is guessed', (source) => {
  const compiled = compileRegex(source)
  const [text] = sampleTexts(source)
  expect(text).toBeDefined()
  expect(compiled.ok && compiled.regex.matches(text ?? '')).toBe(true)
})

test.each(['(', '(?i)longer', '[[:alpha:]]{5}'])('%s gives none', (source) => {
  expect(sampleTexts(source)).toEqual([])
})
