import * as headgate from 'headgate'
import type { CodeBlock } from './markdown.ts'

/** What a fragment may use without saying where it is from. */
const given: Readonly<Record<string, string>> = {
  gateway: 'Gateway',
  users: 'Upstream',
  orders: 'Upstream',
}

const exported: readonly string[] = Object.keys(headgate)

/**
 * The block as a module whose lines have the numbers that they have on the page. It may use the constants that the pages
 * use throughout; a block without imports is a fragment, and may also use what `headgate` exports.
 */
export function moduleOf({ line, text }: CodeBlock): string {
  const uses = (name: string): boolean => new RegExp(`(?<![\\w.'])${name}(?![\\w:'])`).test(text)
  const constants = Object.entries(given).filter(
    ([name]) => uses(name) && !new RegExp(`(?:const|let) ${name}\\b`).test(text),
  )
  const names = /^import /m.test(text) ? [] : exported.filter(uses)
  // Imports are hoisted: at the end they move no line.
  return [
    '\n'.repeat(line) + text,
    ...(names.length === 0 ? [] : [`import { ${names.join(', ')} } from 'headgate'`]),
    ...constants.map(([name, type]) => `declare const ${name}: import('headgate').${type}`),
    'export {}',
    '',
  ].join('\n')
}

/** The file name of a block's module. */
export function moduleName({ page, line }: CodeBlock): string {
  return `${page.replace(/\.md$/, '').replaceAll(/[^\w-]+/g, '-')}-${line}.ts`
}
