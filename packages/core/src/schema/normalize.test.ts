import { describe, expect, test } from 'vitest'
import { extensions } from './extensions.ts'
import { annotate, extension, later, never, secret } from './field.ts'
import { normalize } from './normalize.ts'
import { duration, enumeration, flag, int64, list, map, message, required, text, uint32 } from './protobuf-json.ts'

interface Inner {
  readonly maxTokens?: number
  readonly useHttp2?: boolean
}
interface Sample {
  readonly name: string
  readonly innerPart?: Inner
  readonly manyParts?: readonly Inner[]
  readonly byName?: Readonly<Record<string, Inner>>
  readonly mode?: 'FAST' | 'SLOW'
  readonly ringSize?: number
  readonly timeout?: `${number}s`
  readonly planned?: Inner
  readonly harmless?: boolean
  readonly password?: string
}

const inner = message<Inner>('Inner', { maxTokens: uint32(), useHttp2: flag() })
const sample = annotate(
  message<Sample>('Sample', {
    name: required(text()),
    innerPart: inner,
    manyParts: list(inner),
    byName: map(inner),
    mode: enumeration('FAST', 'SLOW'),
    ringSize: int64(),
    // biome-ignore lint/suspicious/noExplicitAny: the literal type of the sample is narrower than a duration
    timeout: duration() as any,
    planned: later('Resilience', inner),
    harmless: never('It has no use here.', flag(), 'warning'),
    password: secret(text()),
  }),
  { ignored: ['status'] },
)

function codes(input: unknown): readonly string[] {
  return normalize(sample, input).found.map(({ code, path }) => `${code} ${path.join('.')}`)
}

describe('field names', () => {
  test('are taken in camelCase and in snake_case, at every depth', () => {
    const { value, found } = normalize(sample, {
      inner_part: { max_tokens: 1, use_http2: true },
      many_parts: [{ max_tokens: 2 }],
      by_name: { some_name: { max_tokens: 3 } },
    })
    expect(found).toEqual([])
    expect(value).toEqual({
      innerPart: { maxTokens: 1, useHttp2: true },
      manyParts: [{ maxTokens: 2 }],
      byName: { some_name: { maxTokens: 3 } },
    })
  })

  test('cannot be written both ways at once', () => {
    expect(codes({ innerPart: {}, inner_part: {} })).toEqual(['duplicate-field innerPart'])
  })

  test('that are unknown are told with the likeliest one, and dropped', () => {
    const { value, found } = normalize(sample, { name: 'a', innerPrat: {} })
    expect(value).toEqual({ name: 'a' })
    expect(found).toEqual([
      {
        severity: 'error',
        code: 'unknown-field',
        path: ['innerPrat'],
        message: 'unknown field "innerPrat"',
        expected: 'name, innerPart, manyParts, byName, mode, ringSize, timeout, planned, harmless, password',
        fix: 'did you mean "innerPart"?',
      },
    ])
  })

  test('that Kubernetes writes are passed over', () => {
    expect(normalize(sample, { status: { state: 1 } })).toMatchObject({ value: {}, found: [] })
  })

  test('of every object are not fields', () => {
    expect(codes({ constructor: 1, toString: 2, hasOwnProperty: 3 })).toEqual([
      'unknown-field constructor',
      'unknown-field toString',
      'unknown-field hasOwnProperty',
    ])
  })
})

describe('__proto__', () => {
  test('is no field and never becomes a prototype', () => {
    const { value, found } = normalize(sample, JSON.parse('{"__proto__": {"name": "evil"}}'))
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
    expect((value as { name?: unknown }).name).toBeUndefined()
    expect(found).toMatchObject([{ code: 'forbidden-key', path: ['__proto__'] }])
  })

  test('is no key of a map', () => {
    const { value, found } = normalize(
      sample,
      JSON.parse('{"byName": {"__proto__": {"maxTokens": 1}, "constructor": {}}}'),
    )
    const { byName } = value as { byName: object }
    expect(Object.getPrototypeOf(byName)).toBe(Object.prototype)
    expect(Object.keys(byName)).toEqual(['constructor'])
    expect(found).toMatchObject([{ code: 'forbidden-key', path: ['byName'] }])
  })
})

describe('values', () => {
  test('null and undefined are absence', () => {
    expect(normalize(sample, { name: 'a', innerPart: null, mode: undefined })).toMatchObject({
      value: { name: 'a' },
      found: [],
    })
  })

  test.each([
    [{ mode: 1 }, { mode: 'SLOW' }],
    [{ mode: 7 }, { mode: 7 }],
    [{ mode: -1 }, { mode: -1 }],
    [{ ringSize: '1024' }, { ringSize: 1024 }],
    [{ ringSize: 'many' }, { ringSize: 'many' }],
    [{ timeout: '1h30m' }, { timeout: '5400s' }],
    [{ timeout: '0' }, { timeout: '0s' }],
    [{ timeout: '250ms' }, { timeout: '250ms' }],
    [{ timeout: '15' }, { timeout: '15' }],
    [{ innerPart: 3 }, { innerPart: 3 }],
    [{ manyParts: {} }, { manyParts: {} }],
    [{ byName: [] }, { byName: [] }],
  ])('%j becomes %j', (input, output) => {
    expect(normalize(sample, input).value).toEqual(output)
  })

  test('the input is left alone', () => {
    const input = { inner_part: { max_tokens: 1 }, mode: 1 }
    const before = structuredClone(input)
    const { value } = normalize(sample, input)
    expect(input).toEqual(before)
    expect((value as { innerPart: unknown }).innerPart).not.toBe(input.inner_part)
  })

  test('settings of filters lose the level that Gloo puts around them', () => {
    const { value } = normalize(extensions, { configs: { tag: { a: 1 }, other: 2 }, tag: { b: 1 } })
    expect(value).toEqual({ tag: { b: 1 }, other: 2 })
  })
})

describe('options that are not implemented', () => {
  test('are an error that names the work they come with', () => {
    expect(normalize(sample, { planned: {} }).found).toMatchObject([
      { severity: 'error', code: 'not-implemented', path: ['planned'], message: expect.stringContaining('Resilience') },
    ])
  })

  test('are a warning where they do no harm', () => {
    expect(normalize(sample, { harmless: true }).found).toMatchObject([
      { severity: 'warning', code: 'not-supported', message: expect.stringContaining('It has no use here.') },
    ])
  })

  test('are a warning to whoever asks for it', () => {
    expect(normalize(sample, { planned: {} }, 'warning').found).toMatchObject([{ severity: 'warning' }])
  })

  test('are told once, and typing errors in them, too', () => {
    const nested = message<{ readonly outer?: { readonly deep?: Inner } }>('Nested', {
      outer: later('Resilience', message<{ readonly deep?: Inner }>('Outer', { deep: later('Resilience', inner) })),
    })
    expect(normalize(nested, { outer: { deep: { maxToken: 1 } } }).found.map(({ code }) => code)).toEqual([
      'not-implemented',
      'unknown-field',
    ])
  })

  test('notes of a schema stay with its copies', () => {
    const copy = extension(later('Processing', enumeration('A', 'B')))
    expect(normalize(copy, 1).value).toBe('B')
  })
})

test('the places of secrets are told', () => {
  expect(normalize(sample, { password: 'hunter2' }).secrets).toEqual([['password']])
})
