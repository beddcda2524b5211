import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A folder that lives as long as the test. */
export interface TemporaryFolder {
  readonly path: string
  /** The absolute path of something in it. */
  at(name: string): string
  /** Writes a file, in place, and the folders above it. Gives its path. */
  write(name: string, content: string | Uint8Array): string
}

/** Makes a folder for the rest of the test, with these files in it. */
export function temporaryFolder(files: Readonly<Record<string, string | Uint8Array>> = {}): TemporaryFolder {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'headgate-')))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  const at = (name: string): string => join(path, name)
  const write = (name: string, content: string | Uint8Array): string => {
    mkdirSync(dirname(at(name)), { recursive: true })
    writeFileSync(at(name), content)
    return at(name)
  }
  for (const [name, content] of Object.entries(files)) write(name, content)
  return { path, at, write }
}
