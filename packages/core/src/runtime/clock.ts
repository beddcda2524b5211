/** Takes back what was scheduled or subscribed; calling it twice is harmless. */
export type Cancel = () => void

/** Time as the gateway sees it. Everything time-dependent goes through one, so that tests can drive it. */
export interface Clock {
  /** Milliseconds of a monotonic clock; only differences mean anything. */
  now(): number
  /** Milliseconds since the epoch; for logs and `%START_TIME%`, never for durations. */
  wall(): number
  /** Runs once after that many milliseconds. Does not keep the process alive. */
  after(milliseconds: number, run: () => void): Cancel
}

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  after(milliseconds, run) {
    const timer = setTimeout(run, Math.min(milliseconds, longestTimer))
    ;(timer as { unref?: () => void }).unref?.()
    return () => clearTimeout(timer)
  },
}

/** Timers of the platform wrap around above this and would fire at once. */
const longestTimer = 2 ** 31 - 1
