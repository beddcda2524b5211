import type { GatewayError } from '../errors.ts'

/** Methods that a client may repeat without being asked (RFC 9110, 9.2.2). */
const idempotent: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE'])

/**
 * Whether a request may have met a connection that its upstream was closing as idle at that very moment: it had been
 * used before, and nothing came back. Such a request may be sent again without a policy that says so, if its method
 * may be repeated at all.
 */
export function metStaleConnection(error: GatewayError, method: string): boolean {
  return (
    error.reusedSocket &&
    !error.responseStarted &&
    (error.code === 'connectionTermination' || error.code === 'remoteReset') &&
    idempotent.has(method)
  )
}
