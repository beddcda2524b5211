import { expect, test } from 'vitest'
import { lintRules } from '../../packages/core/src/lint/lint.ts'
import { read } from '../support/sources.ts'

test('docs/lint.md has a section for every kind of finding, with its severity and its meaning', () => {
  const sections = read('docs/lint.md').text.split(/^### /m).slice(1)
  const written = sections.map((section) => {
    const [heading = '', , sentence = ''] = section.split('\n')
    return `${heading}: ${sentence}`
  })
  const known = lintRules.map(
    ({ code, severity, meaning }) => `${code}: ${severity === 'info' ? 'Info' : 'Warning'}. ${meaning}`,
  )
  expect(written.toSorted()).toEqual(known.toSorted())
})

test('every rule has a code of its own', () => {
  expect(new Set(lintRules.map(({ code }) => code)).size).toBe(lintRules.length)
})
