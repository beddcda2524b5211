import { createHash } from 'node:crypto'
import type { HeaderMap, UpstreamRequest } from '@headgate/core'

/** What a server appends to the key of a WebSocket handshake before it hashes it (RFC 6455, 1.3). */
const keySuffix = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

/**
 * Why a 101 is no answer to what was asked for; undefined when it is one. Upstreams that leave `Sec-WebSocket-Accept` out
 * are for the client to refuse.
 */
export function switchProblem({ upgrade, headers }: UpstreamRequest, answer: HeaderMap): string | undefined {
  const protocol = answer.get('upgrade')
  if (protocol?.toLowerCase() !== upgrade) return `asked to switch to ${upgrade}, the upstream switched to ${protocol}`
  const accept = answer.get('sec-websocket-accept')
  if (accept === undefined) return undefined
  const key = headers.get('sec-websocket-key') ?? ''
  const expected = createHash('sha1')
    .update(key + keySuffix)
    .digest('base64')
  return accept === expected ? undefined : 'Sec-WebSocket-Accept does not fit the key of the request'
}
