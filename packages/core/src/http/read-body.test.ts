import { describe, expect, test } from 'vitest'
import { HeaderMap } from './headers.ts'
import { QueueBody } from './queue-body.ts'
import { announcesMore, BodyTooLarge, readBody } from './read-body.ts'

async function* chunks(...parts: readonly number[][]) {
  for (const part of parts) yield Uint8Array.from(part)
}

describe('reading a body', () => {
  test('joins what an iterable gives', async () => {
    expect([...(await readBody(chunks([1, 2], [], [3]), 3)).bytes]).toEqual([1, 2, 3])
  })

  test('gives the trailers of a stream', async () => {
    const body = new QueueBody({ resume() {}, cancel() {} })
    const trailers = new HeaderMap([['digest', 'x']])
    const reading = readBody(body, 10)
    body.write(Uint8Array.of(1))
    body.end(trailers)
    expect(await reading).toEqual({ bytes: Uint8Array.of(1), trailers })
  })

  test('cancels what is larger than allowed, and holds on to none of it', async () => {
    let reason: unknown
    const body = new QueueBody({
      resume() {},
      cancel(why) {
        reason = why
      },
    })
    const reading = readBody(body, 3)
    body.write(Uint8Array.of(1, 2))
    body.write(Uint8Array.of(3, 4))
    await expect(reading).rejects.toThrow(new BodyTooLarge(3))
    expect(reason).toBeInstanceOf(BodyTooLarge)
  })

  test('fails with what broke the body', async () => {
    const body = new QueueBody({ resume() {}, cancel() {} })
    const reading = readBody(body, 3)
    body.fail(new Error('reset'))
    await expect(reading).rejects.toThrow('reset')
  })
})

test.each([
  ['11', true],
  ['10', false],
  ['abc', false],
  [undefined, false],
])('a content-length of %s announces more than 10 bytes: %s', (length, expected) => {
  expect(announcesMore(new HeaderMap(length === undefined ? [] : [['content-length', length]]), 10)).toBe(expected)
})
