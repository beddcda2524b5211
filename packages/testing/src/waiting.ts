import type { Clock } from '@headgate/core'

/** Resolves after that many milliseconds on the clock; rejects, leaving no timer behind, when the signal aborts. */
export function sleep(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = waiter()
  const cancel = clock.after(milliseconds, resolve)
  return unlessAborted(promise, signal).finally(cancel)
}

/** The promise, or a rejection with the signal's reason if that comes first. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason)
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}

/** Never resolves; rejects when the signal aborts. */
export function forever(signal: AbortSignal): Promise<never> {
  return unlessAborted(new Promise<never>(() => undefined), signal)
}

/** A promise and what resolves it. */
export function waiter(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve: () => void = () => undefined
  const promise = new Promise<void>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}
