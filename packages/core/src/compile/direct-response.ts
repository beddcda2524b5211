import type { DirectResponseAction } from '../config/route.ts'
import { HeaderMap } from '../http/headers.ts'
import { grpcReply, isGrpc } from '../http/local-reply.ts'
import { isBodyless } from '../http/message.ts'
import type { ReportField } from './rewrite.ts'
import type { RespondAction } from './snapshot.ts'

/** Default of the gateway's `routeOptions.maxDirectResponseBodySizeBytes`. */
export const defaultMaxBodySize = 4096

/**
 * Makes a fixed response ready; undefined when its body is too long. A status without a body (204, 304) drops it.
 * Whoever sends the response leaves the body out for HEAD; `content-length` still says how long it would be.
 *
 * Source: Gloo `proxy.proto`, Envoy `sendLocalReply`.
 */
export function compileDirectResponse(
  { status, body = '' }: DirectResponseAction,
  maxBodySize: number,
  report: ReportField,
): RespondAction['respond'] | undefined {
  const encoded = new TextEncoder().encode(body)
  if (encoded.length > maxBodySize) {
    const message = `the body has ${encoded.length} bytes, more than the ${maxBodySize} allowed; the gateway's routeOptions.maxDirectResponseBodySizeBytes raises the limit`
    report('directResponseAction.body', 'body-too-long', message)
    return undefined
  }
  const bytes = encoded.length === 0 || isBodyless(status) ? null : encoded
  const fields = isBodyless(status) ? [] : ['content-length', String(encoded.length)]
  if (bytes !== null) fields.unshift('content-type', 'text/plain')
  return (request) =>
    isGrpc(request) ? grpcReply(status, body) : { status, headers: HeaderMap.fromRaw(fields), body: bytes }
}
