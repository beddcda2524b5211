/** Options of {@link until}. */
export interface UntilOptions {
  /** Milliseconds until it is given up. Default 15,000: the machine may be busy with other tests. */
  readonly deadline?: number
  /** What the message of the error says was waited for; a function is asked when it is too late. */
  readonly what?: string | (() => string)
}

/**
 * Resolves with the first value of the condition that is neither false nor undefined; looks every few milliseconds.
 * For what only the outside world can bring about: sockets, processes.
 *
 * @throws Error At the deadline, with the time and what was waited for.
 */
export async function until<T>(condition: () => T | false | undefined, options: UntilOptions = {}): Promise<T> {
  const { deadline = 15_000, what = String(condition) } = options
  const start = performance.now()
  for (;;) {
    const value = condition()
    if (value !== false && value !== undefined) return value
    if (performance.now() - start > deadline) {
      throw new Error(`not within ${deadline} ms: ${typeof what === 'string' ? what : what()}`)
    }
    await pause(2)
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
