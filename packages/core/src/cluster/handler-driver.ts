import type { UpstreamConfig } from '../config/upstream.ts'
import type { HandlerContext, HeadersLike, RequestLike, ResponseLike } from '../config/upstream-handler.ts'
import { GatewayError } from '../errors.ts'
import { HeaderMap } from '../http/headers.ts'
import type { GatewayResponse } from '../http/message.ts'
import type { UpstreamCall, UpstreamDriver } from './driver.ts'

/** The platform's fetch classes, looked up when first needed: core is compiled without their types. */
interface FetchPlatform {
  readonly Request: new (url: string, init: object) => RequestLike
  readonly Headers: new () => HeadersLike & { append(name: string, value: string): void }
}

type Handler = (request: RequestLike, context: HandlerContext) => ResponseLike | Promise<ResponseLike>

/** `upstream.handler`: a function in this process that takes a web `Request` and gives a web `Response`. */
export const handlerDriver: UpstreamDriver = {
  kind: 'handler',
  open(config: UpstreamConfig, { name }) {
    const handler = config.handler as unknown as Handler
    return {
      send(call, receiver) {
        const abort = new AbortController()
        run(handler, call, name, abort.signal).then(
          (response) => receiver.onResponse(response),
          (cause: unknown) => {
            const message = `the handler of ${name} failed: ${String(cause)}`
            const facts = { phase: 'wait', side: 'upstream', upstream: name, cause, message } as const
            receiver.onFailure(new GatewayError('handlerFailure', facts))
          },
        )
        return { cancel: (reason) => abort.abort(reason) }
      },
    }
  },
}

async function run(
  handler: Handler,
  call: UpstreamCall,
  upstream: string,
  signal: AbortSignal,
): Promise<GatewayResponse> {
  const response = await handler(toRequest(call, signal), { upstream, params: decoded(call.context.params) })
  const headers = new HeaderMap(response.headers)
  return { status: response.status, headers, body: response.body }
}

function toRequest({ request, context }: UpstreamCall, signal: AbortSignal): RequestLike {
  const { Request, Headers } = globalThis as unknown as FetchPlatform
  const { method, target, body } = request
  const headers = new Headers()
  for (const [name, value] of request.headers) headers.append(name, value)
  const scheme = context.request.client.secure ? 'https' : 'http'
  const url = `${scheme}://${request.headers.get('host') || 'localhost'}${target}`
  // A fetch Request cannot carry a body with GET or HEAD.
  const carried = body !== null && method !== 'GET' && method !== 'HEAD' ? { body, duplex: 'half' } : {}
  return new Request(url, { method, headers, signal, ...carried })
}

function decoded(params: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, decode(value)]))
}

/** A parameter with a malformed escape is passed on as it is. */
function decode(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}
