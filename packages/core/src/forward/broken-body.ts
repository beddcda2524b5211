import { GatewayError } from '../errors.ts'

/** A request that broke off is its sender's failure, however the transport came to know of it. */
export function brokenBody({ phase, upstream, address, bytesSent, cause }: GatewayError): GatewayError {
  return new GatewayError('clientBodyBroken', { phase, side: 'client', upstream, address, bytesSent, cause })
}
