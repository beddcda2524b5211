import { describe, expect, test, vi } from 'vitest'
import { ManualClock } from './manual-clock.ts'

describe('ManualClock', () => {
  test('starts at 0 on a fixed day and stands still', async () => {
    const clock = new ManualClock()
    await clock.settle()
    expect([clock.now(), clock.wall()]).toEqual([0, Date.UTC(2024, 0, 1)])
  })

  test('moves both readings by the same amount', async () => {
    const clock = new ManualClock(new Date(1000))
    await clock.advance(250)
    expect([clock.now(), clock.wall()]).toEqual([250, 1250])
  })

  test('fires timers in the order they are due, each at its own time', async () => {
    const clock = new ManualClock()
    const fired: string[] = []
    clock.after(20, () => fired.push(`b at ${clock.now()}`))
    clock.after(10, () => fired.push(`a at ${clock.now()}`))
    clock.after(20, () => fired.push(`c at ${clock.now()}`))
    clock.after(31, () => fired.push('too early'))
    await clock.advance(30)
    expect(fired).toEqual(['a at 10', 'b at 20', 'c at 20'])
    expect(clock.pending).toBe(1)
  })

  test('fires a timer that another sets, when it is due in time', async () => {
    const clock = new ManualClock()
    const fired: number[] = []
    clock.after(10, () => clock.after(5, () => fired.push(clock.now())))
    await clock.advance(15)
    expect(fired).toEqual([15])
  })

  test('a negative delay is due at once, NaN is a mistake', async () => {
    const clock = new ManualClock()
    const run = vi.fn()
    clock.after(-5, run)
    await clock.advance(0)
    expect(run).toHaveBeenCalledOnce()
    expect(() => clock.after(Number.NaN, run)).toThrow(RangeError)
  })

  test('a cancelled timer does not fire; cancelling twice, or too late, is harmless', async () => {
    const clock = new ManualClock()
    const run = vi.fn()
    const cancel = clock.after(10, run)
    cancel()
    cancel()
    const late = clock.after(10, () => undefined)
    await clock.advance(10)
    late()
    expect(run).not.toHaveBeenCalled()
    expect(clock.pending).toBe(0)
  })

  test('promises settle before the first timer and between timers, however long their chains', async () => {
    const clock = new ManualClock()
    const chain = async (length: number): Promise<void> => {
      for (let turn = 0; turn < length; turn++) await Promise.resolve()
    }
    const fired: number[] = []
    const work = (async () => {
      await chain(5000)
      for (let round = 0; round < 3; round++) {
        await new Promise<void>((resolve) => void clock.after(10, resolve))
        await chain(5000)
        fired.push(clock.now())
      }
    })()
    await clock.advance(30)
    expect(fired).toEqual([10, 20, 30])
    await work
  })

  test('advances that overlap run one after the other', async () => {
    const clock = new ManualClock()
    const fired: number[] = []
    clock.after(10, () => fired.push(10))
    clock.after(30, () => fired.push(30))
    await Promise.all([clock.advance(20), clock.advance(20)])
    expect(fired).toEqual([10, 30])
    expect(clock.now()).toBe(40)
  })

  test('what a timer throws rejects the advance, and the clock goes on', async () => {
    const clock = new ManualClock()
    const run = vi.fn()
    clock.after(10, () => {
      throw new Error('broken')
    })
    clock.after(20, run)
    await expect(clock.advance(30)).rejects.toThrow('broken')
    expect(clock.now()).toBe(10)
    await clock.advance(10)
    expect(run).toHaveBeenCalledOnce()
  })

  test('runAll goes as far as the last timer', async () => {
    const clock = new ManualClock()
    clock.after(10, () => void clock.after(3_600_000, () => undefined))
    await clock.runAll()
    expect([clock.now(), clock.pending]).toEqual([3_600_010, 0])
  })

  test('runAll does not run forever', async () => {
    const clock = new ManualClock()
    const again = (): void => void clock.after(1, again)
    again()
    await expect(clock.runAll(100)).rejects.toThrow('100 timers fired and 1 are pending')
    expect(clock.now()).toBe(100)
  })

  test('works while the test runner fakes its timers', async () => {
    vi.useFakeTimers()
    try {
      const clock = new ManualClock()
      const run = vi.fn()
      clock.after(10, run)
      await clock.advance(10)
      expect(run).toHaveBeenCalledOnce()
    } finally {
      vi.useRealTimers()
    }
  })
})
