import { existsSync } from 'node:fs'
import { posix } from 'node:path'
import { describe, expect, test } from 'vitest'
import { read, root } from '../support/sources.ts'
import { markdownPages, prose } from './markdown.ts'

interface Link {
  readonly target: string
  readonly line: number
}

function linksOf(page: string): readonly Link[] {
  const text = prose(page)
  return [...text.matchAll(/\[[^\]\n]*\]\(([^)\s]+)\)/g)].map((match) => ({
    target: match[1] ?? '',
    line: text.slice(0, match.index).split('\n').length,
  }))
}

/** Names of the places on a page that a link may point at, made as GitHub makes them. */
function anchorsOf(page: string): ReadonlySet<string> {
  const headings = [...prose(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading)
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  )
}

describe('links', () => {
  test.each(markdownPages())('%s points at what is there', (page) => {
    const broken = linksOf(page).flatMap(({ target, line }) => {
      if (/^https?:/.test(target)) return []
      const [path = '', anchor] = target.split('#')
      const file = path === '' ? page : posix.join(posix.dirname(page), path)
      if (!existsSync(`${root}${file}`)) return [`${page}:${line}: there is no ${file}`]
      if (anchor === undefined || anchorsOf(file).has(anchor)) return []
      return [`${page}:${line}: ${file} has no heading "${anchor}"`]
    })
    expect(broken).toEqual([])
  })
})

test('docs/index.md leads to every page', () => {
  const linked = new Set(linksOf('docs/index.md').map(({ target }) => `docs/${target.split('#')[0]}`))
  const pages = markdownPages().filter((page) => page.startsWith('docs/') && page !== 'docs/index.md')
  expect(pages.filter((page) => !linked.has(page))).toEqual([])
})

test('README.md leads to the documentation', () => {
  expect(read('README.md').text).toContain('](docs/index.md)')
})
