import { describe, expect, test } from 'vitest'
import type { Extraction } from '../../config/transformation.ts'
import { compileExtractor } from './extractor.ts'

function extract(extraction: Extraction, source: string, header = source): string {
  const tools = { engines: [], runtime: {} as never, maxProgramSize: undefined, report: () => undefined }
  const extractor = compileExtractor(extraction, 'e', tools)
  if (extractor === undefined) throw new Error('refused')
  return extractor.extract({ body: source, header: () => header })
}

describe('EXTRACT', () => {
  test.each([
    [{ regex: '.*(test).*', subgroup: 1 }, 'this is a test', 'test'],
    [{ regex: '.*' }, 'test', 'test'],
    [{ regex: 'is a test' }, 'this is a test', ''],
    [{ regex: '(a)|b', subgroup: 1 }, 'b', ''],
    [{ regex: '.*' }, 'a\nb', ''],
    [{ regex: '[\\s\\S]*id: ([0-9]{4})[\\s\\S]*', subgroup: 1 }, 'x\nid: 4423\n', '4423'],
    [{ regex: '([\\-._[:alnum:]]+)' }, '764b.0f_0f-7', '764b.0f_0f-7'],
    [{}, 'text', ''],
  ])('%j of %j is %j', (extraction, source, expected) => {
    expect(extract({ body: {}, ...extraction }, source)).toBe(expected)
  })

  test('a header that is not there gives nothing', () => {
    expect(extract({ header: 'x', regex: '.*', mode: 'SINGLE_REPLACE', replacementText: 'a' }, '')).toBe('')
  })
})

describe('SINGLE_REPLACE', () => {
  test.each([
    [{ regex: '.*(test).*', subgroup: 1, replacementText: 'replaced' }, 'this is a test', 'this is a replaced'],
    [{ regex: 'this is a (test)', replacementText: 'replaced' }, 'this is a test', 'replaced'],
    [{ regex: 'will not match', replacementText: 'replaced' }, 'this is a test', 'this is a test'],
    [{ regex: 'is a test', replacementText: 'replaced' }, 'this is a test', 'this is a test'],
    [{ regex: '(a)?b', subgroup: 1, replacementText: 'x' }, 'b', 'b'],
    [{ regex: '(a)b', subgroup: 1, replacementText: '$1' }, 'ab', '$1b'],
    [{ regex: '(a)b', subgroup: 1, replacementText: '' }, 'ab', 'b'],
  ])('%j of %j is %j', (extraction, source, expected) => {
    expect(extract({ body: {}, mode: 'SINGLE_REPLACE', ...extraction }, source)).toBe(expected)
  })
})

describe('REPLACE_ALL', () => {
  test.each([
    ['test', 'replaced', 'test test', 'replaced replaced'],
    ['will not match', 'x', 'test', 'test'],
    ['(\\w)(\\w)', '$2$1', 'abcd', 'badc'],
    ['(a)', '[$&|$1|$2|$10|$0|$$|$]', 'a', '[a|a|$2|a0|$0|$|$]'],
    ['a*', 'X', 'baac', 'bXc'],
    ['', 'X', 'ab', 'ab'],
  ])('%j with %j in %j is %j', (regex, replacementText, source, expected) => {
    expect(extract({ body: {}, mode: 'REPLACE_ALL', regex, replacementText }, source)).toBe(expected)
  })
})

test('an expression that would take forever elsewhere does not', () => {
  expect(extract({ body: {}, regex: '(a+)+b' }, 'a'.repeat(50_000))).toBe('')
})
