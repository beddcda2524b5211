import type { TemplateMessage } from '@headgate/core'
import { encodeBytes } from './base64.ts'

const known = new WeakMap<TemplateMessage, Map<string, string>>()

/** 128 random bits in base64, the same for one pattern as long as one message is transformed. */
export function randomText(message: TemplateMessage, pattern: string): string {
  const texts = known.get(message) ?? new Map<string, string>()
  const text = texts.get(pattern) ?? encodeBytes(crypto.getRandomValues(new Uint8Array(16))).slice(0, 22)
  known.set(message, texts.set(pattern, text))
  return text
}
