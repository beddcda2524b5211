import { type ErrorCode, GatewayError } from '../errors.ts'

/** The error for a request that the gateway does not take. The message is for operators. */
export function refuse(code: ErrorCode, message: string): GatewayError {
  return new GatewayError(code, { phase: 'request', side: 'client', message })
}
