/** The value below which the share `part` (0 to 1) of the numbers lies; NaN when there are none. */
export function quantile(numbers, part) {
  const sorted = numbers.filter(Number.isFinite).sort((a, b) => a - b)
  if (sorted.length === 0) return Number.NaN
  const place = (sorted.length - 1) * part
  const below = sorted[Math.floor(place)]
  const above = sorted[Math.ceil(place)]
  return below + (above - below) * (place - Math.floor(place))
}

export function median(numbers) {
  return quantile(numbers, 0.5)
}
