import { HeaderMap } from '@headgate/core'
import {
  checkHost,
  type Framing,
  framingOf,
  Http1Error,
  parseChunkSize,
  parseFields,
  parseRequestLine,
  parseStatusLine,
  type RawMessage,
  type RawRequest,
  type RawResponse,
  refuse,
} from './http1-message.ts'

/** A message while it is read; handed out as read-only. */
class GrowingMessage implements RawMessage {
  readonly startLine: string
  readonly version: string
  readonly headers: HeaderMap
  readonly framing: Framing
  readonly chunks: number[] = []
  readonly parts: Buffer[] = []
  trailers = new HeaderMap()
  complete = false

  constructor(startLine: string, version: string, headers: HeaderMap, framing: Framing) {
    this.startLine = startLine
    this.version = version
    this.headers = headers
    this.framing = framing
  }

  get body(): Buffer {
    return Buffer.concat(this.parts)
  }
}

/** What the head of a message says. */
interface Head<Message extends RawMessage> {
  /** What this kind of message has beyond every other. */
  readonly own: Omit<Message, keyof RawMessage>
  readonly version: string
  readonly framing: Framing
  readonly length: number
}

type State = 'head' | 'data' | 'chunk-size' | 'chunk-data' | 'chunk-end' | 'trailers' | 'rest' | 'bad'

/**
 * Reads HTTP/1.1 messages from bytes as they come, in pieces of any size. It repairs nothing: what two peers could
 * understand in two ways is a {@link problem}, and nothing behind it is read.
 */
abstract class Http1Reader<Message extends RawMessage> {
  /** The messages so far; the last one may be incomplete. */
  readonly messages: Message[] = []
  /** What made it stop, if anything did. */
  problem: string | undefined
  #state: State = 'head'
  #bytes: Buffer = Buffer.alloc(0)
  #left = 0
  #lines: string[] = []
  #message: GrowingMessage | undefined

  /** Reads a head's first line and tells how the message's body is framed. */
  protected abstract begin(startLine: string, headers: HeaderMap): Head<Message>

  /** Bytes that belong to no message yet: the beginning of a head, or what comes after a problem. */
  get unread(): number {
    return this.#bytes.length + this.#lines.reduce((sum, line) => sum + line.length + 2, 0)
  }

  push(bytes: Buffer): void {
    this.#bytes = this.#bytes.length === 0 ? bytes : Buffer.concat([this.#bytes, bytes])
    try {
      while (this.#step());
    } catch (error) {
      if (!(error instanceof Http1Error)) throw error
      this.problem = error.message
      this.#state = 'bad'
    }
  }

  /** The peer has ended its side: a body without a length is complete. */
  end(): void {
    if (this.#state === 'rest' && this.#message?.framing === 'close') this.#message.complete = true
  }

  /** Does one thing; false when it needs more bytes. */
  #step(): boolean {
    switch (this.#state) {
      case 'head':
        return this.#collect((lines) => this.#head(lines))
      case 'trailers':
        return this.#collect((lines) => this.#trailers(lines))
      case 'chunk-size':
        return this.#line((line) => this.#chunk(parseChunkSize(line)))
      case 'chunk-end':
        return this.#line((line) => {
          if (line !== '') refuse('chunk longer than its size', line)
          this.#state = 'chunk-size'
        })
      case 'data':
        return this.#data(() => this.#complete())
      case 'chunk-data':
        return this.#data(() => {
          this.#state = 'chunk-end'
        })
      case 'rest':
        this.#left = Number.POSITIVE_INFINITY
        return this.#data(() => undefined)
      case 'bad':
        return false
    }
  }

  #head([startLine = '', ...lines]: readonly string[]): void {
    const headers = parseFields(lines)
    const { own, version, framing, length } = this.begin(startLine, headers)
    this.#message = Object.assign(new GrowingMessage(startLine, version, headers, framing), own)
    this.messages.push(this.#message as GrowingMessage & Message)
    this.#message.complete = framing === 'tunnel'
    this.#left = length
    if (framing === 'chunked') this.#state = 'chunk-size'
    else if (framing === 'close' || framing === 'tunnel') this.#state = 'rest'
    else if (length > 0) this.#state = 'data'
    else this.#complete()
  }

  #chunk(size: number): void {
    if (size === 0) {
      this.#state = 'trailers'
      return
    }
    this.#message?.chunks.push(size)
    this.#left = size
    this.#state = 'chunk-data'
  }

  #trailers(lines: readonly string[]): void {
    if (this.#message !== undefined) this.#message.trailers = parseFields(lines)
    this.#complete()
  }

  #complete(): void {
    if (this.#message !== undefined) this.#message.complete = true
    this.#state = 'head'
  }

  #data(whenAll: () => void): boolean {
    if (this.#bytes.length === 0) return false
    const part = this.#bytes.subarray(0, Math.min(this.#left, this.#bytes.length))
    this.#bytes = this.#bytes.subarray(part.length)
    this.#message?.parts.push(part)
    this.#left -= part.length
    if (this.#left === 0) whenAll()
    return true
  }

  /** Lines up to an empty one. */
  #collect(use: (lines: readonly string[]) => void): boolean {
    return this.#line((line) => {
      if (line !== '') {
        this.#lines.push(line)
        return
      }
      if (this.#state === 'head' && this.#lines.length === 0) refuse('empty line before a message', '')
      use(this.#lines.splice(0))
    })
  }

  #line(use: (line: string) => void): boolean {
    const feed = this.#bytes.indexOf(0x0a)
    if (feed === -1) return false
    const line = this.#bytes.toString('latin1', 0, feed)
    if (!line.endsWith('\r')) refuse('line without a carriage return', line)
    if (line.indexOf('\r') !== line.length - 1) refuse('carriage return inside a line', line)
    this.#bytes = this.#bytes.subarray(feed + 1)
    use(line.slice(0, -1))
    return true
  }
}

/** Reads the requests of one connection. */
export class RequestReader extends Http1Reader<RawRequest> {
  protected override begin(startLine: string, headers: HeaderMap): Head<RawRequest> {
    const { version, ...own } = parseRequestLine(startLine)
    checkHost(headers, version)
    return { own, version, ...framingOf(headers, version, 'none') }
  }
}

/** Reads the responses of one connection. */
export class ResponseReader extends Http1Reader<RawResponse> {
  readonly #methods: string[] = []

  /** Says which request is answered next, for the sake of HEAD and CONNECT; by default a GET. */
  expect(method: string): void {
    this.#methods.push(method)
  }

  protected override begin(startLine: string, headers: HeaderMap): Head<RawResponse> {
    const { version, ...line } = parseStatusLine(startLine)
    const { status } = line
    const interim = status < 200 && status !== 101
    const method = interim ? '' : (this.#methods.shift() ?? 'GET')
    const own = { ...line, interim }
    const framed = framingOf(headers, version, 'close')
    if (status === 101 || (method === 'CONNECT' && status < 300)) return { own, version, framing: 'tunnel', length: 0 }
    const bodyless = interim || status === 204 || status === 304 || method === 'HEAD'
    return bodyless ? { own, version, framing: 'none', length: 0 } : { own, version, ...framed }
  }
}
