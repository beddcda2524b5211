/** Envoy's default: a priority takes all of its load until less than 1 / 1.4 of its hosts are healthy. */
export const defaultOverprovisioning = 140

/** The hosts of one priority, counted. */
export interface PriorityHealth {
  readonly healthy: number
  readonly total: number
}

/** How a request is spread over priorities. */
export interface PriorityLoads {
  /** Share of each priority, in percent; the sum is 100. */
  readonly loads: readonly number[]
  /** Priorities that use all of their hosts, because too few of them are healthy. */
  readonly panic: readonly boolean[]
}

/**
 * Spreads load over priorities: each can take `overprovisioning` times the share of its hosts that are healthy, and
 * what one cannot take goes to the next. When all together cannot take everything, priorities below the panic threshold
 * use all of their hosts; when all of them are, load follows the number of hosts.
 *
 * @param overprovisioning in percent
 * @param panicThreshold in percent; 0 for no panic
 * @see {@link https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/load_balancing/priority}
 */
export function priorityLoads(
  priorities: readonly PriorityHealth[],
  overprovisioning: number,
  panicThreshold: number,
): PriorityLoads {
  const capacities = priorities.map(({ healthy, total }) =>
    total === 0 ? 0 : Math.min(100, Math.floor((overprovisioning * healthy) / total)),
  )
  const capacity = Math.min(
    100,
    capacities.reduce((sum, each) => sum + each, 0),
  )
  const panic = priorities.map(
    ({ healthy, total }) => capacity < 100 && (total === 0 ? 0 : (100 * healthy) / total) < panicThreshold,
  )
  if (panicThreshold > 0 && panic.every(Boolean)) return { loads: byHosts(priorities), panic }
  return { loads: capacity === 0 ? allToFirst(priorities) : byCapacity(capacities, capacity), panic }
}

function byCapacity(capacities: readonly number[], capacity: number): readonly number[] {
  let left = 100
  const loads = capacities.map((each) => {
    const load = Math.min(left, Math.floor((each * 100) / capacity))
    left -= load
    return load
  })
  return withRest(loads, left)
}

function byHosts(priorities: readonly PriorityHealth[]): readonly number[] {
  const hosts = priorities.reduce((sum, { total }) => sum + total, 0)
  if (hosts === 0) return allToFirst(priorities)
  const loads = priorities.map(({ total }) => Math.floor((100 * total) / hosts))
  return withRest(loads, 100 - loads.reduce((sum, load) => sum + load, 0))
}

/** What rounding has left over goes to the first priority that has any load. */
function withRest(loads: readonly number[], rest: number): readonly number[] {
  const first = loads.findIndex((load) => load > 0)
  return loads.map((load, index) => (index === first ? load + rest : load))
}

function allToFirst(priorities: readonly PriorityHealth[]): readonly number[] {
  return priorities.map((_, index) => (index === 0 ? 100 : 0))
}
