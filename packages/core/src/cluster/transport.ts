import type { GatewayError } from '../errors.ts'
import type { Body } from '../http/body.ts'
import type { HeaderMap } from '../http/headers.ts'
import type { GatewayResponse } from '../http/message.ts'
import type { Tunnel } from '../http/tunnel.ts'

/** One place that requests of an upstream can go to. */
export interface Endpoint {
  /** Host name or IP address; the path of the socket for `pipe` upstreams. */
  readonly address: string
  /** 0 for `pipe` upstreams. */
  readonly port: number
  readonly weight: number
  /** What {@link Endpoint.address} was called in the configuration: the host name for `autoHostRewrite`. */
  readonly hostname: string
  readonly metadata: Readonly<Record<string, string>>
  /** How to connect; one object per upstream, shared by its endpoints. */
  readonly connection: ConnectionSettings
  /** Server name for TLS, where the host has one of its own. */
  readonly sni?: string | undefined
  /** 0, the default, is used first; the others as far as those before them are not well. */
  readonly priority?: number | undefined
  /** Where it stands, for balancing by locality. */
  readonly locality?: Locality | undefined
  /** What active health checks ask it for, where that differs from the upstream's. */
  readonly healthCheck?: EndpointHealthCheck | undefined
}

/** A place that endpoints share. */
export interface Locality {
  /** `region/zone/subZone`. */
  readonly name: string
  /** Share among the localities of one priority; 0 for none. */
  readonly weight: number
}

/** Health checks of one endpoint, where they differ from those of its upstream. */
export interface EndpointHealthCheck {
  readonly path?: string | undefined
  readonly method?: string | undefined
  readonly port?: number | undefined
  /** `Host` of the request. */
  readonly hostname?: string | undefined
}

/** How connections of one upstream are made. */
export interface ConnectionSettings {
  /** `namespace.name` of the upstream. */
  readonly upstream: string
  readonly pipe: boolean
  /** Milliseconds until a connection attempt is given up. Default 5000. */
  readonly connectTimeout: number
  /** Milliseconds an unused connection is kept. */
  readonly idleTimeout: number
  /** Connections of the upstream; a host that has none may always make one. Default 1024. */
  readonly maxConnections: number
  /** Requests of the upstream that may wait for a connection. Default 1024. */
  readonly maxPendingRequests: number
  /** What counts towards these limits; the transport keeps it up to date. */
  readonly usage: ConnectionUsage
  /** Requests after which a connection is closed; 0 = no limit. */
  readonly maxRequestsPerConnection: number
  /** Bytes of response headers that are accepted. */
  readonly maxResponseHeaderBytes: number
  readonly tls: TlsSettings | undefined
  readonly tcpKeepalive?: { readonly initialDelay: number } | undefined
}

/** What is in use of an upstream's connections; one object per upstream, shared by its endpoints. */
export interface ConnectionUsage {
  /** Connections that are open or being made. */
  connections: number
  /** Requests that wait for a connection. */
  pending: number
  /** Requests that were refused because a limit was reached. */
  overflows: number
}

/** TLS towards an upstream. Certificates are verified unless the configuration says otherwise by name. */
export interface TlsSettings {
  /** Server name indication; the endpoint's hostname by default. Never the client's Host. */
  readonly sni: string | undefined
  /** Certificate authorities; those the platform trusts by default. */
  readonly ca: Pem | undefined
  readonly cert: Pem | undefined
  readonly key: Pem | undefined
  /** Names of which the certificate must carry one, beside what the CA says. */
  readonly verifySubjectAltName: readonly string[]
  readonly verify: boolean
  readonly minVersion: string | undefined
  readonly maxVersion: string | undefined
  readonly ciphers: string | undefined
  readonly alpnProtocols: readonly string[] | undefined
}

/** PEM text, or the path of a file with it, which the transport reads. */
export type Pem = { readonly text: string } | { readonly file: string }

/** A request as it goes to an upstream: checked, rewritten, without hop-by-hop fields. */
export interface UpstreamRequest {
  readonly method: string
  /** Path and query, in origin-form. */
  readonly target: string
  readonly headers: HeaderMap
  readonly body: Body
  /** Ask for a connection that has not been used yet: the one before turned out to be stale. */
  readonly freshConnection?: boolean
  /**
   * Ask for the switch to this protocol, with `Connection` and `Upgrade` fields that are not among `headers`. The upstream
   * may answer as to any request; a transport that cannot switch sends the request without asking.
   */
  readonly upgrade?: 'websocket' | undefined
}

/** A response, and the connection when it says that the protocol is switched. */
export interface UpstreamResponse extends GatewayResponse {
  /**
   * With status 101 only. The transport has made sure that the upstream agreed to what was asked for: `Upgrade` names the
   * protocol, and `Sec-WebSocket-Accept` fits the key. Closing it frees the connection.
   */
  readonly tunnel?: Tunnel
}

/** Who waits for the answer. Calls come in this order; after `onResponse` or `onFailure` there are none. */
export interface UpstreamReceiver {
  /** There is a connection for the request, and it is being written. Optional to call; time limits of tries run from here. */
  onConnected?(): void
  /** The request, body included, has been handed to the network. Optional to call. */
  onRequestSent(): void
  /** A part of the request's body has been handed to the network. Optional to call, and to have. */
  onRequestProgress?(): void
  /** An interim response other than 100 and 101. */
  onInformational(status: number, headers: HeaderMap): void
  /** Status and headers are here; what goes wrong later breaks the response's body. */
  onResponse(response: UpstreamResponse): void
  /** There will be no response. */
  onFailure(error: GatewayError): void
}

/** A request on its way. */
export interface UpstreamStream {
  /** Gives the request up and frees its connection. After this the receiver is not called any more. */
  cancel(reason: unknown): void
}

/**
 * Carries one HTTP request to one endpoint: undici in production ({@link https://undici.nodejs.org}), a script of
 * faults in tests. `send` never throws; it may call the receiver before it returns.
 */
export interface Transport {
  send(request: UpstreamRequest, endpoint: Endpoint, receiver: UpstreamReceiver): UpstreamStream
  /**
   * Makes a connection of its own, exchanges bytes and closes it, for TCP health checks; undefined when all went well. A
   * transport without it refuses upstreams with such checks.
   */
  probe?(exchange: ProbeExchange, endpoint: Endpoint, done: (error: GatewayError | undefined) => void): UpstreamStream
  /** The endpoint is not used any more: what is in flight ends, then its connections are closed. */
  release?(endpoint: Endpoint): void
  /** Closes all connections; what is in flight may end within that many milliseconds. */
  close?(graceMilliseconds: number): Promise<void>
}

/** The bytes of a TCP health check. */
export interface ProbeExchange {
  readonly send: Uint8Array | undefined
  /** Blocks that must come, in this order; other bytes may come in between. */
  readonly receive: readonly Uint8Array[]
}
