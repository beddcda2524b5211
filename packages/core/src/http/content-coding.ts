import { joinBytes } from './join-bytes.ts'
import { BodyTooLarge } from './read-body.ts'

/** What a body is coded in, outermost last; empty for a body as it is. Names are in lower case. */
export function codingsOf(contentEncoding: string | undefined): readonly string[] {
  if (contentEncoding === undefined) return []
  const codings = contentEncoding.toLowerCase().split(',')
  return codings.map((coding) => coding.trim()).filter((coding) => coding !== '' && coding !== 'identity')
}

/** Codings that every platform can undo, as the platform calls them. */
const formats: Readonly<Record<string, 'gzip' | 'deflate'>> = { gzip: 'gzip', 'x-gzip': 'gzip', deflate: 'deflate' }

/** More than anybody needs: a body that is packed in itself again and again is an attack. */
const maxCodings = 3

/** Whether {@link decodeBody} can undo these. */
export function canDecode(codings: readonly string[]): boolean {
  return codings.length <= maxCodings && codings.every((coding) => Object.hasOwn(formats, coding))
}

/**
 * Undoes codings.
 *
 * @param limit bytes that the result may have
 * @throws {@link BodyTooLarge}, or an error that says that the body is not what its coding promises, by rejecting
 */
export async function decodeBody(bytes: Uint8Array, codings: readonly string[], limit: number): Promise<Uint8Array> {
  let decoded = bytes
  for (const coding of [...codings].reverse()) {
    const format = formats[coding]
    if (format === undefined) throw new Error(`nothing here undoes the coding "${coding}"`)
    decoded = await undo(decoded, format, limit)
  }
  return decoded
}

async function undo(bytes: Uint8Array, format: 'gzip' | 'deflate', limit: number): Promise<Uint8Array> {
  const stream = new DecompressionStream(format)
  const writer = stream.writable.getWriter()
  const reader = stream.readable.getReader()
  // What goes wrong is seen by the reader.
  writer.write(bytes).catch(ignore)
  writer.close().catch(ignore)
  const chunks: Uint8Array[] = []
  let size = 0
  for (;;) {
    const { done, value } = await read(reader, format)
    if (done) break
    size += value.length
    if (size > limit) {
      reader.cancel().catch(ignore)
      throw new BodyTooLarge(limit)
    }
    chunks.push(value)
  }
  return joinBytes(chunks)
}

async function read(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  format: string,
): ReturnType<ReadableStreamDefaultReader<Uint8Array>['read']> {
  try {
    return await reader.read()
  } catch (cause) {
    throw new Error(`the body is not ${format}`, { cause })
  }
}

function ignore(): void {}
