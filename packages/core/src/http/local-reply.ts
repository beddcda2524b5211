import type { GatewayError } from '../errors.ts'
import { HeaderMap } from './headers.ts'
import type { GatewayRequest, GatewayResponse } from './message.ts'
import { isBodyless, respond } from './message.ts'

/**
 * The answer to a failed exchange. A gRPC client gets it as gRPC: status 200 and the code in `grpc-status`, because
 * that is where its library looks.
 */
export function localReply(error: GatewayError, request: GatewayRequest | undefined): GatewayResponse {
  const { status } = error.spec
  const body = error.reply ?? error.spec.body
  return textReply(status, body, request, error.spec.grpcStatus)
}

/** An answer of the gateway itself: a status and a text, for gRPC clients in their way. */
export function textReply(
  status: number,
  text: string,
  request: GatewayRequest | undefined,
  grpcCode: number = grpcStatus(status),
): GatewayResponse {
  if (request !== undefined && isGrpc(request)) return grpcReply(status, text, grpcCode)
  return respond(status, isBodyless(status) ? {} : { body: text })
}

/** Whether a request is gRPC: `application/grpc`, with or without a `+` suffix, but not gRPC-Web. */
export function isGrpc(request: GatewayRequest): boolean {
  const type = request.headers.get('content-type')
  return type?.startsWith('application/grpc') === true && (type.length === 16 || type[16] === '+' || type[16] === ';')
}

/** An answer that a gRPC client understands, made of an HTTP status and a text. */
export function grpcReply(status: number, message: string, code: number = grpcStatus(status)): GatewayResponse {
  const headers = new HeaderMap([
    ['content-type', 'application/grpc'],
    ['grpc-status', String(code)],
  ])
  if (message !== '') headers.append('grpc-message', encodeMessage(message))
  return { status: 200, headers, body: null }
}

/** The gRPC status code for an HTTP status, as gRPC's HTTP mapping and Envoy have it. */
function grpcStatus(status: number): number {
  switch (status) {
    case 400:
      return 13 // INTERNAL
    case 401:
      return 16 // UNAUTHENTICATED
    case 403:
      return 7 // PERMISSION_DENIED
    case 404:
      return 12 // UNIMPLEMENTED
    case 429:
    case 502:
    case 503:
    case 504:
      return 14 // UNAVAILABLE
    default:
      return 2 // UNKNOWN
  }
}

/** Percent-encodes what gRPC does not allow in `grpc-message`. */
function encodeMessage(message: string): string {
  let encoded = ''
  for (const byte of new TextEncoder().encode(message)) {
    encoded += byte >= 0x20 && byte <= 0x7e && byte !== 0x25 ? String.fromCharCode(byte) : percent(byte)
  }
  return encoded
}

function percent(byte: number): string {
  return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
}
