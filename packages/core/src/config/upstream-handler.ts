/**
 * The `Request` of the platform where its types are loaded (Node, DOM), else the part of it that headgate promises.
 * Core is compiled without either.
 */
export type HandlerRequest = typeof globalThis extends { Request: { prototype: infer Platform } }
  ? Platform
  : RequestLike

/** The `Response` of the platform where its types are loaded, else the part of it that headgate reads. */
export type HandlerResponse = typeof globalThis extends { Response: { prototype: infer Platform } }
  ? Platform
  : ResponseLike

/** Answers the requests of an upstream within the process. */
export type UpstreamHandler = (
  request: HandlerRequest,
  context: HandlerContext,
) => HandlerResponse | Promise<HandlerResponse>

/** What a handler can know besides the request. */
export interface HandlerContext {
  /** `<namespace>.<name>` of the upstream. */
  readonly upstream: string
  /** Parameters of the matcher's `pathTemplate`, decoded. */
  readonly params: Readonly<Record<string, string>>
}

/** The part of a fetch request that handlers can rely on. */
export interface RequestLike {
  readonly method: string
  /** Absolute. */
  readonly url: string
  readonly headers: HeadersLike
  readonly body: AsyncIterable<Uint8Array> | null
  /** Fires when nobody waits for the answer any more. */
  readonly signal: AbortSignal
  text(): Promise<string>
  json(): Promise<unknown>
  arrayBuffer(): Promise<ArrayBuffer>
}

/** The part of a fetch response that headgate reads. */
export interface ResponseLike {
  readonly status: number
  readonly headers: HeadersLike
  readonly body: AsyncIterable<Uint8Array> | null
}

/** The part of fetch headers that headgate and handlers share. */
export interface HeadersLike extends Iterable<[name: string, value: string]> {
  get(name: string): string | null
  has(name: string): boolean
}
