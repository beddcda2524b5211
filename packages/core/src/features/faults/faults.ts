import type { RouteAbort, RouteDelay, RouteFaults } from '../../config/resilience.ts'
import type { RequestContext } from '../../context.ts'
import { errors, GatewayError } from '../../errors.ts'
import { defineFilter } from '../../filter/filter.ts'
import { textReply } from '../../http/local-reply.ts'
import type { GatewayResponse } from '../../http/message.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { Random } from '../../runtime/random.ts'
import { durationMs } from '../../schema/duration.ts'

/**
 * Gloo's `faults`: makes a share of the requests of a route wait, and answers a share of them itself. A delay comes
 * before an abort; which requests they hit is decided for each of the two.
 */
export const faults = defineFilter<RouteFaults>({
  name: 'faults',
  stage: 'fault',
  configure({ route }) {
    const { abort, delay } = route.faults ?? {}
    return (abort?.percentage ?? 0) > 0 || (delay?.percentage ?? 0) > 0 ? route.faults : undefined
  },
  create({ abort, delay }, { clock, random }) {
    return {
      onRequest(context) {
        if (delay === undefined || !hits(delay, random)) return aborted(context, abort, random)
        context.addResponseFlag('DI')
        const { signal } = context
        return wait(durationMs(delay.fixedDelay, 0), clock, signal).then(() =>
          signal.aborted ? undefined : aborted(context, abort, random),
        )
      },
    }
  },
})

function hits({ percentage = 0 }: RouteAbort | RouteDelay, random: Random): boolean {
  return random() * 100 < percentage
}

function aborted(context: RequestContext, abort: RouteAbort | undefined, random: Random): GatewayResponse | undefined {
  if (abort === undefined || !hits(abort, random)) return undefined
  context.flag(new GatewayError('faultAbort', { phase: 'filter', side: 'gateway' }))
  return textReply(abort.httpStatus, errors.faultAbort.body, context.request)
}

/** Resolves after that many milliseconds, or when there is nobody left to wait for it. */
function wait(milliseconds: number, clock: Clock, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      cancel()
      signal.removeEventListener('abort', done)
      resolve()
    }
    const cancel = clock.after(milliseconds, done)
    signal.addEventListener('abort', done, { once: true })
  })
}
