import type { Tally } from './record.ts'
import type { OutlierSettings } from './settings.ts'

/** A host's requests of one interval. */
export interface HostTally<H> {
  readonly host: H
  readonly tally: Tally
}

/** The share of good outcomes in percent; undefined with fewer requests than `volume`. */
export function successRate({ succeeded, failed }: Tally, volume: number): number | undefined {
  const total = succeeded + failed
  return total === 0 || total < volume ? undefined : (100 * succeeded) / total
}

/**
 * Hosts that do much worse than the others: their success rate lies below `mean - stdevFactor * standard deviation` of
 * all hosts with enough requests.
 */
export function belowTheRest<H>(
  tallies: readonly HostTally<H>[],
  { minimumHosts, requestVolume, stdevFactor }: OutlierSettings['successRate'],
): readonly H[] {
  const rated = tallies.flatMap(({ host, tally }) => {
    const rate = successRate(tally, requestVolume)
    return rate === undefined ? [] : [{ host, rate }]
  })
  if (rated.length === 0 || rated.length < minimumHosts) return []
  const mean = rated.reduce((sum, { rate }) => sum + rate, 0) / rated.length
  const variance = rated.reduce((sum, { rate }) => sum + (rate - mean) ** 2, 0) / rated.length
  const threshold = mean - stdevFactor * Math.sqrt(variance)
  return rated.filter(({ rate }) => rate < threshold).map(({ host }) => host)
}

/** Hosts of whose requests at least `threshold` percent failed, whatever the others do. */
export function failingTooOften<H>(
  tallies: readonly HostTally<H>[],
  { minimumHosts, requestVolume, threshold }: OutlierSettings['failurePercentage'],
): readonly H[] {
  const rated = tallies.filter(({ tally }) => successRate(tally, requestVolume) !== undefined)
  if (rated.length < minimumHosts) return []
  return rated
    .filter(({ tally }) => (100 * tally.failed) / (tally.succeeded + tally.failed) >= threshold)
    .map(({ host }) => host)
}
