import type { HealthCheckPayload, TcpHealthCheck } from '../../config/health-check.ts'
import type { Endpoint, ProbeExchange, Transport } from '../transport.ts'
import { type Check, type CheckOutcome, healthy, unhealthy } from './check.ts'

/** Asks by connecting and, where that is wanted, by an exchange of bytes. */
export class TcpCheck implements Check {
  readonly #probe: NonNullable<Transport['probe']>
  readonly #exchange: ProbeExchange

  constructor({ send, receive = [] }: TcpHealthCheck, probe: NonNullable<Transport['probe']>) {
    this.#probe = probe
    this.#exchange = { send: send && bytesOf(send), receive: receive.map(bytesOf) }
  }

  run(endpoint: Endpoint, done: (outcome: CheckOutcome) => void): ReturnType<Check['run']> {
    return this.#probe(this.#exchange, endpoint, (error) =>
      done(error === undefined ? healthy : unhealthy(error.message)),
    )
  }
}

function bytesOf({ text }: HealthCheckPayload): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16))
}
