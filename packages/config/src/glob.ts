/** A pattern of file names, taken apart. */
export interface Glob {
  /** The folder in which to look: everything before the first part with a wildcard; `''` for the current one. */
  readonly folder: string
  /** Whether a path below that folder, written with slashes, is meant. */
  matches(path: string): boolean
}

const wildcard = /[*?]/

/**
 * Understands `*` and `?` within a name, and `**` for any number of folders; undefined for a text without a wildcard.
 * Names that start with a dot are meant only by patterns that say the dot.
 */
export function parseGlob(pattern: string): Glob | undefined {
  const parts = pattern.split('/')
  const first = parts.findIndex((part) => wildcard.test(part))
  if (first < 0) return undefined
  const expression = parts.slice(first).map((part, index, rest) => partExpression(part, index === rest.length - 1))
  const whole = new RegExp(`^${expression.join('')}$`)
  const folder = first === 1 && parts[0] === '' ? '/' : parts.slice(0, first).join('/')
  return { folder, matches: (path) => whole.test(path) }
}

function partExpression(part: string, isLast: boolean): string {
  if (part === '**') return isLast ? '(?:[^./][^/]*/)*[^./][^/]*' : '(?:[^./][^/]*/)*'
  const text = part.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
  const wild = text.replaceAll('*', '[^/]*').replaceAll('?', '[^/]')
  return `${wildcard.test(part.charAt(0)) ? '(?!\\.)' : ''}${wild}${isLast ? '' : '/'}`
}
