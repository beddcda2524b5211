import type { RequestContext } from '../../context.ts'
import { errors, GatewayError } from '../../errors.ts'
import { defineFilter } from '../../filter/filter.ts'
import { textReply } from '../../http/local-reply.ts'
import type { GatewayResponse } from '../../http/message.ts'
import { announcesMore, BodyTooLarge, readBody } from '../../http/read-body.ts'

/**
 * Gloo's `buffer`: reads the whole request before it goes to an upstream; a longer one gets 413. A route's
 * `bufferPerRoute` sets another limit or none, and has no effect without a `buffer` on the gateway.
 */
export const buffer = defineFilter<{ readonly limit: number }>({
  name: 'buffer',
  stage: 'route',
  configure({ listener, virtualHost, route, destination, bufferLimit }) {
    if (listener.buffer === undefined) return undefined
    const own = destination?.bufferPerRoute ?? route.bufferPerRoute ?? virtualHost.bufferPerRoute
    if (own?.disabled === true) return undefined
    const { maxRequestBytes } = own?.buffer ?? listener.buffer
    return { limit: Math.min(maxRequestBytes, bufferLimit) }
  },
  create: ({ limit }) => ({
    onRequest(context) {
      const { request } = context
      const { body } = request
      if (body === null) return undefined
      if (body instanceof Uint8Array) return body.length > limit ? tooLarge(context) : undefined
      if (announcesMore(request.headers, limit)) return tooLarge(context)
      context.askForBody()
      return readBody(body, limit).then(
        ({ bytes, trailers }) => {
          request.body = bytes
          if (trailers !== undefined) request.trailers = () => trailers
          return undefined
        },
        (error: unknown) => {
          if (error instanceof BodyTooLarge) return tooLarge(context)
          throw error
        },
      )
    },
  }),
})

function tooLarge(context: RequestContext): GatewayResponse {
  context.flag(new GatewayError('payloadTooLarge', { phase: 'request', side: 'client' }))
  return textReply(errors.payloadTooLarge.status, errors.payloadTooLarge.body, context.request)
}
