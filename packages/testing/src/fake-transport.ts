import {
  type Clock,
  type Endpoint,
  type ErrorCode,
  systemClock,
  type Transport,
  type UpstreamReceiver,
  type UpstreamRequest,
  type UpstreamStream,
} from '@headgate/core'
import { type Answer, scriptOf } from './answer.ts'
import type { Call } from './call.ts'
import type { Script } from './exchange.ts'
import { endpointName } from './recorded-call.ts'
import { RunningExchange } from './running-exchange.ts'

/** Options of {@link FakeTransport}. */
export interface FakeTransportOptions {
  /** What delays and slow answers wait on; give the gateway the same. Default: the machine's clock. */
  readonly clock?: Clock
}

/**
 * A transport without a network: every endpoint does what a script says, and every call is remembered. Like a network
 * it answers only after `send` has returned, and it reads and writes bodies no faster than the other side takes them.
 *
 * Endpoints are named by address and port (`10.0.0.1:8080`), by address alone, by the same with the host name of the
 * configuration, by upstream (`default.users`), or `*` for all others; the most precise name wins. A call to an
 * endpoint without an answer fails with the code `internal`, see {@link Call.failure}.
 *
 * @example
 * const transport = new FakeTransport({ '10.0.0.1': faults.refuse(), '10.0.0.2:8080': 'Ada', '*': () => 503 })
 */
export class FakeTransport implements Transport {
  /** Every call so far, in order. */
  readonly calls: readonly Call[]
  /** Endpoints that the gateway does not use any more, in order. */
  readonly released: readonly string[]
  readonly #calls: Call[] = []
  readonly #released: string[] = []
  readonly #answers: Map<string, Answer>
  readonly #clock: Clock
  readonly #open = new Set<RunningExchange>()
  readonly #whenIdle: (() => void)[] = []
  #closed = false

  constructor(answers: Readonly<Record<string, Answer>> = {}, options: FakeTransportOptions = {}) {
    this.#answers = new Map(Object.entries(answers))
    this.#clock = options.clock ?? systemClock
    this.calls = this.#calls
    this.released = this.#released
  }

  /** Calls whose response has not come to its end: 0 after a test that left nothing behind. */
  get open(): number {
    return this.#open.size
  }

  /** Whether the gateway closed it. */
  get closed(): boolean {
    return this.#closed
  }

  /** Changes what an endpoint does with the calls that follow. */
  answer(endpoint: string, answer: Answer): this {
    this.#answers.set(endpoint, answer)
    return this
  }

  send(request: UpstreamRequest, endpoint: Endpoint, receiver: UpstreamReceiver): UpstreamStream {
    const exchange = new RunningExchange(request, endpoint, receiver, this.#clock, (over) => {
      this.#open.delete(over)
      if (this.#open.size === 0) for (const idle of this.#whenIdle.splice(0)) idle()
    })
    this.#calls.push(exchange.call)
    this.#open.add(exchange)
    void exchange.run(this.#scriptFor(endpoint))
    return exchange
  }

  release(endpoint: Endpoint): void {
    this.#released.push(endpointName(endpoint))
  }

  /** Waits until no call is open, but no longer than that; then cuts what is left. */
  close(graceMilliseconds: number): Promise<void> {
    this.#closed = true
    if (this.#open.size === 0) return Promise.resolve()
    return new Promise((resolve) => {
      const cancel = this.#clock.after(graceMilliseconds, () => {
        for (const exchange of this.#open) exchange.cut()
      })
      this.#whenIdle.push(() => {
        cancel()
        resolve()
      })
    })
  }

  #scriptFor(endpoint: Endpoint): Script {
    if (this.#closed) return failing('drained', 'the transport is closed')
    const { hostname, port, connection } = endpoint
    const name = endpointName(endpoint)
    for (const key of [name, endpoint.address, `${hostname}:${port}`, hostname, connection.upstream, '*']) {
      const answer = this.#answers.get(key)
      if (answer !== undefined) return scriptOf(answer)
    }
    const known = [...this.#answers.keys()].join(', ')
    return failing(
      'internal',
      `FakeTransport has no answer for ${name} (${connection.upstream}); it has answers for: ${known || 'none'}`,
    )
  }
}

function failing(code: ErrorCode, message: string): Script {
  return {
    play(exchange) {
      throw exchange.error(code, { phase: 'connect', side: 'gateway', message })
    },
  }
}
