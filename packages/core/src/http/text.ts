/**
 * Bodies and header values as text, and back, without losing a byte: what is not UTF-8 becomes a lone surrogate, U+DC80 to
 * U+DCFF for the bytes 0x80 to 0xFF, which no valid text has, and is the same byte again when it is written.
 */

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const encoder = new TextEncoder()

const strayByte = 0xdc00
const replacement = 0xfffd
const stray = /[\udc80-\udcff]/u

/** The text of some bytes: UTF-8, and stray bytes as {@link bytesOf} takes them back. */
export function textOf(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes)
  } catch {
    return keepStrays(bytes)
  }
}

/** The bytes of a text: UTF-8, but for the stray bytes that {@link textOf} has kept. */
export function bytesOf(text: string): Uint8Array {
  if (!stray.test(text)) return encoder.encode(text)
  const bytes = new Uint8Array(text.length * 3)
  let size = 0
  for (let at = 0; at < text.length; ) {
    const code = text.codePointAt(at) as number
    if (code >= 0xdc80 && code <= 0xdcff) bytes[size++] = code - strayByte
    else size = writeUtf8(code >= 0xd800 && code <= 0xdfff ? replacement : code, bytes, size)
    at += code > 0xffff ? 2 : 1
  }
  return bytes.slice(0, size)
}

function writeUtf8(code: number, bytes: Uint8Array, at: number): number {
  if (code < 0x80) {
    bytes[at] = code
    return at + 1
  }
  const following = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3
  bytes[at] = (0xff00 >> (following + 1)) | (code >> (6 * following))
  for (let left = following; left > 0; left--) {
    bytes[at + following - left + 1] = 0x80 | ((code >> (6 * (left - 1))) & 0x3f)
  }
  return at + following + 1
}

function keepStrays(bytes: Uint8Array): string {
  const units = new Uint16Array(bytes.length)
  let count = 0
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceAt(bytes, at)
    if (length === 1) units[count++] = bytes[at] as number
    else if (length === 0) units[count++] = strayByte + (bytes[at] as number)
    else {
      const code = codePointAt(bytes, at, length)
      if (code > 0xffff) units[count++] = 0xd800 + ((code - 0x10000) >> 10)
      units[count++] = code > 0xffff ? 0xdc00 + ((code - 0x10000) & 0x3ff) : code
    }
    at += Math.max(length, 1)
  }
  return characters(units.subarray(0, count))
}

function codePointAt(bytes: Uint8Array, at: number, length: number): number {
  let code = (bytes[at] as number) & (0xff >> (length + 1))
  for (let next = at + 1; next < at + length; next++) code = (code << 6) | ((bytes[next] as number) & 0x3f)
  return code
}

/** Bytes of the well-formed UTF-8 sequence that begins here; 0 for none (Unicode, table 3-7). */
function sequenceAt(bytes: Uint8Array, at: number): number {
  const first = bytes[at] as number
  if (first < 0x80) return 1
  const length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0
  if (length === 0) return 0
  const lowest = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80
  const highest = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf
  const second = bytes[at + 1] ?? 0
  if (second < lowest || second > highest) return 0
  for (let next = at + 2; next < at + length; next++) {
    if (((bytes[next] ?? 0) & 0xc0) !== 0x80) return 0
  }
  return length
}

/** One call takes only so many arguments. */
const chunk = 8192

/** A text of these code units. */
export function characters(units: Uint8Array | Uint16Array): string {
  let text = ''
  for (let at = 0; at < units.length; at += chunk) text += String.fromCharCode(...units.subarray(at, at + chunk))
  return text
}
