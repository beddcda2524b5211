import { type Body, type BodySink, type Cancel, isStreamBody } from '@headgate/core'

/** Reads a body of any kind into a sink that never asks to wait. Returns what stops the reading before its end. */
export function pipeBody(body: Body, sink: BodySink): (reason: unknown) => void {
  if (body === null || body instanceof Uint8Array) {
    if (body !== null) sink.write(body)
    sink.end(undefined)
    return () => undefined
  }
  if (isStreamBody(body)) {
    body.pipe(sink)
    return (reason) => body.cancel(reason)
  }
  return iterate(body, sink)
}

function iterate(body: AsyncIterable<Uint8Array>, sink: BodySink): Cancel {
  const iterator = body[Symbol.asyncIterator]()
  let stopped = false
  const step = async (): Promise<void> => {
    const { done, value } = await iterator.next()
    if (stopped) return
    if (done === true) return sink.end(undefined)
    sink.write(value)
    return step()
  }
  step().catch((error: unknown) => {
    if (!stopped) sink.fail(error)
  })
  return () => {
    stopped = true
    // Whether the source can still be closed makes no difference to who gave it up.
    iterator.return?.().catch(() => undefined)
  }
}
