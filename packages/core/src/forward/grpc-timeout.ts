const units: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1000, m: 1, u: 1e-3, n: 1e-6 }

/**
 * Milliseconds of a `grpc-timeout`: up to eight digits and a unit. Parts of a millisecond count as a whole one.
 *
 * @see {@link https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md}
 */
export function parseGrpcTimeout(value: string | undefined): number | undefined {
  const found = value === undefined ? null : /^(\d{1,8})([HMSmun])$/.exec(value)
  return found === null ? undefined : Math.ceil(Number(found[1]) * (units[found[2] as string] as number))
}

/** Writes milliseconds as a `grpc-timeout`, in the smallest unit that eight digits are enough for. */
export function formatGrpcTimeout(milliseconds: number): string {
  let amount = Math.ceil(milliseconds)
  for (const [unit, factor] of [
    ['m', 1000],
    ['S', 60],
    ['M', 60],
  ] as const) {
    if (amount < 1e8) return `${amount}${unit}`
    amount = Math.floor(amount / factor)
  }
  return `${Math.min(amount, 99_999_999)}H`
}
