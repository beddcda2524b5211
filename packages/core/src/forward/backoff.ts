import type { HeaderMap } from '../http/headers.ts'
import type { Runtime } from '../runtime/runtime.ts'

/** Pauses between tries, in milliseconds. */
export interface BackOff {
  readonly base: number
  readonly max: number
  /** Pauses that the upstream asks for; empty: none. */
  readonly resetHeaders: readonly ResetHeader[]
  /** The longest pause that an upstream may ask for. */
  readonly maxReset: number
}

/** A response header that says when to come back. */
interface ResetHeader {
  readonly name: string
  readonly format: 'SECONDS' | 'UNIX_TIMESTAMP'
}

/**
 * The pause before a retry: at random between nothing and an interval that doubles with every retry, so that callers
 * that failed together do not come back together (Envoy's fully jittered exponential back-off).
 *
 * @param retry 0 for the first one
 */
export function exponentialPause({ base, max }: BackOff, retry: number, random: number): number {
  return Math.floor(random * Math.min(base * 2 ** retry, max))
}

/**
 * The pause that a response asks for, and up to half of it more; undefined when it asks for none, or for too long a one.
 */
export function requestedPause(backOff: BackOff, headers: HeaderMap, runtime: Runtime): number | undefined {
  for (const { name, format } of backOff.resetHeaders) {
    const value = headers.get(name)?.trim()
    if (value === undefined || !/^\d{1,15}$/.test(value)) continue
    const seconds = format === 'SECONDS' ? Number(value) : Number(value) - Math.floor(runtime.clock.wall() / 1000)
    const interval = seconds * 1000
    if (interval < 0 || interval > backOff.maxReset) continue
    // A pause of nothing would be none.
    return interval <= 1 ? undefined : Math.floor(interval * (1 + runtime.random() / 2))
  }
  return undefined
}
