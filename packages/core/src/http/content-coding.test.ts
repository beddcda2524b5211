import { deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { canDecode, codingsOf, decodeBody } from './content-coding.ts'
import { BodyTooLarge } from './read-body.ts'
import { bytesOf, textOf } from './text.ts'

test.each([
  [undefined, []],
  ['identity', []],
  ['GZIP, identity ,deflate', ['gzip', 'deflate']],
])('the codings of %j are %j', (value, expected) => {
  expect(codingsOf(value)).toEqual(expected)
})

test.each([
  [['gzip'], true],
  [['br'], false],
  [['toString'], false],
  [['gzip', 'gzip', 'gzip', 'gzip'], false],
])('whether %j can be undone: %s', (codings, expected) => {
  expect(canDecode(codings)).toBe(expected)
})

describe('undoing codings', () => {
  const text = 'a text, a text, a text'

  test('begins with the outermost', async () => {
    const coded = deflateSync(gzipSync(text))
    expect(textOf(await decodeBody(coded, ['gzip', 'deflate'], 1000))).toBe(text)
  })

  test('takes an empty body out of its coding', async () => {
    expect(await decodeBody(gzipSync(''), ['x-gzip'], 0)).toHaveLength(0)
  })

  test('stops at the limit, however much would follow', async () => {
    const bomb = gzipSync(new Uint8Array(64 * 1024 * 1024))
    await expect(decodeBody(bomb, ['gzip'], 1024)).rejects.toThrow(new BodyTooLarge(1024))
  })

  test.each([
    ['no gzip at all', bytesOf('{"a":1}')],
    ['cut off', gzipSync(text).subarray(0, 20)],
    ['nothing', new Uint8Array()],
  ])('fails on what is %s', async (_, bytes) => {
    await expect(decodeBody(bytes, ['gzip'], 1000)).rejects.toThrow('the body is not gzip')
  })
})
