import { describe, expect, test } from 'vitest'
import { priorityLoads } from './priority-load.ts'

function percent(...healthy: readonly number[]) {
  return healthy.map((each) => ({ healthy: each, total: 100 }))
}

describe('priorityLoads', () => {
  // The tables of Envoy's documentation on priority levels and on the panic threshold.
  test.each([
    { health: [100, 100], loads: [100, 0], panic: [false, false] },
    { health: [72, 72], loads: [100, 0], panic: [false, false] },
    { health: [71, 71], loads: [99, 1], panic: [false, false] },
    { health: [50, 100], loads: [70, 30], panic: [false, false] },
    { health: [25, 100], loads: [35, 65], panic: [false, false] },
    { health: [0, 100], loads: [0, 100], panic: [false, false] },
    { health: [0, 72], loads: [0, 100], panic: [false, false] },
    { health: [25, 25], loads: [50, 50], panic: [true, true] },
    { health: [0, 0], loads: [50, 50], panic: [true, true] },
    { health: [20, 20, 10], loads: [34, 33, 33], panic: [true, true, true] },
  ])('with $health percent healthy', ({ health, loads, panic }) => {
    expect(priorityLoads(percent(...health), 140, 50)).toEqual({ loads, panic })
  })

  test('in total panic load follows the number of hosts', () => {
    const health = [
      { healthy: 0, total: 30 },
      { healthy: 0, total: 10 },
    ]
    expect(priorityLoads(health, 140, 50)).toEqual({ loads: [75, 25], panic: [true, true] })
  })

  test('without a panic threshold nothing panics, and the first priority answers for all that are down', () => {
    expect(priorityLoads(percent(0, 0), 140, 0)).toEqual({ loads: [100, 0], panic: [false, false] })
    expect(priorityLoads(percent(0, 10), 140, 0)).toEqual({ loads: [0, 100], panic: [false, false] })
  })

  test('an overprovisioning factor of 100 moves load as soon as one host is down', () => {
    expect(priorityLoads(percent(90, 100), 100, 50).loads).toEqual([90, 10])
  })

  test('nothing is divided by no hosts', () => {
    expect(priorityLoads([{ healthy: 0, total: 0 }], 140, 50)).toEqual({ loads: [100], panic: [true] })
  })
})
