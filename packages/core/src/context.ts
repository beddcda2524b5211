import type { GatewayError } from './errors.ts'
import type { GatewayRequest, GatewayResponse } from './http/message.ts'

/** A typed place in a {@link RequestContext} where one filter leaves something for another. */
export interface Slot<T> {
  readonly id: symbol
  readonly description: string
  /** Only a type; never set. */
  readonly type?: T
}

/** Makes a {@link Slot}; keep it in a module constant and export it to whoever may read it. */
export function slot<T>(description: string): Slot<T> {
  return { id: Symbol(description), description }
}

/** What a filter or a log may know about the route that was chosen. */
export interface RouteInfo {
  /** The route's `name`; `''` where it has none. */
  readonly name: string
  /** Where it came from: `virtualServices[default.api].virtualHost.routes[2]`, through delegation with ` -> `. */
  readonly origin: string
  /** Gloo's `envoyMetadata` of the route. */
  readonly metadata: Readonly<Record<string, unknown>>
}

/** One try at one host. */
export interface AttemptInfo {
  /** `namespace.name` of the upstream. */
  readonly upstream: string
  /** `address:port`; `''` for upstreams without hosts. */
  readonly address: string
  /** The status that came back, or the error. */
  readonly outcome: number | GatewayError
}

/** One exchange: a request, its way through the gateway and what became of it. */
export interface RequestContext {
  readonly request: GatewayRequest
  /** Names the configuration that this request started with and ends with. */
  readonly revision: number
  /** Name of the Gateway resource (listener) it came in on. */
  readonly gateway: string
  /** `namespace.name` of the virtual service; `''` when no domain matched. */
  readonly virtualService: string
  readonly route: RouteInfo | undefined
  /** Path parameters of a `pathTemplate` matcher, raw as in the path. */
  readonly params: Readonly<Record<string, string>>
  /** The client's address: the peer, or what trusted hops say in `x-forwarded-for`. */
  readonly clientAddress: string
  /** The protocol that the client wants to switch to, in lower case; undefined for other requests. */
  readonly upgrade: string | undefined
  /** Milliseconds on the runtime's clock. */
  readonly startedAt: number
  /** `namespace.name` of the upstream that was chosen; `''` before and where there is none. */
  readonly upstream: string
  /** `address:port` of the host of the last attempt; `''` before. */
  readonly upstreamAddress: string
  readonly attempts: readonly AttemptInfo[]
  /** Why the gateway answered by itself, if it did. */
  readonly error: GatewayError | undefined
  /** Envoy's response flags, such as `UF`; empty when all went well. */
  readonly responseFlags: readonly string[]
  /** Envoy's response code details, such as `via_upstream` or `route_not_found`. */
  readonly responseCodeDetails: string
  /** Status sent to the client; 0 before, and when the client left first. */
  readonly status: number
  /** Bytes of the response body sent to the client so far. */
  readonly bytesSent: number
  /** Bytes of the client that were passed on after a switch of protocols; 0 for other exchanges. */
  readonly bytesReceived: number
  /** Aborted when the exchange is over before its end: the client left, a timeout. Made only for whoever asks. */
  readonly signal: AbortSignal
  get<T>(slot: Slot<T>): T | undefined
  set<T>(slot: Slot<T>, value: T): void
  /**
   * Chooses the route again, after a request filter changed what matchers look at (Gloo's `clearRouteCache`). Filters
   * that have run do not run again; those still to run come from the new route.
   */
  clearRouteCache(): void
  /**
   * Notes what went wrong, for logs, `responseFlags` and `responseCodeDetails`. The answer is still to be given: as the
   * verdict.
   */
  flag(error: GatewayError): void
  /** Adds one of Envoy's response flags, such as `DI`, where nothing has failed. */
  addResponseFlag(flag: string): void
  /** To be called before `request.body` is read: the client may wait with it for `100 Continue`. Forwarding does so itself. */
  askForBody(): void
}

/** A response ends the chain (or takes the response's place); nothing means go on. */
// biome-ignore lint/suspicious/noConfusingVoidType: a filter that only looks needs no `return`
export type Verdict = GatewayResponse | undefined | void
