/** How paths are cleaned before anything looks at them; the names are those of Gloo's HTTP connection manager. */
export interface PathSettings {
  /** Resolve `.` and `..` and decode what need not be encoded (RFC 3986, 6.2.2). */
  readonly normalizePath: boolean
  readonly mergeSlashes: boolean
  /** What becomes of `%2F` and `%5C`. */
  readonly pathWithEscapedSlashesAction:
    | 'IMPLEMENTATION_SPECIFIC_DEFAULT'
    | 'KEEP_UNCHANGED'
    | 'REJECT_REQUEST'
    | 'UNESCAPE_AND_REDIRECT'
    | 'UNESCAPE_AND_FORWARD'
}

/** The target cannot be served: answer 400. */
export interface TargetRefusal {
  readonly kind: 'reject'
  readonly code: 'badTarget' | 'badHost' | 'escapedSlash'
  /** For operators; never sent to the client. */
  readonly message: string
}

/** The client is to come back with this target: answer 307 with `location`. */
export interface TargetRedirect {
  readonly kind: 'redirect'
  readonly location: string
}

const escapedSlash: TargetRefusal = { kind: 'reject', code: 'escapedSlash', message: 'the path has an escaped slash' }
const escapedNul: TargetRefusal = { kind: 'reject', code: 'badTarget', message: 'the path has an escaped NUL' }
const hiddenSegment: TargetRefusal = {
  kind: 'reject',
  code: 'badTarget',
  message: 'the path has an empty or dot segment with parameters, which upstreams read in different ways',
}

/** Without one of these there is nothing to do: escapes, backslashes, and segments that are empty or begin with a dot. */
const suspicious = /[%\\]|\/[./;]/
const escapedSlashes = /%2f|%5c/gi
/** A segment that some servers read as `.`, `..` or nothing, because they cut parameters off first. */
const segmentHiddenByParameters = /\/(?:\.\.?(?:;|%3b)|(?:;|%3b)[^/]*\/)/i
/** Stands for a `%` that begins no escape; no octet of a target is it. */
const brokenPercent = '\uffff'
const brokenPercentBeforeDigits = /\uffff(?=[\da-f]{2})/gi

/**
 * Brings the path of a target into the form in which it is matched and forwarded, in Envoy's order: escaped slashes,
 * then dot segments, then merged slashes. The query is left alone. A target that needs no change comes back as the
 * same string; so does one that is no path (`*`, or the authority of CONNECT).
 *
 * With `normalizePath`, `\` counts as `/`, escapes of letters, digits and `-._~` are decoded (once), and `%00` is
 * refused, as Envoy does. Beyond Envoy, a dot segment or an inner empty segment with `;parameters` is refused.
 */
export function normalizePath(target: string, settings: PathSettings): string | TargetRefusal | TargetRedirect {
  if (!suspicious.test(target) || target.charCodeAt(0) !== slash) return target
  const mark = target.indexOf('?')
  const original = mark === -1 ? target : target.slice(0, mark)
  let path = original
  let redirect = false
  const action = settings.pathWithEscapedSlashesAction
  if (action !== 'KEEP_UNCHANGED' && action !== 'IMPLEMENTATION_SPECIFIC_DEFAULT') {
    const unescaped = path.replace(escapedSlashes, (found) => (found.charCodeAt(1) === digitTwo ? '/' : '\\'))
    if (unescaped !== path) {
      if (action === 'REJECT_REQUEST') return escapedSlash
      redirect = action === 'UNESCAPE_AND_REDIRECT'
      path = unescaped
    }
  }
  if (settings.normalizePath) {
    const decoded = path.includes('%') ? decodeUnreserved(path) : path
    if (decoded === undefined) return escapedNul
    path = resolveDots(decoded)
    if (segmentHiddenByParameters.test(path)) return hiddenSegment
  }
  if (settings.mergeSlashes) path = path.replace(/\/{2,}/g, '/')
  if (path === original) return target
  const normalized = mark === -1 ? path : path + target.slice(mark)
  return redirect ? { kind: 'redirect', location: relativeReference(normalized) } : normalized
}

const slash = 0x2f
const digitTwo = 0x32

/**
 * Decodes escapes of unreserved characters; undefined when NUL is among the escapes. A `%` that begins no escape stays,
 * unless what follows it has just become two hexadecimal digits: then it is escaped, so that nothing is decoded twice.
 */
function decodeUnreserved(path: string): string | undefined {
  let nul = false
  const decoded = path.replace(/%([\da-f]{2})?/gi, (found: string, digits: string | undefined) => {
    if (digits === undefined) return brokenPercent
    if (digits === '00') nul = true
    const character = String.fromCharCode(Number.parseInt(digits, 16))
    return /[\w.~-]/.test(character) ? character : found
  })
  if (nul) return undefined
  if (!decoded.includes(brokenPercent)) return decoded
  return decoded.replace(brokenPercentBeforeDigits, '%25').replaceAll(brokenPercent, '%')
}

/** RFC 3986, 5.2.4, with `\` read as `/`. Empty segments stay and count as segments. */
function resolveDots(path: string): string {
  const slashed = path.replaceAll('\\', '/')
  if (!slashed.includes('/.')) return slashed
  const segments = slashed.split('/')
  const last = segments.length - 1
  const kept: string[] = []
  for (let index = 1; index <= last; index++) {
    const segment = segments[index] as string
    if (segment !== '.' && segment !== '..') {
      kept.push(segment)
      continue
    }
    if (segment === '..') kept.pop()
    if (index === last) kept.push('')
  }
  return `/${kept.join('/')}`
}

/** Keeps a path that begins with two slashes from being read as the name of another host. */
function relativeReference(target: string): string {
  const second = target.charAt(1)
  return second === '/' || second === '\\' ? `/.${target}` : target
}
