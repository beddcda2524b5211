import { filesBelow, read } from '../support/sources.ts'

/** A fenced block of code. */
export interface CodeBlock {
  /** Relative to the project. */
  readonly page: string
  /** Of the opening fence, counted from 1. */
  readonly line: number
  /** What stands behind the fence: the language, then what a test may do with it. */
  readonly words: readonly string[]
  readonly text: string
}

/** The README and every page below `docs`. */
export function markdownPages(): readonly string[] {
  return ['README.md', ...filesBelow('docs').filter((path) => path.endsWith('.md'))]
}

/** All blocks of a page, in their order. */
export function codeBlocks(page: string): readonly CodeBlock[] {
  const blocks: CodeBlock[] = []
  let open: { readonly line: number; readonly words: readonly string[]; readonly lines: string[] } | undefined
  for (const [index, line] of read(page).text.split('\n').entries()) {
    const fence = /^```(.*)$/.exec(line)
    if (fence === null) open?.lines.push(line)
    else if (open === undefined) open = { line: index + 1, words: (fence[1] ?? '').split(' '), lines: [] }
    else {
      blocks.push({ page, line: open.line, words: open.words, text: open.lines.join('\n') })
      open = undefined
    }
  }
  if (open !== undefined) throw new Error(`${page}:${open.line}: the block has no end`)
  return blocks
}

/** What a page is without its blocks of code; lines stay where they are. */
export function prose(page: string): string {
  return read(page).text.replace(/^```[\s\S]*?^```$/gm, (block) => block.replace(/[^\n]/g, ''))
}
