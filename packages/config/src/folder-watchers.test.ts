import { watch } from 'node:fs'
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { temporaryFolder } from '../../../test/support/temporary-folder.ts'
import { FolderWatchers } from './folder-watchers.ts'

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>()
  return { ...fs, watch: vi.fn(fs.watch) }
})

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
})

afterEach(() => {
  vi.useRealTimers()
  vi.mocked(watch).mockReset()
})

/** Watchers for the rest of the test, and how often they have told of a change. */
function counting(poll = 0) {
  let changes = 0
  const watchers = new FolderWatchers(() => {
    changes++
  }, poll)
  onTestFinished(() => watchers.close())
  return { watchers, changes: () => changes }
}

describe('folders that cannot be watched', () => {
  beforeEach(() => {
    vi.mocked(watch).mockImplementation(() => {
      throw Object.assign(new Error('no more watches'), { code: 'ENOSPC' })
    })
  })

  test('are looked at every second', async () => {
    const { path } = temporaryFolder()
    const { watchers, changes } = counting()
    await watchers.watch(new Map([[path, 'everything']]))
    vi.advanceTimersByTime(2000)
    expect(changes()).toBe(2)
    watchers.close()
    vi.advanceTimersByTime(2000)
    expect(changes()).toBe(2)
  })

  test('are looked at for a file in them', async () => {
    const { path } = temporaryFolder({ 'a.yaml': '' })
    const { watchers, changes } = counting()
    await watchers.watch(new Map([[path, new Set(['a.yaml'])]]))
    vi.advanceTimersByTime(1000)
    expect(changes()).toBe(1)
  })

  test('are not looked at if they are only on the way', async () => {
    const { path, at } = temporaryFolder({ 'conf/a.yaml': '' })
    vi.mocked(watch).mockImplementationOnce(() => {
      throw Object.assign(new Error('not for you'), { code: 'EACCES' })
    })
    const { watchers, changes } = counting()
    await watchers.watch(new Map([[path, new Set(['conf'])]]).set(at('conf'), new Set()))
    vi.advanceTimersByTime(5000)
    expect(changes()).toBe(0)
  })

  test('that are not there are waited for', async () => {
    const { at } = temporaryFolder()
    const { watchers, changes } = counting()
    await watchers.watch(new Map([[at('gone'), 'everything']]))
    vi.advanceTimersByTime(5000)
    expect(changes()).toBe(0)
    expect(watch).not.toHaveBeenCalled()
  })
})

test('whoever wants to look as well, looks', () => {
  const { changes } = counting(100)
  vi.advanceTimersByTime(1000)
  expect(changes()).toBe(10)
})
