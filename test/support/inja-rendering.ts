import type { RequestContext, TemplateMessage, TemplateOptions } from '@headgate/core'
import { inja } from '@headgate/inja'
import { expect, test } from 'vitest'

/** What a template is rendered with. */
export interface Given extends Partial<TemplateOptions> {
  readonly json?: unknown
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
}

export const compile = (source: string, options: Partial<TemplateOptions> = {}) =>
  inja.compile(source, {
    advancedTemplates: false,
    escapeCharacters: false,
    environment: (name) => (name === 'REGION' ? 'eu' : undefined),
    clock: { now: () => 0 },
    ...options,
  })

const messageOf = ({ json = null, body = '', headers = {} }: Given): TemplateMessage => ({
  json,
  body,
  context: {} as RequestContext,
  header: (name) => headers[name.toLowerCase()] ?? '',
  requestHeader: (name) => `request ${name}`,
  extraction: (name) => `extracted ${name}`,
  metadata: (of, key, namespace) => (key === 'none' ? undefined : [of, key, namespace ?? 1]),
})

export const render = (source: string, given: Given = {}) => compile(source, given).render(messageOf(given))

/** The example of Inja's documentation, and more. */
export const data = {
  name: 'Peter',
  age: 29,
  names: ['Jeff', 'Seb'],
  brother: { name: 'Chris', daughters: ['Maria', 'Helen'] },
  relatives: { mother: 'Maria', brother: 'Chris', sister: 'Jenny' },
  happy: true,
  sad: false,
  '@name': 'at',
  $name: 'dollar',
  'a-b': 'hyphen',
  quoted: '"quoted"',
  pointers: { 'example.com': 'dot', 'and/or': 'slash', 'and~or': 'tilde' },
}

/** Tests what templates make of {@link data}. */
export const renders = (cases: readonly (readonly [source: string, expected: string])[]) =>
  test.each(cases)('%j renders as %j', (source, expected) => {
    expect(render(source, { json: data })).toBe(expected)
  })
