/** What can be told to send what it holds back. */
export interface Flushable {
  flush(): void
}

let pending: Flushable[] = []

/** Has everything that began in this turn of the event loop flushed at its end, with one immediate for all. */
export function flushLater(flushable: Flushable): void {
  if (pending.length === 0) setImmediate(flushAll)
  pending.push(flushable)
}

function flushAll(): void {
  const due = pending
  pending = []
  for (const flushable of due) flushable.flush()
}
