import { lstat, readdir, readlink, stat } from 'node:fs/promises'
import { join, parse, resolve, sep } from 'node:path'
import { parseGlob } from './glob.ts'

/** Folders, by their real paths, and the names in them of which a change matters. */
export type WatchPoints = ReadonlyMap<string, ReadonlySet<string> | 'everything'>

/** As many as Linux follows. */
const maxLinks = 40

/**
 * Where changes of files show that paths stand for: in the folders themselves, and in those that hold one of the links or
 * folders on the way to them. A ConfigMap is changed by a new target of a link in its folder; a release, by a link or a
 * folder further up.
 */
export async function watchPoints(paths: readonly string[], cwd: string): Promise<WatchPoints> {
  const points = new PointCollector()
  for (const path of paths) {
    await points.addPath(resolve(cwd, path))
    const glob = parseGlob(path)
    if (glob !== undefined) await points.addPath(resolve(cwd, glob.folder))
  }
  return points.found
}

class PointCollector {
  readonly found = new Map<string, Set<string> | 'everything'>()

  /** A file, or a folder with all that is below it. */
  async addPath(path: string): Promise<void> {
    const real = await this.#trace(path)
    if (real === undefined || this.found.get(real) === 'everything') return
    if (!(await isFolder(real))) return
    this.found.set(real, 'everything')
    for (const entry of await readdir(real, { withFileTypes: true }).catch(() => [])) {
      if (!entry.name.startsWith('.') && !entry.isFile()) await this.addPath(join(real, entry.name))
    }
  }

  /** Notes every name on the way, through links. Gives the real path; undefined where the way ends early. */
  async #trace(path: string): Promise<string | undefined> {
    const { root } = parse(path)
    let rest = path
      .slice(root.length)
      .split(sep)
      .filter((part) => part !== '')
    let folder = root
    for (let links = 0; rest.length > 0; ) {
      const [name = '', ...below] = rest
      this.#add(folder, name)
      const here = join(folder, name)
      const stats = await lstat(here).catch(() => undefined)
      if (stats === undefined) return undefined
      if (stats.isSymbolicLink()) {
        if (++links > maxLinks) return undefined
        const link = await readlink(here).catch(() => undefined)
        if (link === undefined) return undefined
        const target = resolve(folder, link)
        folder = parse(target).root
        rest = [
          ...target
            .slice(folder.length)
            .split(sep)
            .filter((part) => part !== ''),
          ...below,
        ]
      } else {
        folder = here
        rest = below
      }
    }
    return folder
  }

  #add(folder: string, name: string): void {
    const names = this.found.get(folder)
    if (names === 'everything') return
    if (names === undefined) this.found.set(folder, new Set([name]))
    else names.add(name)
  }
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false
}

/** Names a folder beyond its path, which another one may have taken. */
export async function identityOf(folder: string): Promise<string | undefined> {
  const stats = await stat(folder).catch(() => undefined)
  return stats === undefined ? undefined : `${stats.dev}:${stats.ino}`
}
