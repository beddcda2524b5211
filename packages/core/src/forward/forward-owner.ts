import type { UpstreamResponse } from '../cluster/transport.ts'
import type { AttemptInfo, RequestContext } from '../context.ts'
import type { GatewayError } from '../errors.ts'
import type { HeaderMap } from '../http/headers.ts'
import type { GatewayRequest } from '../http/message.ts'
import type { Runtime } from '../runtime/runtime.ts'

/** Whose request is forwarded: the exchange. Exactly one of the last two calls ends the forwarding. */
export interface ForwardOwner extends RequestContext {
  readonly request: GatewayRequest
  readonly runtime: Runtime
  /** The whole request has been received. */
  requestReceived(): void
  /** A part of the request's body has been passed on. */
  requestProgressed(): void
  /** Runs what may throw: the exchange fails then. */
  guard(run: () => void): void
  attemptStarted(upstream: string, address: string): void
  attemptEnded(attempt: AttemptInfo): void
  informational(status: number, headers: HeaderMap): void
  responded(response: UpstreamResponse): void
  failed(error: GatewayError): void
}
