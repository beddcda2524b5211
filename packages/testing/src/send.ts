import { type Gateway, type GatewayRequest, type GatewayResponse, type HandleOptions, HeaderMap } from '@headgate/core'
import { joinBytes } from './bytes.ts'
import { pipeBody } from './pipe-body.ts'
import { type RequestInit, request } from './request.ts'

/** The part of a gateway that {@link send} needs. */
export type Answering = Pick<Gateway, 'handle'>

/** What {@link send} takes beyond the target. */
export interface SendInit extends RequestInit {
  /** Name of the Gateway resource that the request comes in on. Default: the only one. */
  readonly gateway?: string
  /** Ends the exchange as if the client had gone away. */
  readonly signal?: AbortSignal
}

/** An interim response, such as 103 Early Hints. */
export interface InformationalReply {
  readonly status: number
  readonly headers: HeaderMap
}

/** A response whose body was read to its end. */
export interface Reply {
  /** 0 when there was none, because the client left first. */
  readonly status: number
  readonly headers: HeaderMap
  readonly bytes: Uint8Array
  /** {@link Reply.bytes} as UTF-8. */
  readonly text: string
  readonly trailers: HeaderMap | undefined
  /** Interim responses, in order. */
  readonly informational: readonly InformationalReply[]
  /** What broke the response off; not there when it is complete. */
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
export function send(gateway: Answering, target: string | GatewayRequest, init: SendInit = {}): Promise<Reply> {
  const sent = typeof target === 'string' ? request(target, init) : target
  const { gateway: name, signal } = init
  const informational: InformationalReply[] = []
  const options: HandleOptions = {
    onInformational: (status, headers) => void informational.push({ status, headers }),
    ...(name !== undefined && { gateway: name }),
    ...(signal !== undefined && { signal }),
  }
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = []
    let response: GatewayResponse = { status: 0, headers: new HeaderMap(), body: null }
    const finish = (end: End): void => resolve(makeReply(response, joinBytes(chunks), informational, end))
    signal?.addEventListener('abort', () => finish({ broken: signal.reason }), { once: true })
    gateway
      .handle(sent, options)
      .then((got) => {
        response = got
        pipeBody(got.body, {
          write(chunk) {
            chunks.push(chunk.slice())
            return true
          },
          end: (trailers) => finish({ trailers: trailers ?? got.trailers?.() }),
          fail: (broken) => finish({ broken }),
        })
      })
      .catch(reject)
  })
}

interface End {
  readonly trailers?: HeaderMap | undefined
  readonly broken?: unknown
}

function makeReply(
  { status, headers }: GatewayResponse,
  bytes: Uint8Array,
  informational: readonly InformationalReply[],
  { trailers, ...broken }: End,
): Reply {
  const text = new TextDecoder().decode(bytes)
  return { status, headers, bytes, text, trailers, informational, ...broken, json: () => JSON.parse(text) }
}
