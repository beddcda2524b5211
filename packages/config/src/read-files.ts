import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import type { GatewayConfig, Issue } from '@headgate/core'
import { Collector } from './collector.ts'
import { decodeText } from './decode-text.ts'
import { type FoundFile, findFiles } from './find-files.ts'
import { findingIssue } from './finding.ts'
import { collectText, maxTextLength } from './parse-texts.ts'
import { SourceText } from './source-text.ts'

/** Files as they were at one time. */
export interface ReadFiles {
  readonly files: readonly FoundFile[]
  readonly texts: readonly SourceText[]
  /** Files that could not be found or read as texts. */
  readonly issues: readonly Issue[]
  /** The same for the same files with the same content, and for the same that is wrong with them. */
  readonly fingerprint: string
}

/** Reads all files that paths stand for. Never rejects: what cannot be read is among the findings. */
export async function readFiles(paths: readonly string[], cwd: string): Promise<ReadFiles> {
  const { files, issues: notFound } = await findFiles(paths, cwd)
  const texts: SourceText[] = []
  const issues: Issue[] = [...notFound]
  const hash = createHash('sha256')
  for (const file of files) {
    const read = await readText(file)
    hash.update(`${file.path}\0`)
    if (!(read instanceof SourceText)) issues.push(read)
    else {
      texts.push(read)
      hash.update(`${read.text.length}\0${read.text}`)
    }
  }
  return { files, texts, issues, fingerprint: hash.update(JSON.stringify(issues)).digest('base64') }
}

/**
 * Makes a configuration of files.
 *
 * @throws ConfigError with everything that is wrong with them
 */
export function configOf({ files, texts, issues }: ReadFiles): GatewayConfig {
  const collector = new Collector(issues)
  for (const text of texts) collectText(text, collector)
  if (!collector.hasErrors && Object.keys(collector.config).length === 0) {
    const where = files.length === 1 ? `the file ${files[0]?.name}` : `the ${files.length} files`
    collector.report({ code: 'no-resources', message: `there is no resource in ${where}` })
  }
  return collector.finish()
}

async function readText({ name, path }: FoundFile): Promise<SourceText | Issue> {
  const place = { file: name, line: 1, column: 1 }
  let bytes: Uint8Array | undefined
  try {
    bytes = await readAtMost(path, maxTextLength)
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return findingIssue({ code: 'file-not-found', message: `there is no file ${name}` })
    return findingIssue({ code: 'file-unreadable', message: `the file cannot be read: ${message}`, location: place })
  }
  if (bytes === undefined) {
    const expected = `at most ${maxTextLength >> 20} MiB`
    return findingIssue({ code: 'file-too-large', message: 'the file is too large', location: place, expected })
  }
  const text = decodeText(bytes)
  if (typeof text === 'string') return new SourceText(text, name)
  const { message, line, column } = text
  return findingIssue({ code: 'not-text', message, location: { file: name, line, column } })
}

/** The content, or undefined if it is longer; pipes do not say how long they are. */
async function readAtMost(path: string, length: number): Promise<Uint8Array | undefined> {
  const handle = await open(path)
  try {
    if ((await handle.stat()).size > length) return undefined
    return await readUpTo(handle, length)
  } finally {
    await handle.close()
  }
}

async function readUpTo(handle: FileHandle, length: number): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = []
  let total = 0
  for (;;) {
    const { bytesRead, buffer } = await handle.read({ buffer: new Uint8Array(65_536), position: null })
    if (bytesRead === 0) return Buffer.concat(chunks)
    total += bytesRead
    if (total > length) return undefined
    chunks.push(buffer.subarray(0, bytesRead))
  }
}
