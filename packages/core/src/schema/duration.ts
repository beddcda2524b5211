import type { Duration } from '../config/common.ts'

const milliseconds: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
}
const whole = /^(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/
const part = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g

/** A regular expression for durations, for JSON Schema. */
export const durationPattern = '^(0|([0-9]+\\.?[0-9]*|\\.[0-9]+)(ns|us|ms|s|m|h))+$'

/** Longest duration that protobuf knows: 10,000 years. */
const longest = 315_576_000_000_000

/**
 * Milliseconds of a duration: protobuf's `1.5s`, and what Go's parser takes besides: `250ms`, `1h30m`, `0`.
 * Undefined for anything else, negative durations and more than 10,000 years.
 */
export function parseDuration(text: string): number | undefined {
  if (text === '0') return 0
  if (text.length > 64 || !whole.test(text)) return undefined
  let total = 0
  for (const [, amount, unit] of text.matchAll(part)) total += Number(amount) * (milliseconds[unit ?? ''] ?? Number.NaN)
  return total <= longest ? total : undefined
}

/** Milliseconds of a duration that has been checked; `fallback` for one that is not set. */
export function durationMs<Fallback>(duration: Duration | undefined, fallback: Fallback): number | Fallback {
  return duration === undefined ? fallback : (parseDuration(duration) ?? fallback)
}
