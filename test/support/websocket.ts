import { createHash } from 'node:crypto'
import { expect } from 'vitest'
import { type Step, write } from './raw-script.ts'
import { get, type RunningGateway, type throughOrigin } from './running-gateway.ts'
import { until } from './wait.ts'

export const key = 'dGhlIHNhbXBsZSBub25jZQ=='
export const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
export const asks = [
  'Connection: Upgrade',
  'Upgrade: websocket',
  `Sec-WebSocket-Key: ${key}`,
  'Sec-WebSocket-Version: 13',
] as const
export const handshake = get('/chat?room=1', ...asks)
export const agreed = [
  'HTTP/1.1 101 Switching Protocols',
  'Upgrade: websocket',
  'Connection: Upgrade',
  `Sec-WebSocket-Accept: ${accept}`,
]
export const switching = (...lines: readonly string[]): Step => write(`${[...agreed, ...lines].join('\r\n')}\r\n\r\n`)

/** Sends back what comes behind the request. */
export const echo: Step = (socket) => {
  socket.on('data', (chunk) => socket.write(chunk))
}

/** What came in behind the first empty line. */
export function behindHead({ received }: { readonly received: Buffer }): string {
  return received.toString('latin1').split('\r\n\r\n').slice(1).join('\r\n\r\n')
}

export function busy({ gateway }: Pick<RunningGateway, 'gateway'>): number {
  return gateway
    .clusters()
    .flatMap(({ hosts }) => hosts)
    .reduce((sum, { active }) => sum + active, 0)
}

/** Everything is let go of: the exchange is logged once, nothing is counted, both connections are closed. */
export async function over(running: Awaited<ReturnType<typeof throughOrigin>>): Promise<void> {
  await until(() => running.exchanges.length > 0 && running.origin.openConnections === 0, { what: 'the end' })
  expect(running.exchanges).toHaveLength(1)
  expect(busy(running)).toBe(0)
}
