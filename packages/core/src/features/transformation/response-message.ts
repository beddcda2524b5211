import type { RequestContext } from '../../context.ts'
import type { Body } from '../../http/body.ts'
import type { HeaderMap } from '../../http/headers.ts'
import { type GatewayResponse, isBodyless } from '../../http/message.ts'
import { QueueBody } from '../../http/queue-body.ts'
import { TransformationFailure } from './failure.ts'
import { Message } from './message.ts'
import type { RouteFacts } from './route-facts.ts'

/** A response while it is transformed: a draft, so that a failure leaves nothing half done. */
export class ResponseMessage extends Message {
  readonly pseudoHeaders = [':status']
  status: number
  /** Trailer fields that came behind the body. */
  trailers: HeaderMap | undefined = undefined
  readonly #response: GatewayResponse

  constructor(context: RequestContext, response: GatewayResponse, facts: RouteFacts, streams: boolean) {
    super(context, facts, response.headers.clone(), streams)
    this.#response = response
    this.status = response.status
  }

  /** The transformed response. */
  finish(): GatewayResponse {
    const { status, headers } = this
    return { ...this.#response, status, headers, body: this.#body() }
  }

  #body(): Body {
    const before = this.#response.body
    const isHead = this.context.request.method === 'HEAD'
    if (isHead || isBodyless(this.status)) {
      this.content.dropStale(this.headers)
      // Of a body that nobody has made nobody knows the length.
      if (this.content.isReplaced || !isHead) this.headers.delete('content-length')
      // The client may have asked otherwise: a template can write the method, too.
      return isHead && this.content.isReplaced ? (this.content.settle(this.headers) ?? null) : null
    }
    if (this.streams) return before
    const body = this.content.settle(this.headers)
    if (body === undefined) {
      if (before === null && isBodyless(this.#response.status)) this.headers.set('content-length', '0')
      return before
    }
    if (this.trailers !== undefined) return withTrailers(body, this.trailers)
    this.headers.delete('trailer')
    return body.length === 0 ? null : body
  }

  protected override pseudo(name: string): string | undefined {
    return name === ':status' ? String(this.status) : undefined
  }

  protected override setPseudo(name: string, value: string): void {
    if (name !== ':status' || this.#response.status < 200) return
    const status = Number(value)
    if (!/^[2-5]\d\d$/.test(value)) throw new TransformationFailure('invalidOutgoing', 'this is not a status')
    this.status = status
  }
}

/** A body that has been read, with the trailers that came behind it. */
function withTrailers(bytes: Uint8Array, trailers: HeaderMap): Body {
  const body = new QueueBody({ resume() {}, cancel() {} })
  body.write(bytes)
  body.end(trailers)
  return body
}
