import { TemplateError } from '@headgate/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Given, render } from '../../../test/support/inja-rendering.ts'

/** What came of a template: its text, or why there is none. */
function outcome(source: string, given: Given): string | TemplateError {
  try {
    return render(source, given) as string
  } catch (error) {
    if (error instanceof TemplateError) return error
    throw error
  }
}

const names = ['a', 'b.c', 'loop.index', '__proto__', 'constructor.prototype', 'toString', 'a.0', 'x']
const operators = ['+', '-', '*', '/', '^', '%', '==', '!=', '<', '>=', 'and', 'or', 'in', 'not', '(', ')', ',', '.']
const values = ['1', '-7', '1e308', '0.5', '"text"', '"\\ud800"', '[1,{"a":[]}]', '{"__proto__":1}', 'true', 'null']
const functions = [
  ...[
    'at(a, ',
    'default(a, ',
    'exists("a")',
    'existsIn(a, ',
    'first(',
    'join(a, ',
    'length(',
    'range(',
    'sort(',
    'max(',
  ],
  ...['replace(a, "", ', 'round(', 'int(', 'upper(', 'header(', 'context()', 'body()', 'base64_decode(', 'env("a")'],
  ...['substring(body(), ', 'raw_string(', 'replace_with_random(body(), ', 'word_count(', 'dynamic_metadata(', 'trim('],
]
const statements = [
  ...['{%', '%}', '{{', '}}', '{#', '#}', '{%-', '-%}', '\n## ', '\n', 'text', 'if ', 'else', 'else if ', 'endif'],
  ...['for i in ', 'for k, v in ', 'endfor', 'set x = ', 'set a.b = ', 'block b', 'endblock', 'include "x"'],
]

const source = fc
  .array(fc.constantFrom(...names, ...operators, ...values, ...functions, ...statements), { maxLength: 30 })
  .map((parts) => parts.join(' '))

/** Templates that mostly can be compiled. */
const { template } = fc.letrec<{ expression: string; template: string }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(...names, ...values, 'body()', 'context()'),
    fc
      .tuple(tie('expression'), fc.constantFrom(...operators.slice(0, 13)), tie('expression'))
      .map(([left, operator, right]) => `(${left} ${operator} ${right})`),
    fc
      .tuple(fc.constantFrom('length', 'sort', 'range', 'upper', 'first', 'max', 'int', 'trim'), tie('expression'))
      .map(([name, operand]) => `${name}(${operand})`),
    fc.tuple(tie('expression'), tie('expression')).map(([one, other]) => `default(${one}, ${other})`),
  ),
  template: fc.oneof(
    { maxDepth: 4 },
    tie('expression').map((expression) => `{{ ${expression} }}`),
    fc.tuple(tie('expression'), tie('template')).map(([over, body]) => `{% for i in ${over} %}${body}{% endfor %}`),
    fc.tuple(tie('expression'), tie('template')).map(([test_, body]) => `{% if ${test_} %}${body}{% endif %}`),
    fc.tuple(tie('expression'), tie('template')).map(([value, body]) => `{% set x = ${value} %}${body}`),
    fc.tuple(tie('template'), tie('template')).map((both) => both.join('')),
  ),
}))

const given = fc.record({
  json: fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<unknown>,
  body: fc.string({ unit: 'binary', maxLength: 40 }),
  escapeCharacters: fc.boolean(),
  advancedTemplates: fc.boolean(),
})

test.each([
  ['fragments', source],
  ['templates', template],
  ['texts', fc.string({ unit: 'grapheme' }).map((text) => `{{${text}`)],
])('%s end in a text or a TemplateError', (_, sources) => {
  fc.assert(
    fc.property(sources, given, (text, message) => {
      const result = outcome(text, message)
      expect(typeof result === 'string' || result instanceof TemplateError).toBe(true)
    }),
    { numRuns: 1000 },
  )
})

test('a template changes nothing of the body it was given', () => {
  fc.assert(
    fc.property(template, given, (text, message) => {
      const before = JSON.stringify(message.json)
      outcome(text, message)
      expect(JSON.stringify(message.json)).toBe(before)
    }),
    { numRuns: 300 },
  )
})

test('no template leaves anything on a prototype', () => {
  const keys = Reflect.ownKeys(Object.prototype).length
  outcome('{% set __proto__.x = 1 %}{% set constructor.prototype.y = 2 %}{% set a.__proto__.z = 3 %}', {
    json: { a: {} },
  })
  expect(Reflect.ownKeys(Object.prototype)).toHaveLength(keys)
})
