import { expect, test } from 'vitest'
import type { BodySink } from './body.ts'
import { HeaderMap } from './headers.ts'
import { QueueBody } from './queue-body.ts'

/** A sink that is full after every chunk. */
class FullSink implements BodySink {
  readonly seen: unknown[] = []

  write(chunk: Uint8Array): boolean {
    this.seen.push(...chunk)
    return false
  }

  end(trailers: HeaderMap | undefined): void {
    this.seen.push(trailers ?? 'end')
  }

  fail(error: unknown): void {
    this.seen.push(error)
  }
}

test('a slow reader of a body that was written in whole gets its end, once', () => {
  const body = new QueueBody({ resume() {}, cancel() {} })
  const trailers = new HeaderMap()
  body.write(Uint8Array.of(1))
  body.end(trailers)
  const sink = new FullSink()
  body.pipe(sink)
  expect(sink.seen).toEqual([1])
  body.resume()
  body.resume()
  expect(sink.seen).toEqual([1, trailers])
})

test('and so what broke it', () => {
  const body = new QueueBody({ resume() {}, cancel() {} })
  body.write(Uint8Array.of(1))
  body.fail('broken')
  const sink = new FullSink()
  body.pipe(sink)
  body.resume()
  expect(sink.seen).toEqual([1, 'broken'])
})

test('a body that was cancelled says nothing more', () => {
  const body = new QueueBody({ resume() {}, cancel() {} })
  const sink = new FullSink()
  body.pipe(sink)
  body.cancel('enough')
  body.write(Uint8Array.of(1))
  body.resume()
  expect(sink.seen).toEqual([])
})
