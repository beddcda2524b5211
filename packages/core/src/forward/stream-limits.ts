import { isGrpc } from '../http/local-reply.ts'
import type { GatewayRequest } from '../http/message.ts'
import type { DeadlineQueue } from '../runtime/deadline.ts'
import { formatGrpcTimeout, parseGrpcTimeout } from './grpc-timeout.ts'

/** Limits of a route on the whole exchange, from its first byte to its last; undefined: those of the listener. */
export interface StreamLimits {
  /** Takes the place of the listener's idle time. */
  readonly idle: { readonly queue: DeadlineQueue | undefined } | undefined
  readonly duration: StreamDuration | undefined
}

/** The longest that a stream may last: Gloo's `maxStreamDuration`, of the route or else of the listener. */
export interface StreamDuration {
  /** Milliseconds; undefined: no limit. */
  readonly max: number | undefined
  /** The most that `grpc-timeout` may ask for, 0 for anything; undefined: the header is not looked at. */
  readonly grpcMax: number | undefined
  /** Milliseconds that are taken off what `grpc-timeout` asks for, to be there before the client gives up. */
  readonly grpcOffset: number
  /** Tell the upstream of a gRPC request how long it has. */
  readonly announce: boolean
}

/** How long one stream may last. */
export interface StreamTime {
  readonly milliseconds: number
  /** Whether the client asked for it. */
  readonly fromClient: boolean
}

/** The time of one request; undefined: no limit. */
export function streamTime(duration: StreamDuration, { headers }: GatewayRequest): StreamTime | undefined {
  const { max, grpcMax, grpcOffset } = duration
  const asked = grpcMax === undefined ? undefined : parseGrpcTimeout(headers.get('grpc-timeout'))
  if (asked === undefined || grpcMax === undefined) {
    return max === undefined ? undefined : { milliseconds: max, fromClient: false }
  }
  const allowed = grpcMax === 0 ? asked : Math.min(asked, grpcMax)
  return { milliseconds: Math.max(0, allowed - grpcOffset), fromClient: true }
}

/** Sets `grpc-timeout` of a gRPC request to the time that it has. */
export function announceTime(
  { announce }: StreamDuration,
  { milliseconds }: StreamTime,
  request: GatewayRequest,
): void {
  if (announce && isGrpc(request)) request.headers.set('grpc-timeout', formatGrpcTimeout(milliseconds))
}
