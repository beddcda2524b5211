import type { GatewayRequest, GatewayResponse, HeaderMap } from '@headgate/core'
import { joinBytes } from './bytes.ts'
import { pipeBody } from './pipe-body.ts'
import { type RequestInit, request } from './request.ts'

/** The part of a gateway that {@link send} needs. */
export interface Answering {
  handle(request: GatewayRequest, options?: { readonly gateway?: string }): Promise<GatewayResponse>
}

/** What {@link send} takes beyond the target. */
export interface SendInit extends RequestInit {
  /** Name of the Gateway resource that the request comes in on. Default: the gateway's own choice. */
  readonly gateway?: string
}

/** A response whose body was read to its end. */
export interface Reply {
  readonly status: number
  readonly headers: HeaderMap
  readonly bytes: Uint8Array
  /** {@link Reply.bytes} as UTF-8. */
  readonly text: string
  readonly trailers: HeaderMap | undefined
  /** What broke the body off; not there when the body is complete. */
  readonly broken?: unknown
  /** @throws SyntaxError When the body is not JSON. */
  json(): unknown
}

/**
 * Sends a request through the whole gateway, without a socket, and reads the response to its end. A body that breaks
 * off is no exception: the reply has what came before, and {@link Reply.broken}.
 *
 * @example
 * expect(await send(gateway, 'POST /users', { body: 'Ada' })).toMatchObject({ status: 201, text: '' })
 */
export async function send(gateway: Answering, target: string | GatewayRequest, init: SendInit = {}): Promise<Reply> {
  const sent = typeof target === 'string' ? request(target, init) : target
  const options = init.gateway === undefined ? undefined : { gateway: init.gateway }
  return readReply(await gateway.handle(sent, options))
}

async function readReply(response: GatewayResponse): Promise<Reply> {
  const { bytes, trailers, ...rest } = await readBody(response)
  const text = new TextDecoder().decode(bytes)
  return {
    status: response.status,
    headers: response.headers,
    bytes,
    text,
    trailers: trailers ?? response.trailers?.(),
    ...rest,
    json: () => JSON.parse(text),
  }
}

interface Read {
  readonly bytes: Uint8Array
  readonly trailers?: HeaderMap | undefined
  readonly broken?: unknown
}

function readBody({ body }: GatewayResponse): Promise<Read> {
  const chunks: Uint8Array[] = []
  return new Promise((resolve) => {
    pipeBody(body, {
      write(chunk) {
        chunks.push(chunk.slice())
        return true
      },
      end: (trailers) => resolve({ bytes: joinBytes(chunks), trailers }),
      fail: (broken) => resolve({ bytes: joinBytes(chunks), broken }),
    })
  })
}
