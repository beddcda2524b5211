import type { GatewayRequest } from './message.ts'

const colon = 0x3a
const slash = 0x2f

/**
 * The value of a header as Envoy's matchers see it: all lines joined by a comma, and the parts of the request line
 * under `:method`, `:path` (with query), `:authority` and `:scheme`.
 *
 * @param name in lower case
 */
export function headerValue(request: GatewayRequest, name: string): string | undefined {
  if (name.charCodeAt(0) !== colon) return request.headers.getJoined(name)
  switch (name) {
    case ':method':
      return request.method
    case ':path':
      // The target of CONNECT is an authority, so that there is no path.
      return request.method === 'CONNECT' && request.target.charCodeAt(0) !== slash ? undefined : request.target
    case ':authority':
      return request.headers.get('host')
    case ':scheme':
      return scheme(request)
    default:
      return undefined
  }
}

/** The scheme a trusted hop or the gateway wrote down in `x-forwarded-proto`, else that of the connection. */
function scheme(request: GatewayRequest): string {
  const forwarded = request.headers.get('x-forwarded-proto')
  if (forwarded === 'http' || forwarded === 'https') return forwarded
  return request.client.secure ? 'https' : 'http'
}
