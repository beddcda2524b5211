import type { HeaderMap } from '../../http/headers.ts'
import { bytesOf, textOf } from '../../http/text.ts'
import { TransformationFailure } from './failure.ts'

/** A body that was read: as it came, and with its codings undone. */
export interface LoadedBody {
  readonly bytes: Uint8Array
  /** The same as {@link bytes} where nothing had to be undone, or nothing here can undo it. */
  readonly decoded: Uint8Array
  /** What it is still coded in. */
  readonly unknownCoding: string | undefined
}

/** Fields that are true of one body only. Content-Length is settled where messages are sent. */
const aboutTheBody = ['content-encoding', 'content-md5', 'digest', 'content-digest', 'repr-digest', 'etag']

/** The body of a message while it is transformed. */
export class MessageBody {
  /** Whether templates have looked at the text. */
  #wasRead = false
  #loaded: LoadedBody | undefined
  #text: string | undefined
  #output: string | undefined
  /** Values that are stale now, unless the transformation writes others. */
  #stale: readonly (string | undefined)[] | undefined

  load(loaded: LoadedBody): void {
    this.#loaded = loaded
  }

  /** The bytes that templates see; undefined where there is no body, or it was not read. */
  get bytes(): Uint8Array | undefined {
    return this.#loaded?.decoded
  }

  get text(): string {
    this.#wasRead = true
    this.#text ??= this.#loaded === undefined ? '' : textOf(this.#loaded.decoded)
    return this.#text
  }

  /** Sets what the body is to be. `headers` are still those that came with the old one. */
  replace(text: string, headers: HeaderMap): void {
    if (this.#isSame(text)) {
      this.#output = text
      return
    }
    const coding = this.#loaded?.unknownCoding
    if (coding !== undefined && this.#wasRead) {
      const message = `the body is coded as ${JSON.stringify(coding)}, which cannot be undone here`
      throw new TransformationFailure('transformationFailed', message)
    }
    this.#output = text
    this.#stale = aboutTheBody.map((name) => headers.get(name))
  }

  /**
   * The body to send: the one that was read, or the new one.
   *
   * @returns undefined for one that was not touched, or is not there
   */
  settle(headers: HeaderMap): Uint8Array | undefined {
    this.dropStale(headers)
    if (this.#output === '') headers.delete('content-type')
    return this.#stale === undefined ? this.#loaded?.bytes : bytesOf(this.#output ?? '')
  }

  /** Takes away what was true of the old body only. */
  dropStale(headers: HeaderMap): void {
    this.#stale?.forEach((value, index) => {
      const name = aboutTheBody[index] as string
      if (value !== undefined && headers.get(name) === value) headers.delete(name)
    })
  }

  /** What the body is now, for debug logs. */
  get shown(): string {
    return this.#output ?? (this.#loaded === undefined ? '' : textOf(this.#loaded.decoded))
  }

  /** Whether another body is wanted than came. */
  get isReplaced(): boolean {
    return this.#stale !== undefined
  }

  #isSame(text: string): boolean {
    if (this.#loaded === undefined) return text === ''
    if (this.#text !== undefined) return this.#text === text
    return textOf(this.#loaded.bytes) === text
  }
}
