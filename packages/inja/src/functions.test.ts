import { describe, expect, test } from 'vitest'
import { data, type Given, render, renders } from '../../../test/support/inja-rendering.ts'

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
