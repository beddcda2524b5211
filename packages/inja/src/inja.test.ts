import { TemplateError } from '@headgate/core'
import { describe, expect, test } from 'vitest'
import { compile, data, render, renders } from '../../../test/support/inja-rendering.ts'

describe('names', () => {
  renders([
    ['', ''],
    ['Hello {{ name }}, {{age}}!', 'Hello Peter, 29!'],
    ['{{ names.1 }} {{ brother.name }} {{ brother/name }}', 'Seb Chris Chris'],
    ['{{ @name }} {{ $name }} {{ a-b }}', 'at dollar hyphen'],
    ['{{ brother.daughters }}', '["Maria","Helen"]'],
    ['{{ relatives }}', '{"brother":"Chris","mother":"Maria","sister":"Jenny"}'],
    ['{{ "{{ no_value }} %}" }}', '{{ no_value }} %}'],
    ['{ "json": {"a":1} }', '{ "json": {"a":1} }'],
  ])

  test('are JSON pointers with advancedTemplates', () => {
    const source = '{{ pointers/example.com }} {{ pointers/and~1or }} {{ pointers/and~0or }} {{ names/0 }}'
    expect(render(source, { json: data, advancedTemplates: true })).toBe('dot slash tilde Jeff')
  })

  test.each([
    'unknown',
    'names.2',
    'names.01',
    'name.length',
    'names.length',
    'brother.constructor',
    '__proto__',
    'constructor',
  ])('%s is not there', (name) => {
    expect(() => render(`{{ ${name} }}`, { json: data })).toThrow(`(at 1:4) variable '${name}' not found`)
  })

  test('of a body that is no object find nothing', () => {
    expect(() => render('{{ 0 + a }}', { json: [1] })).toThrow("variable 'a' not found")
    expect(render('{% for i in context() %}{{ i }}{% endfor %}', { json: [3, 2, 1] })).toBe('321')
  })

  test('without brackets are functions where the body has no such field', () => {
    expect(render('{{ body }}', { body: 'raw' })).toBe('raw')
    expect(render('{{ body }}', { body: 'raw', json: { body: 'field' } })).toBe('field')
  })
})

describe('operators', () => {
  renders([
    ['{{ 1 + 2 * 3 }} {{ (1 + 2) * 3 }} {{ 7 - 2 - 1 }} {{ 2 ^ 3 ^ 2 }}', '7 9 4 512'],
    ['{{ 7 / 2 }} {{ 4 / 2 }} {{ 7 % 4 }} {{ 1.5 + 1.5 }} {{ 2 ^ -1 }}', '3.5 2.0 3 3.0 0.5'],
    ['{{ age - 1 }} {{ age -1 }} {{ -1 }} {{ 3-1 }}', '28 28 -1 2'],
    ['{{ "a" + "b" }}', 'ab'],
    ['{{ 1 < 2 and 2 <= 2 and 3 > 2 and 2 >= 2 and 1 != 2 and 1 == 1.0 }}', 'true'],
    ['{{ "a" < "b" }} {{ [1,2] < [1,3] }} {{ null < false }} {{ 1 < "0" }}', 'true true true true'],
    ['{{ [1,{"a":2}] == [1,{"a":2.0}] }} {{ "1" == 1 }}', 'true false'],
    ['{{ age in [28, 29] }} {{ "Maria" in relatives }} {{ "a" in "abc" }}', 'true true false'],
    ['{{ not happy }} {{ not sad and happy }} {{ not age == 29 }}', 'false true false'],
    ['{{ sad or happy and sad }}', 'false'],
    ['{{ 9007199254740991 + 2 }} {{ 12345678901234567890 }}', '9007199254740993 12345678901234567890'],
    ['{{ 18446744073709551615 + 1 }}', '18446744073709552000.0'],
  ])

  test('and, or and if do not look further than they must', () => {
    expect(render('{% if 0 and unknown %}a{% else %}b{% endif %}{% if 1 or unknown %}c{% endif %}')).toBe('bc')
  })

  test('an empty text is true, as in Inja', () => {
    expect(render('{% if header("x") %}yes{% endif %}')).toBe('yes')
    expect(render('{% if header("x") != "" %}yes{% else %}no{% endif %}')).toBe('no')
  })

  test.each([
    ['{{ 1 / 0 }}', '/: division by zero'],
    ['{{ 1 % 0 }}', '%: division by zero'],
    ['{{ 1 + "a" }}', '+: operand 2 must be a number, not a text'],
    ['{{ [1] * 2 }}', '*: operand 1 must be a number, not an array'],
    ['{{ "a" % 2 }}', '%: operand 1 must be an integer, not a text'],
  ])('%s fails: %s', (source, message) => {
    expect(() => render(source)).toThrow(message)
  })
})

describe('statements', () => {
  renders([
    ['{% if happy %}a{% endif %}{% if sad %}b{% endif %}', 'a'],
    ['{% if age == 28 %}28{% else if age == 29 %}29{% else %}-{% endif %}', '29'],
    [
      '{% for n in names %}{{ loop.index }}{{ loop.index1 }}{{ n }}{% if not loop.is_last %},{% endif %}{% endfor %}',
      '01Jeff,12Seb',
    ],
    ['{% for k, v in relatives %}{{ k }}={{ v }} {% endfor %}', 'brother=Chris mother=Maria sister=Jenny '],
    ['{% for a in [[1,2],[3]] %}{% for b in a %}{{ loop.parent.index }}{{ b }} {% endfor %}{% endfor %}', '01 02 13 '],
    ['{% for n in [] %}a{% endfor %}', ''],
    ['{% set age=2+3 %}{{ age }}', '5'],
    ['{% set p.value=1 %}{{ p.value }}{% if existsIn(p, "value") %}!{% endif %}', '1!'],
    ['{% set brother.name="Bob" %}{{ brother.name }} {{ brother.daughters.0 }}', 'Bob Maria'],
    ['{% for name in ["x"] %}{% endfor %}{{ name }}', 'Peter'],
    ['{% block a %}in{% endblock %}', 'in'],
    ['a{# comment {{ #}b', 'ab'],
    ['## if happy\nYeah!\n## endif', 'Yeah!\n'],
    ['a ## b\n## set x = 1\n{{ x }}', 'a ## b\n1'],
  ])

  test('leave the body alone', () => {
    const json = { a: { b: 1 } }
    expect(render('{% set x = a %}{% set x.b = 2 %}{% set a.c = 3 %}{{ a.b }}{{ x.b }}', { json })).toBe('12')
    expect(json).toEqual({ a: { b: 1 } })
  })

  renders([
    ['Test\n   {%- if happy %}{{ name }}{% endif %}   ', 'Test\nPeter   '],
    ['   {%- if happy %}{{ name }}{% endif -%}   \n   ', 'Peter'],
    ['   {{- name -}}   \n   ', 'Peter'],
    ['   {%+ if happy %}{{ name }}{% endif %}', '   Peter'],
    ['{{ name }}{# c -#}    !', 'Peter!'],
    ['.  {%- if happy %}{{ name }}{% endif %}', '.  Peter'],
  ])
})

describe('templates that cannot work', () => {
  test.each([
    ['{{ }}', '(at 1:4) expected an expression'],
    ['{{', '(at 1:3) expected an expression'],
    ['{{ a', "(at 1:5) expected '}}', got '<eof>'"],
    ['{{ a b }}', "(at 1:6) expected '}}', got 'b'"],
    ['{{ a + }}', "(at 1:8) expected an expression, got '}}'"],
    ['\n  {{ nosuch(1) }}', '(at 2:6) unknown function nosuch'],
    ['{{ raw_string(a, b) }}', '(at 1:4) unknown function raw_string: it takes 1 operands, not 2'],
    ['{{ raw_string() }}', 'unknown function raw_string'],
    ['{{ toString() }}', 'unknown function toString'],
    ['{{ constructor(1) }}', 'unknown function constructor'],
    ['{% if a %}', '(at 1:4) unmatched if'],
    ['{% for a in b %}{% endif %}', '(at 1:20) endif without if'],
    ['{% else %}', '(at 1:4) else without if'],
    ['{% for a ins b %}{% endfor %}', "(at 1:10) expected 'in', got 'ins'"],
    ['{% nosuch %}', "(at 1:4) expected a statement, got 'nosuch'"],
    ['{% include "x" %}', 'there are no other templates to include here'],
    ['{% set x 1 %}', "expected '=', got '1'"],
    ['{{ [1, a] }}', 'this is not JSON: [1, a]'],
    ['{{ [1', "unmatched '['"],
    ['{{ 01 }}', 'this is not JSON: 01'],
    ['{{ "a }}', 'expected an expression'],
    ['{# a', "expected comment close, got '<eof>'"],
    ['{{ env(name) }}', 'env() takes the name of a variable in quotes'],
    ['{{ and }}', "expected an expression, got 'and'"],
    [`{{ ${'('.repeat(200)}1${')'.repeat(200)} }}`, 'nested too deep'],
    [`${'{% if a %}'.repeat(200)}${'{% endif %}'.repeat(200)}`, 'nested too deep'],
  ])('%j is refused: %s', (source, message) => {
    expect(() => compile(source)).toThrow(message)
    expect(() => compile(source)).toThrow(TemplateError)
  })
})

test('tells what of the body it looks at', () => {
  const reads = (source: string) => {
    const { readsBody, readsJson } = compile(source)
    return [readsBody, readsJson]
  }
  expect(reads('text {{ header("x") }}')).toEqual([false, false])
  expect(reads('{% if header("x") == "1" %}{{ upper(a) }}{% endif %}')).toEqual([false, true])
  expect(reads('{% for i in context() %}{% endfor %}')).toEqual([false, true])
  expect(reads('{{ default(exists("a"), 1) }}')).toEqual([false, true])
  expect(reads('{{ substring(body(), 1) }}')).toEqual([true, false])
  expect(reads('{{ body }}')).toEqual([true, true])
})
