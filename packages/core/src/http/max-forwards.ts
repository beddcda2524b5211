import type { HeaderMap } from './headers.ts'
import { type GatewayResponse, respond } from './message.ts'

/**
 * Counts `Max-Forwards` down where it counts: TRACE and OPTIONS (RFC 9110, 7.6.2). At 0 the gateway is the last to see
 * the request and answers it: OPTIONS with 200, TRACE with 501, because to echo a request is to give away its secrets.
 */
export function answersItself(method: string, headers: HeaderMap): GatewayResponse | undefined {
  if (method !== 'TRACE' && method !== 'OPTIONS') return undefined
  const value = headers.get('max-forwards')
  if (value === undefined || !/^\d{1,9}$/.test(value)) return undefined
  const left = Number(value)
  if (left === 0) return respond(method === 'OPTIONS' ? 200 : 501)
  headers.set('max-forwards', String(left - 1))
  return undefined
}
