import { describe, expect, test } from 'vitest'
import { SharedBody, type SharedBodyOptions, type SharedReader } from './shared-body.ts'

/** A source that gives a chunk whenever the test says so, and counts what it was asked for. */
class Tap implements AsyncIterable<Uint8Array> {
  asked = 0
  returned = false
  #waiting: { resolve(result: IteratorResult<Uint8Array>): void; reject(error: unknown): void } | undefined;

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return {
      next: () => {
        this.asked++
        return new Promise((resolve, reject) => {
          this.#waiting = { resolve, reject }
        })
      },
      return: () => {
        this.returned = true
        return Promise.resolve({ done: true, value: undefined })
      },
    }
  }

  async give(text: string): Promise<void> {
    this.#waiting?.resolve({ done: false, value: bytes(text) })
    await settled()
  }

  async end(): Promise<void> {
    this.#waiting?.resolve({ done: true, value: undefined })
    await settled()
  }

  async break(error: unknown): Promise<void> {
    this.#waiting?.reject(error)
    await settled()
  }
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve()
}

async function* chunks(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield bytes(text)
}

function share(body: AsyncIterable<Uint8Array>, options: Partial<SharedBodyOptions> = {}) {
  return new SharedBody(body, { limit: 100, keep: true, ended: () => {}, ...options })
}

async function textOf(reader: SharedReader): Promise<string> {
  let text = ''
  for await (const chunk of reader) text += new TextDecoder().decode(chunk)
  return text
}

describe('a body that is kept', () => {
  test('can be read again, from the start', async () => {
    const body = share(chunks('a', 'bc', 'd'))
    expect(await textOf(body.read())).toBe('abcd')
    expect(await textOf(body.read())).toBe('abcd')
    expect(body.replayable).toBe(true)
  })

  test('goes on where the reading before was given up', async () => {
    const tap = new Tap()
    const body = share(tap)
    const first = body.read()
    const read = first.next()
    await tap.give('a')
    expect(await read).toMatchObject({ value: bytes('a') })
    const waiting = first.next()
    first.close('given up')
    await expect(waiting).rejects.toBe('given up')
    const second = textOf(body.read())
    await tap.give('b')
    await tap.end()
    expect(await second).toBe('ab')
  })

  test('tells its end once, however often it is read', async () => {
    let ends = 0
    const body = share(chunks('a'), { ended: () => ends++ })
    await textOf(body.read())
    await textOf(body.read())
    expect(ends).toBe(1)
  })

  test('serves two readers at a time', async () => {
    const body = share(chunks('a', 'b', 'c'))
    expect(await Promise.all([textOf(body.read()), textOf(body.read())])).toEqual(['abc', 'abc'])
  })

  test('is read no faster than somebody reads', async () => {
    const tap = new Tap()
    const body = share(tap)
    const reader = body.read()
    await settled()
    expect(tap.asked).toBe(0)
    void reader.next()
    await tap.give('a')
    expect(tap.asked).toBe(1)
  })
})

describe('beyond the limit', () => {
  test('a body passes, but only once', async () => {
    const body = share(chunks('abc', 'def'), { limit: 5 })
    expect(await textOf(body.read())).toBe('abcdef')
    expect(body.replayable).toBe(false)
    await expect(textOf(body.read())).rejects.toThrow('gone')
  })

  test('a body of exactly that size is kept', async () => {
    const body = share(chunks('abc', 'de'), { limit: 5 })
    await textOf(body.read())
    expect(body.replayable).toBe(true)
  })
})

describe('a follower', () => {
  test('gets everything and asks for nothing', async () => {
    const tap = new Tap()
    const body = share(tap, { keep: false })
    const copy = textOf(body.follow(() => {}))
    await settled()
    expect(tap.asked).toBe(0)
    const text = textOf(body.read())
    await tap.give('a')
    await tap.give('b')
    await tap.end()
    expect([await text, await copy]).toEqual(['ab', 'ab'])
  })

  test('that is too slow is cut off, and the others go on', async () => {
    const cuts: unknown[] = []
    const body = share(chunks('abc', 'def', 'ghi'), { keep: false, limit: 5 })
    const copy = body.follow((reason) => cuts.push(reason))
    expect(await textOf(body.read())).toBe('abcdefghi')
    expect(cuts).toEqual([expect.objectContaining({ message: 'too slow for the rest of the body' })])
    await expect(copy.next()).rejects.toBe(cuts[0])
  })

  test('may be behind by as much as the limit', async () => {
    const body = share(chunks('abc', 'de'), { keep: false, limit: 5 })
    const copy = body.follow(() => {})
    await textOf(body.read())
    expect(await textOf(copy)).toBe('abcde')
  })
})

describe('a source that breaks', () => {
  test('breaks for all readers, those that wait and those to come', async () => {
    const tap = new Tap()
    const cuts: unknown[] = []
    const body = share(tap)
    body.follow((reason) => cuts.push(reason))
    const waiting = body.read().next()
    const error = new Error('cut')
    await tap.break(error)
    await expect(waiting).rejects.toBe(error)
    await expect(body.read().next()).rejects.toBe(error)
    expect(body).toMatchObject({ failed: true, replayable: false })
    expect(cuts).toEqual([error])
  })

  test('is one that gives anything but bytes', async () => {
    const wrong = share({
      [Symbol.asyncIterator]: () => ({ next: async () => ({ done: false, value: 'text' as never }) }),
    })
    await expect(wrong.read().next()).rejects.toThrow(TypeError)
  })
})

describe('close', () => {
  test('lets go of the source and ends the readers', async () => {
    const tap = new Tap()
    const body = share(tap)
    const waiting = body.read().next()
    body.close('over')
    await expect(waiting).rejects.toBe('over')
    expect(tap.returned).toBe(true)
    await tap.give('late')
    expect(body.failed).toBe(true)
  })

  test('after the end leaves the readers what is theirs', async () => {
    const body = share(chunks('a', 'b'), { keep: false })
    const copy = body.follow(() => {})
    await textOf(body.read())
    body.close('over')
    expect(await textOf(copy)).toBe('ab')
  })

  test('forget lets go of what was read, for readers to come', async () => {
    const body = share(chunks('a', 'b'))
    const reader = body.read()
    await reader.next()
    body.forget()
    expect(body.replayable).toBe(false)
    expect(await textOf(reader)).toBe('b')
  })
})

test('a stream of Node is not destroyed by letting go of it', async () => {
  const options: unknown[] = []
  const stream = {
    iterator(option: object) {
      options.push(option)
      return chunks('a')
    },
    [Symbol.asyncIterator]: () => {
      throw new Error('would destroy the stream')
    },
  }
  expect(await textOf(share(stream).read())).toBe('a')
  expect(options).toEqual([{ destroyOnReturn: false }])
})
