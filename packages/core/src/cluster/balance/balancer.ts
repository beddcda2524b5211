import type { Host } from '../host.ts'

/** Chooses among the hosts of an upstream. Made anew whenever its hosts change. */
export interface LoadBalancer {
  /** A host, avoiding those already tried for this request as long as there are others; undefined when there is none. */
  pick(tried: readonly Host[]): Host | undefined
}
