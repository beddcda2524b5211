/** How a {@link SharedBody} is read. */
export interface SharedBodyOptions {
  /** Bytes that may be held for readers that are not as far as others, or that are still to come. */
  readonly limit: number
  /** Hold what has been read from the start, so that it can be read again. */
  readonly keep: boolean
  /** Called once, when the body has been read to its end. */
  readonly ended: () => void
}

/**
 * One body that can be read once, for several readers: a try and the tries after it, and a copy on the side. What is
 * held is bounded. Beyond the limit the body cannot be read again any more, and a copy that is too slow is cut off;
 * whoever reads first never waits for the others.
 */
export class SharedBody {
  readonly #source: AsyncIterator<Uint8Array>
  readonly #options: SharedBodyOptions
  readonly #readers = new Set<SharedReader>()
  readonly #chunks: Uint8Array[] = []
  /** Chunks that are not held any more. */
  #dropped = 0
  #bytes = 0
  #keeps: boolean
  #reading = false
  #state: 'open' | 'ended' | 'failed' = 'open'
  #error: unknown = undefined

  constructor(body: AsyncIterable<Uint8Array>, options: SharedBodyOptions) {
    this.#source = iteratorOf(body)
    this.#options = options
    this.#keeps = options.keep
  }

  /** Whether a new reader would get all of the body. */
  get replayable(): boolean {
    return this.#keeps && this.#state !== 'failed'
  }

  /** Whether the source broke; then no reader gets to the end. */
  get failed(): boolean {
    return this.#state === 'failed'
  }

  /** A reader from the start, at whose pace the source is read. */
  read(): SharedReader {
    return this.#join(true)
  }

  /**
   * A reader from the start that gets what the others read, and is cut off when it falls too far behind.
   *
   * @param cutOff called when it does, or when the body breaks
   */
  follow(cutOff: (reason: unknown) => void): SharedReader {
    return this.#join(false, cutOff)
  }

  /** It will not be read again: lets go of what is held for that. */
  forget(): void {
    this.#keeps = false
    this.#trim()
  }

  /** Nobody needs the rest. Readers that are not done get an error. */
  close(reason: unknown): void {
    this.#keeps = false
    if (this.#state === 'open') {
      this.#fail(reason)
      this.#source.return?.()?.then(ignore, ignore)
    }
    this.#trim()
  }

  /** @internal */
  take(reader: SharedReader): Promise<IteratorResult<Uint8Array>> {
    const chunk = this.#chunks[reader.position - this.#dropped]
    if (chunk !== undefined) {
      reader.position++
      this.#trim()
      return Promise.resolve({ done: false, value: chunk })
    }
    if (this.#state === 'ended') return Promise.resolve(end)
    if (this.#state === 'failed') return Promise.reject(this.#error)
    const waiting = reader.wait()
    if (reader.leads) this.#advance()
    return waiting
  }

  /** @internal */
  leave(reader: SharedReader): void {
    if (this.#readers.delete(reader)) this.#trim()
  }

  #join(leads: boolean, cutOff?: (reason: unknown) => void): SharedReader {
    const reader = new SharedReader(this, leads, cutOff)
    if (this.#dropped > 0) reader.close(new Error('the start of the body is gone'))
    else this.#readers.add(reader)
    return reader
  }

  #advance(): void {
    if (this.#reading) return
    this.#reading = true
    this.#source.next().then(
      (result) => {
        this.#reading = false
        if (this.#state !== 'open') return
        if (result.done === true) this.#end()
        else if (result.value instanceof Uint8Array) this.#add(result.value)
        else this.#fail(new TypeError('a body must consist of Uint8Array chunks'))
      },
      (error: unknown) => {
        this.#reading = false
        if (this.#state === 'open') this.#fail(error)
      },
    )
  }

  #add(chunk: Uint8Array): void {
    this.#chunks.push(chunk)
    this.#bytes += chunk.length
    for (const reader of this.#readers) reader.offer(chunk)
    const { limit } = this.#options
    if (this.#bytes > limit) this.#keeps = false
    this.#trim()
    if (this.#bytes <= limit) return
    for (const reader of this.#readers) if (!reader.leads) reader.cut(new Error('too slow for the rest of the body'))
    this.#trim()
  }

  #end(): void {
    this.#state = 'ended'
    for (const reader of this.#readers) reader.finish()
    this.#options.ended()
  }

  #fail(error: unknown): void {
    this.#state = 'failed'
    this.#error = error
    for (const reader of this.#readers) reader.cut(error)
    this.#trim()
  }

  /** Drops what every reader has had. */
  #trim(): void {
    if (this.#keeps) return
    let needed = this.#dropped + this.#chunks.length
    for (const { position } of this.#readers) if (position < needed) needed = position
    for (const chunk of this.#chunks.splice(0, needed - this.#dropped)) this.#bytes -= chunk.length
    this.#dropped = needed
  }
}

/** One reading of a {@link SharedBody}. To stop reading it does not end the body. */
export class SharedReader implements AsyncIterable<Uint8Array>, AsyncIterator<Uint8Array> {
  /** Chunks that have been read. */
  position = 0
  /** Whether the source is read at its pace. */
  readonly leads: boolean
  readonly #body: SharedBody
  readonly #cutOff: ((reason: unknown) => void) | undefined
  #waiting: Waiting | undefined
  #closed: { readonly error: unknown } | undefined

  constructor(body: SharedBody, leads: boolean, cutOff?: (reason: unknown) => void) {
    this.#body = body
    this.leads = leads
    this.#cutOff = cutOff
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  next(): Promise<IteratorResult<Uint8Array>> {
    return this.#closed === undefined ? this.#body.take(this) : Promise.reject(this.#closed.error)
  }

  return(): Promise<IteratorResult<Uint8Array>> {
    this.close(undefined)
    return Promise.resolve(end)
  }

  /** Reads no more: whoever waits for the next chunk gets the error. */
  close(error: unknown): void {
    if (this.#closed !== undefined) return
    this.#closed = { error }
    this.#body.leave(this)
    this.#settle()?.reject(error)
  }

  /** @internal */
  cut(reason: unknown): void {
    this.close(reason)
    this.#cutOff?.(reason)
  }

  /** @internal */
  wait(): Promise<IteratorResult<Uint8Array>> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
    })
  }

  /** @internal */
  offer(chunk: Uint8Array): void {
    const waiting = this.#settle()
    if (waiting === undefined) return
    this.position++
    waiting.resolve({ done: false, value: chunk })
  }

  /** @internal */
  finish(): void {
    this.#settle()?.resolve(end)
  }

  #settle(): Waiting | undefined {
    const waiting = this.#waiting
    this.#waiting = undefined
    return waiting
  }
}

interface Waiting {
  resolve(result: IteratorResult<Uint8Array>): void
  reject(error: unknown): void
}

const end: IteratorResult<Uint8Array> = { done: true, value: undefined }

/**
 * Node's streams are destroyed, and their connections with them, when an iterator over them is let go of; unless it
 * is made with an option that only they know.
 */
function iteratorOf(body: AsyncIterable<Uint8Array>): AsyncIterator<Uint8Array> {
  const { iterator } = body as { iterator?: (options: object) => AsyncIterator<Uint8Array> }
  return typeof iterator === 'function' ? iterator.call(body, { destroyOnReturn: false }) : body[Symbol.asyncIterator]()
}

function ignore(): void {}
