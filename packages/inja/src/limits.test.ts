import { describe, expect, test } from 'vitest'
import { render } from '../../../test/support/inja-rendering.ts'

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
