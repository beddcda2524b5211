/** Bytes that are no text, and where that begins to show. */
export interface NoText {
  readonly message: string
  readonly line: number
  readonly column: number
}

const lineFeed = 0x0a

/** Reads bytes as UTF-8, and says where they are something else. */
export function decodeText(bytes: Uint8Array): string | NoText {
  const [first, second] = bytes
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff))
    return { message: 'the file is UTF-16; save it as UTF-8', line: 1, column: 1 }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return { message: 'the file is not UTF-8', ...firstInvalid(bytes) }
  }
}

/** No UTF-8 sequence spans lines, so the first line that is not UTF-8 can be found on its own. */
function firstInvalid(bytes: Uint8Array): { readonly line: number; readonly column: number } {
  let line = 1
  for (let start = 0; start < bytes.length; line++) {
    const feed = bytes.indexOf(lineFeed, start)
    const end = feed < 0 ? bytes.length : feed
    const text = bytes.subarray(start, end)
    if (!isValid(text, false)) return { line, column: validPrefix(text) + 1 }
    start = end + 1
  }
  return { line, column: 1 }
}

/** Length, in characters, of the longest beginning that is valid. */
function validPrefix(bytes: Uint8Array): number {
  let valid = 0
  let invalid = bytes.length + 1
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >> 1
    if (middle <= bytes.length && isValid(bytes.subarray(0, middle), true)) valid = middle
    else invalid = middle
  }
  return new TextDecoder().decode(bytes.subarray(0, valid), { stream: true }).length
}

function isValid(bytes: Uint8Array, mayBeCut: boolean): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: mayBeCut })
    return true
  } catch {
    return false
  }
}
