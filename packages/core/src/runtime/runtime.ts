import type { Clock } from './clock.ts'
import type { Random } from './random.ts'

/** Everything the core takes from outside. */
export interface Runtime {
  readonly clock: Clock
  readonly random: Random
  /** Makes `x-request-id` values. */
  readonly requestId: () => string
  /** The value of an environment variable, for `%ENVIRONMENT(X)%` and `env()`; read when configuration is compiled. */
  readonly environment: (name: string) => string | undefined
  /** Diagnostics for operators: configuration swaps, failures in hooks, ejections. Never one per request. */
  report(event: RuntimeEvent): void
}

/** Something an operator may want to know. */
export type RuntimeEvent =
  | { readonly type: 'snapshot'; readonly revision: number; readonly warnings: number }
  | { readonly type: 'update-rejected'; readonly revision: number; readonly errors: number }
  | { readonly type: 'hook-failed'; readonly hook: string; readonly error: unknown }
  | { readonly type: 'internal-error'; readonly error: unknown }
