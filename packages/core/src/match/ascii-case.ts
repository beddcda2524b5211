/** Letters of ASCII in lower case; everything else stays, since Envoy and RE2 know no other case for paths. */
export function foldCase(text: string): string {
  return /[A-Z]/.test(text) ? text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()) : text
}

/** Whether `folded` stands in `text` at that place, whatever the case of its ASCII letters. */
export function matchesFolded(text: string, folded: string, at = 0): boolean {
  const { length } = folded
  if (text.length - at < length) return false
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(at + index)
    const lower = code >= 0x41 && code <= 0x5a ? code + 0x20 : code
    if (lower !== folded.charCodeAt(index)) return false
  }
  return true
}
