import { type FSWatcher, watch } from 'node:fs'
import { join } from 'node:path'
import { identityOf, type WatchPoints } from './watch-points.ts'

interface Watcher {
  readonly identity: string
  readonly watcher: FSWatcher
}

/** Milliseconds between two looks where the system does not tell of changes. */
const fallbackPoll = 1000

/** Tells of changes in a set of folders that may itself change. Does not keep the process alive. */
export class FolderWatchers {
  readonly #changed: () => void
  readonly #watchers = new Map<string, Watcher>()
  #points: WatchPoints = new Map()
  #poll: NodeJS.Timeout | undefined

  /** @param poll milliseconds between looks, beside what the system tells; 0 for none */
  constructor(changed: () => void, poll: number) {
    this.#changed = changed
    if (poll > 0) this.#startPolling(poll)
  }

  /** Watches these folders and no others. One that takes the place of another of the same name is a new one. */
  async watch(points: WatchPoints): Promise<void> {
    this.#points = points
    for (const folder of [...this.#watchers.keys()]) if (!points.has(folder)) this.#drop(folder)
    for (const folder of points.keys()) {
      const identity = await identityOf(folder)
      if (identity === this.#watchers.get(folder)?.identity) continue
      this.#drop(folder)
      if (identity !== undefined) this.#open(folder, identity)
    }
  }

  close(): void {
    clearInterval(this.#poll)
    for (const folder of [...this.#watchers.keys()]) this.#drop(folder)
  }

  #open(folder: string, identity: string): void {
    try {
      const watcher = watch(folder, { persistent: false }, (_event, name) => this.#tell(folder, name))
      watcher.on('error', () => {
        this.#drop(folder)
        this.#changed()
      })
      this.#watchers.set(folder, { identity, watcher })
    } catch {
      // Too many watches, or a folder that may be passed through but not read: looking is all that is left.
      if (this.#points.get(folder) === 'everything' || this.#holdsFile(folder)) this.#startPolling(fallbackPoll)
    }
  }

  /** Folders further up are watched in case they are moved; not being able to is no reason to look all the time. */
  #holdsFile(folder: string): boolean {
    return [...(this.#points.get(folder) ?? [])].some((name) => !this.#points.has(join(folder, name)))
  }

  #tell(folder: string, name: string | null): void {
    const names = this.#points.get(folder)
    if (names === undefined) return
    if (names === 'everything' || name === null || names.has(name)) this.#changed()
  }

  #startPolling(milliseconds: number): void {
    this.#poll ??= setInterval(this.#changed, milliseconds).unref()
  }

  #drop(folder: string): void {
    this.#watchers.get(folder)?.watcher.close()
    this.#watchers.delete(folder)
  }
}
