import type { GatewayConfig, RetryPolicy, RouteOptions } from '@headgate/core'
import { type Answer, type Reply, type SendInit, send } from '@headgate/testing'
import { type InProcess, inProcess, route, simple, upstream } from './in-process.ts'

/** What a {@link forwarding} gateway differs in. */
export interface ForwardingSetup {
  /** Hosts of the upstream. Default: `a`. */
  readonly hosts?: readonly string[]
  readonly config?: Partial<GatewayConfig>
  readonly random?: () => number
}

/** A gateway whose one route has those options, in front of hosts that all give that answer. */
export function forwarding(
  options: RouteOptions,
  answer: Answer,
  { hosts = ['a'], config, random }: ForwardingSetup = {},
): InProcess {
  const base = simple([route('/', 'users', { options })], { upstreams: [upstream('users', ...hosts)] })
  // Only policies draw random numbers.
  const more = { requestId: () => 'id', ...(random && { random }) }
  return inProcess({ ...base, ...config }, { '*': answer }, more)
}

/** Pauses of no time to speak of. */
export const quick = { retryBackOff: { baseInterval: '1ms', maxInterval: '1ms' } } as const

/** The same with a retry policy, whose pauses are short unless it says otherwise. */
export function retrying(
  policy: RetryPolicy,
  answer: Answer,
  { options, ...setup }: ForwardingSetup & { readonly options?: RouteOptions } = {},
): InProcess {
  return forwarding({ ...options, retries: { ...quick, ...policy } }, answer, setup)
}

/** Sends a request and lets 100 milliseconds pass, which is more than quick pauses take. */
export async function sendAndWait({ gateway, clock }: InProcess, target = '/', init: SendInit = {}): Promise<Reply> {
  const reply = send(gateway, target, init)
  await clock.advance(100)
  return reply
}

/** A body that is sent chunk by chunk. */
export async function* chunks(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield new TextEncoder().encode(text)
}
