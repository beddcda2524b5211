import fc from 'fast-check'
import { RE2JS } from 're2js'
import { expect, test } from 'vitest'
import { compileRegex } from './regex.ts'

const atoms = [
  ...['a', 'b', 'c', '/', '-', '_', '\\.', '\\/', '.', '\\d', '\\w', '\\s', '\\D', '\\W', '\\S', '\\n', '\\-'],
  ...[
    '[ab]',
    '[^/]',
    '[^ab/]',
    '[a-c0-9]',
    '[-a]',
    '[a-]',
    '[^\\s/]',
    '[\\w.]',
    '[\\d-]',
    '[b-\\-]',
    '\u00e9',
    '[\u00e0-\u00ff]',
  ],
]
const quantifiers = ['', '', '', '', '*', '+', '?', '*?', '+?', '??', '{2}', '{1,3}', '{2,}', '{0,2}?', '{0}']

const pattern = fc.letrec<{ choice: string; sequence: string; term: string }>((tie) => ({
  choice: fc.array(tie('sequence'), { minLength: 1, maxLength: 3 }).map((options) => options.join('|')),
  sequence: fc.array(tie('term'), { maxLength: 4 }).map((terms) => terms.join('')),
  term: fc
    .tuple(
      fc.oneof(
        { maxDepth: 3, depthSize: 'small' },
        fc.constantFrom(...atoms),
        tie('choice').map((inner) => `(${inner})`),
        tie('choice').map((inner) => `(?:${inner})`),
      ),
      fc.constantFrom(...quantifiers),
    )
    .map(([atom, quantifier]) => atom + quantifier),
}))

const sources = fc
  .tuple(fc.constantFrom('', '', '^'), pattern.choice, fc.constantFrom('', '', '$'))
  .map((parts) => parts.join(''))
const characters = ['a', 'b', 'c', '/', '/', '-', '_', '.', '1', ' ', '\n', '\u00e9', '\u2028', '\u{1F600}', '\ud800']
const texts = fc.array(fc.constantFrom(...characters), { maxLength: 8 }).map((list) => list.join(''))

test('the native engine and RE2 agree on every text', () => {
  let native = 0
  fc.assert(
    fc.property(sources, fc.array(texts, { minLength: 12, maxLength: 12 }), (source, samples) => {
      const result = compileRegex(source)
      if (!result.ok) return
      const { regex } = result
      const re2 = RE2JS.compile(source)
      if (regex.engine === 'native') native++
      for (const text of samples) {
        const expected = re2.matches(text)
        expect(regex.matches(text)).toBe(expected)
        if (expected) expect(text.startsWith(regex.literalPrefix)).toBe(true)
        expect(regex.exec(text) !== undefined).toBe(expected)
      }
    }),
    { numRuns: 4000, seed: 7 },
  )
  expect(native).toBeGreaterThan(500)
})
