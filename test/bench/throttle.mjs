/** A reader that stalls at first and is slow then: what fills the buffers of a proxy that has no back-pressure. */
export class Throttle {
  bytes = 0
  #started

  constructor({ stall = 2000, bytesPerSecond = 256 * 1024 ** 2 } = {}) {
    this.stall = stall
    this.bytesPerSecond = bytesPerSecond
  }

  /** Counts bytes that arrived; returns the milliseconds to wait before more may be read. */
  after(length) {
    this.bytes += length
    const now = performance.now()
    this.#started ??= now + this.stall
    const pause = this.#started + (this.bytes / this.bytesPerSecond) * 1000 - now
    // A timer for less would be late by more than that and slow the reader down.
    return pause < 4 ? 0 : pause
  }
}
