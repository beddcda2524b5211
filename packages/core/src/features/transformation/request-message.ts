import type { RequestContext } from '../../context.ts'
import { isValidAuthority } from '../../http/authority.ts'
import type { GatewayRequest } from '../../http/message.ts'
import { headerValue } from '../../http/pseudo.ts'
import { isRequestTarget, isToken } from '../../http/valid.ts'
import { TransformationFailure } from './failure.ts'
import { Message } from './message.ts'
import type { RouteFacts } from './route-facts.ts'

/** A request while it is transformed. Changes take effect at once: if one fails, the request goes nowhere. */
export class RequestMessage extends Message {
  readonly pseudoHeaders = [':authority', ':method', ':path', ':scheme']
  readonly #request: GatewayRequest

  constructor(context: RequestContext, facts: RouteFacts, streams: boolean) {
    super(context, facts, context.request.headers, streams)
    this.#request = context.request
  }

  /** Gives the request its new body, or the old one back after it was read. */
  finish(): void {
    if (this.streams) return
    const body = this.content.settle(this.headers)
    if (body === undefined) return
    this.headers.delete('trailer')
    this.#request.body = body.length === 0 ? null : body
  }

  protected override pseudo(name: string): string | undefined {
    return headerValue(this.#request, name)
  }

  protected override setPseudo(name: string, value: string): void {
    const request = this.#request
    switch (name) {
      case ':path':
        if (!isRequestTarget(value)) throw invalid('this cannot be sent as a path')
        request.target = value
        break
      case ':method':
        if (!isToken(value)) throw invalid('this is not a method')
        request.method = value
        break
      case ':authority':
      case 'host':
        if (!isValidAuthority(value)) throw invalid('this is not a host')
        request.authority = value
        break
      case ':scheme':
        // The scheme of a request is what this header says.
        if (value === 'http' || value === 'https') this.headers.set('x-forwarded-proto', value)
    }
  }
}

function invalid(message: string): TransformationFailure {
  return new TransformationFailure('invalidOutgoing', message)
}
