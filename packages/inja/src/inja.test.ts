import { type RequestContext, TemplateError, type TemplateMessage, type TemplateOptions } from '@headgate/core'
import { describe, expect, test } from 'vitest'
import { inja } from './inja.ts'

interface Given extends Partial<TemplateOptions> {
  readonly json?: unknown
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
}

const compile = (source: string, options: Partial<TemplateOptions> = {}) =>
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

const render = (source: string, given: Given = {}) => compile(source, given).render(messageOf(given))

const data = {
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

const renders = (cases: readonly (readonly [source: string, expected: string])[]) =>
  test.each(cases)('%j renders as %j', (source, expected) => {
    expect(render(source, { json: data })).toBe(expected)
  })

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

describe('functions of Inja', () => {
  renders([
    [
      '{{ upper("aß") }} {{ lower("AB") }} {{ capitalize("hELLO") }} {{ replace("a-b-c", "-", "+") }}',
      'ASS ab Hello a+b+c',
    ],
    ['{{ length("😀a") }} {{ length(names) }} {{ length(relatives) }}', '2 2 3'],
    [
      '{{ first(names) }} {{ last(names) }} {{ at(names, 1) }} {{ at(brother, "name") }} {{ at([1], 0) }}',
      'Jeff Seb Seb Chris 1',
    ],
    ['{{ sort([3,1,2]) }} {{ sort(["b","a"]) }} {{ max([1,3,2]) }} {{ min([2,1]) }}', '[1,2,3] ["a","b"] 3 1'],
    ['{{ range(4) }} {{ join([1,"a",[2]], "-") }}', '[0,1,2,3] 1-a-[2]'],
    ['{{ round(3.1415, 2) }} {{ round(-2.5, 0) }} {{ round(4, 1) }}', '3.14 -3 4.0'],
    ['{{ int("12abc") }} {{ int("-7") }} {{ float("2.5") }} {{ float("2") }}', '12 -7 2.5 2.0'],
    ['{{ odd(3) }} {{ even(3) }} {{ divisibleBy(9, 3) }} {{ divisibleBy(9, 0) }}', 'true false true false'],
    ['{{ isArray([]) }} {{ isObject({"a":1}) }} {{ isString("") }} {{ isBoolean(sad) }}', 'true true true true'],
    ['{{ isInteger(1) }} {{ isFloat(1.0) }} {{ isFloat(1) }} {{ isNumber(1.5) }}', 'true true false true'],
    ['{{ default(unknown, "fallback") }} {{ default(name, unknown) }} {{ default(brother.x, 1) }}', 'fallback Peter 1'],
    ['{{ exists("brother.name") }} {{ exists("brother.x") }} {{ existsIn(brother, "name") }}', 'true false true'],
    ['{{ at([{"a":1}], 0).a }}', '1'],
    ['[{{ null }}]', '[]'],
  ])

  test.each([
    ['{{ at(names, 2) }}', 'at(): there is no element 2'],
    ['{{ at(names, -1) }}', 'at(): there is no element -1'],
    ['{{ at(brother, "toString") }}', 'at(): there is no element "toString"'],
    ['{{ upper(1) }}', 'upper(): operand 1 must be a text, not a number'],
    ['{{ first([]) }}', 'first(): operand 1 is empty'],
    ['{{ int("x") }}', 'int(): operand 1 begins with no integer'],
    ['{{ range(-1) }}', 'range(): operand 1 must not be negative'],
    ['{{ context().names }}', 'there is no element "names"'],
  ])('%s fails: %s', (source, message) => {
    expect(() => render(source, { json: source.includes('context') ? {} : data })).toThrow(message)
  })
})

describe('functions of Gloo', () => {
  test.each<[string, string, Given?]>([
    ['{{ header("X-A") }}[{{ header("none") }}]', '1[]', { headers: { 'x-a': '1' } }],
    ['{{ request_header("x") }} {{ extraction("e") }}', 'request x extracted e'],
    ['{{ env("REGION") }}[{{ env("NONE") }}]', 'eu[]'],
    ['{{ body() }}', 'text', { body: 'text' }],
    ['{{ context() }}', '[1]', { json: [1] }],
    ['{{ base64_encode("t€st?") }} {{ base64_decode("dGVzdA==") }}', 'dOKCrHN0Pw== test'],
    ['[{{ base64_decode("INVALID BASE64") }}][{{ base64_decode("YQ") }}]', '[][]'],
    ['{{ base64url_encode("?>?>") }} {{ base64url_decode("eyJzdWIiOiJhYW_DsCJ9") }}', 'Pz4_Pg {"sub":"aaoð"}'],
    ['[{{ base64url_decode("a") }}]', '[]'],
    ['{{ substring("123", 1) }} {{ substring("123", 0, 2) }} {{ substring("123", 0, 10) }}', '23 12 123'],
    ['[{{ substring("123", 3) }}{{ substring("123", -1, 1) }}{{ substring("123", "a") }}]', '[]'],
    ['{{ substring("123", 0, 0) }} {{ substring("123", 0, -1) }} {{ substring("a😀b", 1, 1) }}', '123 123 😀'],
    ['{{ trim("  a b ") }} {{ word_count("  why  not  ") }}', 'a b 2'],
    ['{{ word_count(context()) }}', '7', { json: { 'a b': ['c', 1, true, null], d: 'e' } }],
    ['{"v":"{{ raw_string(v) }}"}', '{"v":"\\"a\\"\\n"}', { json: { v: '"a"\n' } }],
    ['{{ cluster_metadata("k") }}', '["cluster","k",1]'],
    ['{{ dynamic_metadata("k", "ns") }}', '["dynamic","k","ns"]'],
    ['{{ host_metadata("k") }}[{{ host_metadata("none") }}]', '["host","k",1][]'],
    ['{{ clusterMetadata("k") }}', 'cluster,k,1'],
  ])('%s renders as %s', (source, expected, given = {}) => {
    expect(render(source, given)).toBe(expected)
  })

  test('replace_with_random makes one text for each pattern of a message', () => {
    const source =
      '{{ replace_with_random("a-X", "X") }} {{ replace_with_random("b-X-Y", "X") }} {{ replace_with_random("c-Y", "Y") }}'
    const text = render(source) as string
    const found = /^a-(\S{22}) b-(\S{22})-Y c-(\S{22})$/.exec(text)
    expect(found?.[1]).toBe(found?.[2])
    expect(found?.[1]).not.toBe(found?.[3])
    expect(render(source)).not.toBe(text)
  })

  test('with escapeCharacters texts keep the escapes of JSON', () => {
    const given = { json: data, escapeCharacters: true }
    expect(render('{"v":"{{ quoted }}","n":{{ names }}}', given)).toBe('{"v":"\\"quoted\\"","n":["Jeff","Seb"]}')
    expect(render('{{ raw_string(quoted) }}', given)).toBe('\\\\\\"quoted\\\\\\"')
  })

  test('bytes that are not UTF-8 survive', () => {
    expect(render('{{ base64_decode(base64_encode(body())) }}', { body: 'a\udcff' })).toBe('a\udcff')
  })
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

describe('templates that go on for too long end', () => {
  const loop = (body: string) => `{% for a in range(100000) %}${body}{% endfor %}`

  test.each([
    ['loops in loops', loop(loop('x')), 'took more than 500000 steps'],
    ['a long range', '{{ range(1000000000) }}', 'steps'],
    ['a text that doubles', `{% set s = "xxxxxxxx" %}${loop('{% set s = s + s %}')}`, 'characters'],
    ['a replacement that grows', `{% set s = "x" %}${loop('{% set s = replace(s, "x", "xxxxxxxx") %}')}`, 'characters'],
    [
      'values that nest',
      `{% set s = {"b":1} %}{% for i in range(3000) %}{% set s.a = s %}{% endfor %}{{ s }}`,
      'too deep',
    ],
    [
      'values that share their parts',
      `{% set s = {"b":1} %}{% for i in range(100) %}{% set s.a = s %}{% set s.b = s %}{% endfor %}{{ s }}`,
      'steps',
    ],
    ['a large output', loop(`{{ body() }}`), 'steps'],
  ])('%s', (_, source, message) => {
    expect(() => render(source, { body: 'x'.repeat(1000) })).toThrow(message)
  })

  test('by the clock, where steps are slow', () => {
    let now = 0
    const clock = { now: () => (now += 40) }
    expect(() => render(loop('x'), { clock })).toThrow('took longer than 50 ms')
  })

  test('sorting a large body is paid for', () => {
    const json = { list: Array.from({ length: 100_000 }, (_, index) => (index * 7919) % 100_000) }
    expect(() => render('{{ sort(list) }}', { json })).toThrow('steps')
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
