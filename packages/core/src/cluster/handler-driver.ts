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
        run(handler, call, name, abort.signal, () => receiver.onRequestSent()).then(
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
  sent: () => void,
): Promise<GatewayResponse> {
  const response: unknown = await handler(toRequest(call, signal, sent), {
    upstream,
    params: decoded(call.context.params),
  })
  const { status, headers, body } = checked(response)
  return { status, headers: new HeaderMap(headers), body }
}

/** What is no response, or can be read no more, must fail before the client has got a status. */
function checked(response: unknown): ResponseLike {
  if (typeof response !== 'object' || response === null) throw new TypeError(`it returned ${typeof response}`)
  const { status, headers, body, bodyUsed } = response as Partial<ResponseLike> & { readonly bodyUsed?: boolean }
  if (typeof status !== 'number' || !Number.isInteger(status) || status < 200 || status > 599)
    throw new TypeError(`it returned the status ${String(status)}`)
  if (typeof headers !== 'object' || headers === null) throw new TypeError('it returned no headers')
  if (bodyUsed === true || (body as { readonly locked?: boolean } | null)?.locked === true)
    throw new TypeError('it returned a response whose body has been read')
  if (body !== null && typeof body?.[Symbol.asyncIterator] !== 'function')
    throw new TypeError('it returned a body that is no stream of bytes')
  return { status, headers, body }
}

function toRequest({ request, context }: UpstreamCall, signal: AbortSignal, sent: () => void): RequestLike {
  const { Request, Headers } = globalThis as unknown as FetchPlatform
  const { method, target } = request
  const headers = new Headers()
  for (const [name, value] of request.headers) headers.append(name, value)
  const scheme = context.request.client.secure ? 'https' : 'http'
  const url = `${scheme}://${request.headers.get('host') || 'localhost'}${target}`
  if (method === 'GET' || method === 'HEAD') {
    // A fetch Request cannot carry a body with these: there is nothing left to wait for.
    sent()
    return new Request(url, { method, headers, signal })
  }
  const body = request.body === null || request.body instanceof Uint8Array ? request.body : watched(request.body, sent)
  return new Request(url, { method, headers, signal, body, duplex: 'half' })
}

/** The route's timeout runs from the moment the whole request has been read. */
async function* watched(body: AsyncIterable<Uint8Array>, ended: () => void): AsyncGenerator<Uint8Array> {
  yield* body
  ended()
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
