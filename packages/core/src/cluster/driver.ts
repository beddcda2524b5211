import type { Destination } from '../config/destination.ts'
import type { UpstreamSslConfig } from '../config/ssl.ts'
import type { UpstreamConfig } from '../config/upstream.ts'
import type { RequestContext } from '../context.ts'
import type { Cancel } from '../runtime/clock.ts'
import type { Runtime } from '../runtime/runtime.ts'
import type { CircuitBreaker } from './circuit-breaker.ts'
import type {
  ConnectionSettings,
  Endpoint,
  Transport,
  UpstreamReceiver,
  UpstreamRequest,
  UpstreamStream,
} from './transport.ts'

/** How to reach one kind of upstream: `static`, `pipe`, `handler`, `aws`, ... SDKs live behind this and nowhere else. */
export interface UpstreamDriver {
  /** The key of `UpstreamConfig` that this driver serves. */
  readonly kind: string
  /** Called once per upstream and definition. Throw a `ConfigError` to refuse the configuration. */
  open(config: UpstreamConfig, environment: DriverEnvironment): UpstreamConnection
}

/** What a driver gets from the gateway. */
export interface DriverEnvironment {
  /** `namespace.name` of the upstream. */
  readonly name: string
  readonly runtime: Runtime
  readonly transport: Transport
  /** How connections of this upstream are made, from its `connectionConfig` and `sslConfig`. */
  readonly connection: ConnectionSettings
  /** The same with another TLS configuration, for hosts that have one of their own. */
  secured(ssl: UpstreamSslConfig): ConnectionSettings
  /** Milliseconds between two lookups of the names of failover hosts, where the settings say it. */
  readonly failoverDnsRate: number | undefined
  /** What the upstream has in use. The gateway counts requests and retries, the transport the rest. */
  readonly breaker: CircuitBreaker
}

/** An open upstream. */
export interface UpstreamConnection {
  /** Absent for upstreams that have no hosts, such as functions. */
  readonly endpoints?: EndpointSource
  send(call: UpstreamCall, receiver: UpstreamReceiver): UpstreamStream
  /** The upstream is not used any more, or is defined anew; what is in flight may end. */
  close?(): void
}

/** One request to one upstream. */
export interface UpstreamCall {
  readonly request: UpstreamRequest
  /** The destination of the route, with its `destinationSpec`. */
  readonly destination: Destination
  readonly endpoint: Endpoint | undefined
  readonly context: RequestContext
}

/** Tells the endpoints of an upstream, at once and whenever they change. */
export type EndpointSource = (changed: (endpoints: readonly Endpoint[]) => void) => Cancel
