import type { Clock } from './clock.ts'
import type { Random } from './random.ts'
import type { Resolver } from './resolver.ts'

/** Everything the core takes from outside. */
export interface Runtime {
  readonly clock: Clock
  readonly random: Random
  /** Makes `x-request-id` values. */
  readonly requestId: () => string
  /** The value of an environment variable, for `%ENVIRONMENT(X)%` and `env()`; read when configuration is compiled. */
  readonly environment: (name: string) => string | undefined
  /** Finds the addresses of host names; without one the transport does, when it connects. */
  readonly resolver?: Resolver | undefined
  /** Diagnostics for operators: configuration swaps, failures in hooks, ejections. Never one per request. */
  report(event: RuntimeEvent): void
}

/** Something an operator may want to know. */
export type RuntimeEvent =
  | { readonly type: 'snapshot'; readonly revision: number; readonly warnings: number }
  | { readonly type: 'update-rejected'; readonly revision: number; readonly errors: number }
  | { readonly type: 'hook-failed'; readonly hook: string; readonly error: unknown }
  | { readonly type: 'internal-error'; readonly error: unknown }
  /** Outlier detection has taken a host out of use for that many milliseconds. */
  | {
      readonly type: 'ejected'
      readonly upstream: string
      readonly address: string
      readonly reason: string
      readonly milliseconds: number
    }
  | { readonly type: 'unejected'; readonly upstream: string; readonly address: string }
  /** Health checks have found that a host is well, or is not. */
  | {
      readonly type: 'health'
      readonly upstream: string
      readonly address: string
      readonly healthy: boolean
      readonly reason: string
    }
  /** A host name could not be looked up; the addresses that were known stay in use. Told once until it works again. */
  | {
      readonly type: 'resolve-failed'
      readonly upstream: string
      readonly hostname: string
      readonly error: unknown
    }
  /** A message before or after a transformation that logs: `logRequestResponseInfo`. The one event that comes per request. */
  | {
      readonly type: 'transformation'
      /** Where the route stands. */
      readonly route: string
      /** Where the transformation stands, below its level. */
      readonly transformation: string
      readonly side: 'request' | 'response'
      readonly moment: 'before' | 'after'
      readonly headers: readonly (readonly [name: string, value: string])[]
      /** Undefined where the body streams past. */
      readonly body: string | undefined
    }
