import type { HttpListenerOptions } from '../config/listener-options.ts'
import type { RouteOptions } from '../config/route-options.ts'
import type { StreamDuration, StreamLimits } from '../forward/stream-limits.ts'
import type { Deadlines } from '../runtime/deadline.ts'
import { durationMs } from '../schema/duration.ts'

/** What a route limits beside the time of its upstream; undefined when it leaves all to the listener. */
export function compileStreamLimits(
  options: RouteOptions,
  listener: HttpListenerOptions,
  deadlines: Deadlines,
): StreamLimits | undefined {
  const idle = durationMs(options.idleTimeout, undefined)
  const duration = compileDuration(options, listener)
  if (idle === undefined && duration === undefined) return undefined
  return {
    idle: idle === undefined ? undefined : { queue: idle > 0 ? deadlines.queue(idle) : undefined },
    duration,
  }
}

function compileDuration(
  { maxStreamDuration }: RouteOptions,
  listener: HttpListenerOptions,
): StreamDuration | undefined {
  const ofListener = durationMs(listener.httpConnectionManagerSettings?.maxStreamDuration, 0)
  const max = durationMs(maxStreamDuration?.maxStreamDuration, ofListener)
  const grpcMax = durationMs(maxStreamDuration?.grpcTimeoutHeaderMax, undefined)
  if (max === 0 && grpcMax === undefined) return undefined
  return {
    max: max > 0 ? max : undefined,
    grpcMax,
    grpcOffset: durationMs(maxStreamDuration?.grpcTimeoutHeaderOffset, 0),
    announce: maxStreamDuration !== undefined,
  }
}
