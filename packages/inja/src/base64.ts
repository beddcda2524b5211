import { bytesOf, textOf } from '@headgate/core'

const standard = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/
const urlSafe = /^[A-Za-z0-9_-]*$/

export function encodeBase64(text: string): string {
  return encodeBytes(bytesOf(text))
}

/** Without padding, as in JSON Web Tokens. */
export function encodeBase64Url(text: string): string {
  return encodeBase64(text).replace(/=+$/, '').replaceAll('+', '-').replaceAll('/', '_')
}

/** What is not base64 is nothing, as in Gloo. */
export function decodeBase64(text: string): string {
  return standard.test(text) ? decoded(text) : ''
}

/** The same in the alphabet for addresses, without padding. */
export function decodeBase64Url(text: string): string {
  if (!urlSafe.test(text) || text.length % 4 === 1) return ''
  return decoded(text.replaceAll('-', '+').replaceAll('_', '/'))
}

export function encodeBytes(bytes: Uint8Array): string {
  let binary = ''
  for (let at = 0; at < bytes.length; at += 8192) binary += String.fromCharCode(...bytes.subarray(at, at + 8192))
  return btoa(binary)
}

function decoded(text: string): string {
  return textOf(Uint8Array.from(atob(text), (character) => character.charCodeAt(0)))
}
