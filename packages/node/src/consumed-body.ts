import type { IncomingMessage } from 'node:http'

/** What a body parser in front of the gateway left of a request. */
export type ConsumedBody =
  | { readonly bytes: Uint8Array; readonly rawHeaders: readonly string[] }
  | { readonly problem: string }

/**
 * A body parser that ran first has read the stream to its end. What it parsed is written out again, by content type; where
 * that cannot be done faithfully the problem says how to mount the gateway. Undefined when the stream is untouched.
 */
export function consumedBody(request: IncomingMessage): ConsumedBody | undefined {
  if (!request.readableDidRead && !request.readableEnded && !request.destroyed) return undefined
  if (!announcesBody(request)) return undefined
  const { body } = request as { body?: unknown }
  const type = (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
  const text = serialise(body, type)
  if (text === undefined) return { problem: explain(type) }
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text
  return { bytes, rawHeaders: reframe(request.rawHeaders, bytes.length) }
}

function announcesBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

function serialise(body: unknown, type: string): string | Uint8Array | undefined {
  if (body instanceof Uint8Array) return body
  if (body === undefined || body === null) return undefined
  if (type === 'application/json' || type.endsWith('+json')) return JSON.stringify(body)
  if (typeof body === 'string') return body
  if (type === 'application/x-www-form-urlencoded' && typeof body === 'object') return formEncode(body)
  return undefined
}

/** Flat forms only: nested ones are written in as many ways as there are parsers. */
function formEncode(body: object): string | undefined {
  const form = new URLSearchParams()
  for (const [name, value] of Object.entries(body)) {
    const values: readonly unknown[] = Array.isArray(value) ? value : [value]
    for (const each of values) {
      if (typeof each === 'object') return undefined
      form.append(name, String(each))
    }
  }
  return form.toString()
}

/** Lengths and codings of the original bytes are no longer true. */
function reframe(rawHeaders: readonly string[], length: number): readonly string[] {
  const kept: string[] = []
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string
    if (!stale.has(name.toLowerCase())) kept.push(name, rawHeaders[index + 1] as string)
  }
  kept.push('Content-Length', String(length))
  return kept
}

const stale: ReadonlySet<string> = new Set([
  'content-length',
  'transfer-encoding',
  'content-encoding',
  'content-md5',
  'digest',
  'content-digest',
  'repr-digest',
])

function explain(type: string): string {
  return (
    `the request body (${type === '' ? 'no content type' : type}) was read before the gateway saw it and cannot be ` +
    "made again from req.body; mount the gateway before body parsers, or keep the parser off the gateway's paths"
  )
}
