import { errors, listFields } from '@headgate/core'
import { describe, expect, test } from 'vitest'
import { root } from '../support/sources.ts'
import { compatibilityPage } from './compatibility-page.ts'
import { errorPage } from './error-page.ts'
import { issueCodes, reportedIssueCodes } from './issue-notes.ts'

describe('pages made from the sources', { timeout: 30_000 }, () => {
  test.each([
    ['docs/errors.md', errorPage],
    ['docs/gloo-compatibility.md', compatibilityPage],
  ])('%s is up to date (npm run docs)', async (path, make) => {
    await expect(make()).toMatchFileSnapshot(`${root}${path}`)
  })

  test('docs/errors.md has a section for every error', () => {
    const text = errorPage()
    expect(Object.keys(errors).filter((code) => !text.includes(`\n### ${code}\n`))).toEqual([])
  })

  test('docs/errors.md explains every code of an issue (test/docs/issue-notes.ts)', () => {
    const explained = new Set(issueCodes.flatMap(([, codes]) => Object.keys(codes)))
    expect([...reportedIssueCodes()].filter(([code]) => !explained.has(code))).toEqual([])
  })

  test('docs/gloo-compatibility.md names every option', () => {
    const text = compatibilityPage()
    const names = new Set(listFields().map(({ path }) => path.replace(/^.*\./, '').replace(/(\[\]|\{\})+$/, '')))
    const written = new Set(text.match(/\w+/g))
    expect([...names].filter((name) => !written.has(name))).toEqual([])
  })
})
