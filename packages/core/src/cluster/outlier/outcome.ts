import type { ErrorCode, GatewayError } from '../../errors.ts'
import type { HeaderMap } from '../../http/headers.ts'

/** Statuses that stand for failures without a response. */
const failures: Partial<Record<ErrorCode, number>> = {
  connectionFailure: 503,
  connectionTimeout: 503,
  tlsFailure: 503,
  dnsFailure: 503,
  connectionTermination: 503,
  remoteReset: 503,
  protocolError: 503,
  upstreamTimeout: 504,
  perTryTimeout: 504,
}

/** HTTP statuses of gRPC's codes, from 0 on (Envoy's mapping). */
const grpcStatuses = [200, 499, 500, 400, 504, 404, 409, 403, 429, 400, 409, 400, 501, 500, 503, 500, 401] as const

/**
 * The status that stands for a failed attempt; undefined for failures that say nothing about the host: the client left,
 * the gateway refused by itself.
 */
export function failureStatus({ code }: GatewayError): number | undefined {
  return failures[code]
}

/** The status of a response; gRPC errors that come instead of a message are in `grpc-status`. */
export function responseStatus(status: number, headers: HeaderMap): number {
  const code = status === 200 ? headers.get('grpc-status') : undefined
  return code === undefined ? status : (grpcStatuses[Number(code)] ?? 500)
}

/** Whether a status says that whoever answered could not reach what is behind it. */
export function isGatewayFailure(status: number): boolean {
  return status === 502 || status === 503 || status === 504
}
