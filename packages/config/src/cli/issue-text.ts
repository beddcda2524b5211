import { type Issue, printLocation } from '@headgate/core'

/** Ways to write findings: for people, for programs, and for annotations of GitHub. */
export const issueFormats = ['text', 'json', 'github'] as const

/** Findings in the order of files and lines; what has no place comes first. */
export function sortIssues(issues: readonly Issue[]): readonly Issue[] {
  return issues.toSorted((one, other) => {
    const { file = '', line = 0, column = 0 } = one.location ?? {}
    const { file: otherFile = '', line: otherLine = 0, column: otherColumn = 0 } = other.location ?? {}
    return (file < otherFile ? -1 : file > otherFile ? 1 : 0) || line - otherLine || column - otherColumn
  })
}

/** A finding for people: place and message in a line, what else is known below. */
export function describeIssue({ location, severity, code, message, path, found, expected, fix }: Issue): string {
  const place = location === undefined ? '' : `${printLocation(location)}: `
  const values = [found !== undefined && `found ${found}`, expected !== undefined && `expected ${expected}`]
  const details = [path, values.filter((value) => value !== false).join('; '), fix ?? '']
  const below = details.filter((detail) => detail !== '').map((detail) => `\n    ${detail}`)
  return `${place}${severity}: ${message} [${code}]${below.join('')}`
}

/** A finding as GitHub Actions takes it for an annotation of a file. */
export function annotateIssue({ location, severity, code, message, path, fix }: Issue): string {
  const { file, line, column } = location ?? {}
  const properties = Object.entries({ file, line, col: column, title: code }).filter(([, value]) => value !== undefined)
  const shown = properties.map(
    ([name, value]) => `${name}=${escapeData(String(value)).replace(/:/g, '%3A').replace(/,/g, '%2C')}`,
  )
  const text = [path === '' ? '' : `${path}: `, message, fix === undefined ? '' : ` (${fix})`].join('')
  return `::${severity} ${shown.join(',')}::${escapeData(text)}`
}

function escapeData(text: string): string {
  return text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A')
}

/** `1 error, 2 warnings`. */
export function countIssues(issues: readonly Issue[]): string {
  const errors = issues.filter(({ severity }) => severity === 'error').length
  return `${plural(errors, 'error')}, ${plural(issues.length - errors, 'warning')}`
}

/** `1 file`, `2 files`. */
function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
