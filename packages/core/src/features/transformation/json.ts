/**
 * A JSON value as transformations have it. Integers that a number cannot hold to the last digit are a `bigint`, so that
 * none is lost on the way.
 */
export type JsonValue = null | boolean | number | bigint | string | JsonValue[] | JsonMap

/** A JSON object. Its keys come from anywhere: read and write them with {@link ownValue} and {@link setOwn}. */
export interface JsonMap {
  [key: string]: JsonValue
}

/** Nested deeper than this, a document is taken for an attack: whoever walks through it must not run out of stack. */
const maxJsonDepth = 1000

/** What {@link parseJson} found. */
export type JsonResult =
  | { readonly ok: true; readonly value: JsonValue }
  | { readonly ok: false; readonly tooDeep: boolean; readonly message: string }

/** Reads JSON (RFC 8259) of valid Unicode. A byte order mark is skipped. */
export function parseJson(text: string): JsonResult {
  const source = text.startsWith('\ufeff') ? text.slice(1) : text
  const { depth, isUnicode, bigIntegers } = scan(source)
  if (depth > maxJsonDepth) {
    return { ok: false, tooDeep: true, message: `JSON is nested deeper than ${maxJsonDepth} levels` }
  }
  if (!isUnicode) return { ok: false, tooDeep: false, message: 'the body is not JSON: it is not valid Unicode' }
  try {
    const value = JSON.parse(source) as JsonValue
    return { ok: true, value: bigIntegers.length === 0 ? value : withBigIntegers(source, bigIntegers) }
  } catch {
    // The engine's own words quote the body, which may not be meant for whoever is told.
    return { ok: false, tooDeep: false, message: 'the body is not JSON' }
  }
}

interface Scan {
  depth: number
  isUnicode: boolean
  /** Where integers begin and end that may be too large for a number. */
  readonly bigIntegers: (readonly [start: number, end: number])[]
}

const quote = 0x22
const backslash = 0x5c
const safeDigits = 15

/** Looks at every character once, without recursion: what it finds decides whether the text may be parsed. */
function scan(text: string): Scan {
  const found: Scan = { depth: 0, isUnicode: true, bigIntegers: [] }
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === quote) at = scanString(text, at, found)
    else if (code === 0x7b || code === 0x5b) found.depth = Math.max(found.depth, ++depth)
    else if (code === 0x7d || code === 0x5d) depth--
    else if (code >= 0x30 && code <= 0x39) at = scanNumber(text, at, found)
  }
  return found
}

/** Takes a string that begins here; returns where it ends. */
function scanString(text: string, start: number, found: Scan): number {
  let isHigh = false
  for (let at = start + 1; at < text.length; at++) {
    let code = text.charCodeAt(at)
    if (code === quote) {
      found.isUnicode &&= !isHigh
      return at
    }
    if (code === backslash) {
      at++
      if (text.charCodeAt(at) === 0x75) {
        code = Number.parseInt(text.slice(at + 1, at + 5), 16)
        at += 4
      }
    }
    const isLow = code >= 0xdc00 && code <= 0xdfff
    found.isUnicode &&= isHigh === isLow
    isHigh = code >= 0xd800 && code <= 0xdbff
  }
  return text.length
}

function scanNumber(text: string, start: number, found: Scan): number {
  let end = start
  while (isDigit(text.charCodeAt(end))) end++
  const next = text.charCodeAt(end) | 0x20
  const isInteger = next !== 0x2e && next !== 0x65
  const isNegative = text.charCodeAt(start - 1) === 0x2d
  if (isInteger && end - start > safeDigits) found.bigIntegers.push([isNegative ? start - 1 : start, end])
  if (isInteger) return end - 1
  while (isDigit(text.charCodeAt(end)) || '.eE+-'.includes(text.charAt(end) || ' ')) end++
  return end - 1
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

/** Parses a text again that is known to be JSON, with its large integers written as marked strings. */
function withBigIntegers(source: string, integers: Scan['bigIntegers']): JsonValue {
  const mark = unusedMark(source)
  let marked = ''
  let copied = 0
  for (const [start, end] of integers) {
    marked += `${source.slice(copied, start)}"${mark}${source.slice(start, end)}"`
    copied = end
  }
  return JSON.parse(marked + source.slice(copied), (_, value: unknown) => {
    if (typeof value !== 'string' || !value.startsWith(mark)) return value
    const digits = value.slice(mark.length)
    return String(Number(digits)) === digits ? Number(digits) : BigInt(digits)
  }) as JsonValue
}

function unusedMark(text: string): string {
  let mark = 'integer '
  while (text.includes(mark)) mark = `${mark}\u00a0`
  return mark
}

/** Writes JSON without spaces, keys in the order in which they were set. */
export function writeJson(value: JsonValue): string {
  let found = false
  const text = JSON.stringify(value, (_, part: unknown) => {
    found ||= typeof part === 'bigint'
    return typeof part === 'bigint' ? 0 : part
  })
  if (!found) return text
  const mark = unusedMark(text)
  const marked = JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? `${mark}${part}` : part))
  return marked.replaceAll(new RegExp(`"${mark}(-?\\d+)"`, 'g'), '$1')
}

function isJsonMap(value: JsonValue | undefined): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The value of a key that the object itself has. */
export function ownValue(map: JsonMap, key: string): JsonValue | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined
}

/** Sets a key, whatever its name: an assignment to `__proto__` would not make one. */
function setOwn(map: JsonMap, key: string, value: JsonValue): void {
  if (key === '__proto__') {
    Object.defineProperty(map, key, { value, writable: true, enumerable: true, configurable: true })
  } else map[key] = value
}

/**
 * Sets a value at the end of a way of keys; objects that are missing on the way are made.
 *
 * @returns what the root is now; undefined where something on the way is no object
 */
export function setAt(root: JsonValue, way: readonly string[], value: JsonValue): JsonValue | undefined {
  const [key, ...rest] = way
  if (key === undefined) return value
  const map = root === null ? {} : root
  if (!isJsonMap(map)) return undefined
  const inner = setAt(ownValue(map, key) ?? null, rest, value)
  if (inner === undefined) return undefined
  setOwn(map, key, inner)
  return map
}
