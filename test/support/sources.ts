import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The folder that holds `packages`, `examples` and `test`, with a slash at its end. */
export const root = fileURLToPath(new URL('../..', import.meta.url))

export interface SourceFile {
  /** Relative to the project, written with slashes. */
  readonly path: string
  readonly text: string
}

export interface Import {
  readonly from: string
  readonly line: number
}

const made = new Set(['node_modules', 'dist', 'coverage', '.git'])

/** Every file below a folder of the project, what tools made left out. */
export function filesBelow(folder: string): readonly string[] {
  return readdirSync(`${root}${folder}`, { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`
    if (made.has(entry.name)) return []
    return entry.isDirectory() ? filesBelow(path) : [path]
  })
}

export function read(path: string): SourceFile {
  return { path, text: readFileSync(`${root}${path}`, 'utf8') }
}

export function packageNames(): readonly string[] {
  return readdirSync(`${root}packages`).sort()
}

/** The TypeScript a package is built from: neither its tests nor ambient declarations. */
export function sourcesOf(name: string): readonly SourceFile[] {
  return filesBelow(`packages/${name}/src`)
    .filter((path) => path.endsWith('.ts') && !/\.(test|test-d|d)\.ts$/.test(path))
    .map(read)
}

/** What a file imports or re-exports, types included. */
export function importsOf({ text }: SourceFile): readonly Import[] {
  const pattern =
    /^(?:import|export|\})[^'"\n]*?from ['"]([^'"]+)['"]|^import ['"]([^'"]+)['"]|import\(['"]([^'"]+)['"]\)/gm
  return [...text.matchAll(pattern)].map((match) => ({
    from: match[1] ?? match[2] ?? match[3] ?? '',
    line: lineAt(text, match.index),
  }))
}

export function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length
}

/** Blanks out comments and the inside of strings, keeping every line where it is, so that a search sees code only. */
export function codeOnly(text: string): string {
  const pattern = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/g
  return text.replace(pattern, (found) => found.replace(/[^\n]/g, ' '))
}
