/**
 * The few globals core may use: every one exists in Node, Deno, Bun, workers and browsers. `Buffer`, `process` and
 * `console` are left out on purpose, so that using one is a compile error. This file is not published; a consumer's
 * own library (`@types/node` or DOM) provides the real declarations.
 */

interface AbortSignal {
  readonly aborted: boolean
  readonly reason: unknown
  addEventListener(type: 'abort', listener: () => void, options?: { readonly once?: boolean }): void
  removeEventListener(type: 'abort', listener: () => void): void
  throwIfAborted(): void
}

declare const AbortSignal: {
  prototype: AbortSignal
  abort(reason?: unknown): AbortSignal
}

declare class AbortController {
  readonly signal: AbortSignal
  abort(reason?: unknown): void
}

declare class TextEncoder {
  encode(text?: string): Uint8Array<ArrayBuffer>
}

declare class TextDecoder {
  constructor(encoding?: string, options?: { readonly fatal?: boolean; readonly ignoreBOM?: boolean })
  decode(bytes?: Uint8Array, options?: { readonly stream?: boolean }): string
}

interface ReadableStreamDefaultReader<T> {
  read(): Promise<{ readonly done: false; readonly value: T } | { readonly done: true; readonly value?: T | undefined }>
  cancel(reason?: unknown): Promise<void>
  releaseLock(): void
}

interface ReadableStream<R = unknown> {
  readonly locked: boolean
  getReader(): ReadableStreamDefaultReader<R>
  cancel(reason?: unknown): Promise<void>
}

interface WritableStreamDefaultWriter<T> {
  write(chunk: T): Promise<void>
  close(): Promise<void>
}

declare class DecompressionStream {
  constructor(format: 'gzip' | 'deflate')
  readonly readable: ReadableStream<Uint8Array>
  readonly writable: { getWriter(): WritableStreamDefaultWriter<Uint8Array> }
}

declare class URL {
  constructor(url: string, base?: string)
  readonly href: string
  readonly protocol: string
  readonly host: string
  readonly hostname: string
  readonly port: string
  readonly pathname: string
  readonly search: string
  readonly hash: string
}

declare const performance: { now(): number }
declare const crypto: { randomUUID(): string; getRandomValues<T extends Uint8Array | Uint32Array>(array: T): T }

declare function setTimeout(callback: () => void, milliseconds?: number): unknown
declare function clearTimeout(timer: unknown): void
declare function queueMicrotask(callback: () => void): void
declare function atob(text: string): string
declare function btoa(text: string): string
