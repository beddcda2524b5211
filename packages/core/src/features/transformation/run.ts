import type { RequestContext, Verdict } from '../../context.ts'
import type { GatewayError } from '../../errors.ts'
import { discardBody } from '../../http/body.ts'
import { isGrpc, localReply } from '../../http/local-reply.ts'
import type { GatewayResponse } from '../../http/message.ts'
import { announcesMore } from '../../http/read-body.ts'
import { bytesOf } from '../../http/text.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import type { CompiledTransformation } from './compiled.ts'
import { failureOf } from './failure.ts'
import { loadBody } from './load-body.ts'
import { logMessage } from './log.ts'
import { RequestMessage } from './request-message.ts'
import { ResponseMessage } from './response-message.ts'
import type { RouteFacts } from './route-facts.ts'

/** Transforms a request. The verdict is the answer where that fails. */
export function transformRequest(
  transformation: CompiledTransformation,
  context: RequestContext,
  facts: RouteFacts,
  runtime: Runtime,
): Verdict | Promise<Verdict> {
  const { request } = context
  const { body, headers } = request
  const isUpgrade = context.upgrade !== undefined || request.method === 'CONNECT'
  const loads = transformation.body !== 'none' && body !== null && !isUpgrade
  // What follows the head of an upgrade is not HTTP.
  const message = new RequestMessage(context, facts, isUpgrade || (body !== null && !loads))
  const apply = (): undefined | Promise<undefined> => {
    logMessage('before', 'request', message, transformation, runtime)
    return after(transformation.apply(message), () => {
      message.finish()
      logMessage('after', 'request', message, transformation, runtime)
      return undefined
    })
  }
  return attempt(
    () => {
      if (!loads) return apply()
      const options = { wanted: transformation.body, limit: facts.bufferLimit, side: 'request' } as const
      if (!announcesMore(headers, facts.bufferLimit)) context.askForBody()
      return after(loadBody(body, headers, options), (loaded) => {
        message.loadBody(loaded)
        return apply()
      })
    },
    (error) => {
      const failure = failed(error, 'request', transformation, context, runtime)
      return localReply(failure, request)
    },
  )
}

/** Transforms a response. One that cannot be transformed becomes the answer that says so. */
export function transformResponse(
  transformation: CompiledTransformation,
  context: RequestContext,
  response: GatewayResponse,
  facts: RouteFacts,
  runtime: Runtime,
): GatewayResponse | Promise<GatewayResponse> {
  const { body, headers } = response
  const loads = transformation.body !== 'none' && body !== null && !isOpenEnded(response)
  const message = new ResponseMessage(context, response, facts, body !== null && !loads)
  const apply = (): GatewayResponse | Promise<GatewayResponse> => {
    logMessage('before', 'response', message, transformation, runtime)
    return after(transformation.apply(message), () => {
      const transformed = message.finish()
      logMessage('after', 'response', message, transformation, runtime)
      return transformed
    })
  }
  return attempt(
    () => {
      if (!loads) return apply()
      const options = { wanted: transformation.body, limit: facts.bufferLimit, side: 'response' } as const
      return after(loadBody(body, headers, options), (loaded) => {
        message.loadBody(loaded)
        message.trailers = loaded.trailers
        return apply()
      })
    },
    (error) => {
      const failure = failed(error, 'response', transformation, context, runtime)
      discardBody(body)
      return refusal(failure, context, response)
    },
  )
}

/** A stream of events has no end to wait for, and what follows a switch of protocols is not HTTP. */
function isOpenEnded({ status, headers }: GatewayResponse): boolean {
  return status < 200 || headers.get('content-type')?.toLowerCase().startsWith('text/event-stream') === true
}

function failed(
  error: unknown,
  side: 'request' | 'response',
  { place }: CompiledTransformation,
  context: RequestContext,
  { report }: Runtime,
): GatewayError {
  const failure = failureOf(error, side)
  context.flag(failure)
  if (failure.code === 'invalidOutgoing') report({ type: 'hook-failed', hook: place, error: failure })
  return failure
}

const aboutTheBody = [
  'accept-ranges',
  'content-digest',
  'content-encoding',
  'content-md5',
  'content-range',
  'content-type',
  'digest',
  'etag',
  'last-modified',
  'repr-digest',
  'trailer',
]

/** Gloo rewrites a response that it cannot transform: its headers stay but for those about the body. */
function refusal(failure: GatewayError, { request }: RequestContext, response: GatewayResponse): GatewayResponse {
  if (failure.code === 'upstreamBodyBroken' || isGrpc(request)) return localReply(failure, request)
  const headers = response.headers.clone()
  for (const name of aboutTheBody) headers.delete(name)
  const body = bytesOf(failure.reply ?? failure.spec.body)
  headers.set('content-length', String(body.length))
  return { status: failure.spec.status, headers, body: body.length === 0 ? null : body }
}

/** Goes on with a result, at once where it is there. */
function after<T, R>(result: T | Promise<T>, next: (result: T) => R | Promise<R>): R | Promise<R> {
  return result instanceof Promise ? result.then(next) : next(result)
}

function attempt<T>(run: () => T | Promise<T>, fail: (error: unknown) => T): T | Promise<T> {
  try {
    const result = run()
    return result instanceof Promise ? result.catch(fail) : result
  } catch (error) {
    return fail(error)
  }
}
