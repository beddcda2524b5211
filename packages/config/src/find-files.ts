import { readdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Issue } from '@headgate/core'
import { findingIssue } from './finding.ts'
import { parseGlob } from './glob.ts'

/** A file to read. */
export interface FoundFile {
  /** As people are told of it: the way they wrote its path or that of a folder above it. */
  readonly name: string
  /** Absolute. */
  readonly path: string
}

/** What a list of paths stands for. */
export interface FoundFiles {
  readonly files: readonly FoundFile[]
  /** Paths that stand for nothing. */
  readonly issues: readonly Issue[]
}

const configurationFile = /\.(ya?ml|json)$/

/**
 * Finds the files that paths stand for: files themselves, in folders and below those whose names end in `.yaml`, `.yml`
 * or `.json`, and what a pattern with `*`, `?` or `**` says. Names with a dot in front are passed over in folders: in a
 * mounted ConfigMap those are earlier and later versions of the same files. Each file once, folders in order of names.
 */
export async function findFiles(paths: readonly string[], cwd: string): Promise<FoundFiles> {
  const files = new Map<string, FoundFile>()
  const issues: Issue[] = []
  for (const path of paths) {
    try {
      const found = await filesOf(path, cwd)
      if (found.length === 0) issues.push(findingIssue({ code: 'file-not-found', ...(await nothingAt(path, cwd)) }))
      for (const file of found) if (!files.has(file.path)) files.set(file.path, file)
    } catch (error) {
      const message = `${path} cannot be read: ${(error as Error).message}`
      issues.push(findingIssue({ code: 'file-unreadable', message }))
    }
  }
  return { files: [...files.values()], issues }
}

async function filesOf(path: string, cwd: string): Promise<readonly FoundFile[]> {
  const kind = await kindOf(resolve(cwd, path))
  if (kind === 'file') return [{ name: path, path: resolve(cwd, path) }]
  if (kind === 'folder') return (await filesBelow(path, cwd)).filter(({ name }) => configurationFile.test(name))
  const glob = parseGlob(path)
  if (glob === undefined) return []
  const start = glob.folder === '' || glob.folder.endsWith('/') ? glob.folder.length : glob.folder.length + 1
  return (await filesBelow(glob.folder, cwd)).filter(({ name }) => glob.matches(name.slice(start)))
}

async function nothingAt(path: string, cwd: string): Promise<{ readonly message: string; readonly expected?: string }> {
  if ((await kindOf(resolve(cwd, path))) === 'folder')
    return { message: `the folder ${path} holds no configuration`, expected: 'files named .yaml, .yml or .json' }
  if (parseGlob(path) !== undefined) return { message: `no file is meant by ${path}` }
  return { message: `there is no file or folder ${path}` }
}

/** Follows links, also those to folders, but none into a folder it is in already. */
async function filesBelow(
  folder: string,
  cwd: string,
  above: ReadonlySet<string> = new Set(),
): Promise<readonly FoundFile[]> {
  const identity = await identityOf(resolve(cwd, folder))
  if (identity === undefined || above.has(identity)) return []
  const files: FoundFile[] = []
  for (const entry of (await readdir(resolve(cwd, folder))).sort()) {
    if (entry.startsWith('.')) continue
    const name = folder === '' ? entry : join(folder, entry)
    const kind = await kindOf(resolve(cwd, name))
    if (kind === 'folder') files.push(...(await filesBelow(name, cwd, new Set([...above, identity]))))
    // A link that leads nowhere is one that cannot be read, not one that is not there.
    else files.push({ name, path: resolve(cwd, name) })
  }
  return files
}

async function kindOf(path: string): Promise<'file' | 'folder' | undefined> {
  const stats = await stat(path).catch(() => undefined)
  if (stats === undefined) return undefined
  return stats.isDirectory() ? 'folder' : 'file'
}

async function identityOf(path: string): Promise<string | undefined> {
  const stats = await stat(path).catch(() => undefined)
  return stats?.isDirectory() === true ? `${stats.dev}:${stats.ino}` : undefined
}
