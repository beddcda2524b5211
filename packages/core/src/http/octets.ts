const encoder = new TextEncoder()

/**
 * Text as header fields carry it: its UTF-8 bytes, one character per octet. Text of the configuration has to pass
 * through here; what came over the wire has this form already.
 */
export function octets(text: string): string {
  if (/^[\0-\x7f]*$/.test(text)) return text
  let encoded = ''
  for (const octet of encoder.encode(text)) encoded += String.fromCharCode(octet)
  return encoded
}
