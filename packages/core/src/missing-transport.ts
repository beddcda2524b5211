import type { Transport } from './cluster/transport.ts'
import { GatewayError } from './errors.ts'

/** Takes the place of a transport nobody passed, and says so: core has none of its own. */
export const missingTransport: Transport = {
  send(_request, endpoint, receiver) {
    const message = 'no transport: use Gateway from "headgate", or pass one in the option "transport"'
    receiver.onFailure(
      new GatewayError('internal', {
        phase: 'connect',
        side: 'gateway',
        upstream: endpoint.connection.upstream,
        message,
      }),
    )
    return { cancel() {} }
  },
}
