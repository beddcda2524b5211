import { bytesOf, characters, textOf } from './text.ts'

const ascii = /^[\0-\x7f]*$/

/**
 * Text as header fields carry it: its UTF-8 bytes, one character per octet. Text of the configuration has to pass
 * through here; what came over the wire has this form already.
 */
export function octets(text: string): string {
  return ascii.test(text) ? text : characters(bytesOf(text))
}

/** The text that a header value stands for, if it is UTF-8; {@link octets} gives the same octets back in any case. */
export function textOfOctets(value: string): string {
  return ascii.test(value) ? value : textOf(Uint8Array.from(value, (character) => character.charCodeAt(0)))
}
