import type { Hash64 } from './hash/word64.ts'

/** What a request asks of the choice of its host. */
export interface PickContext {
  /** Key of the request, from the route's hash policies; undefined lets hash balancers choose at random. */
  readonly hash?: Hash64 | undefined
  /** The labels that the host must have, as `subsetName` writes them. */
  readonly subset?: string | undefined
  /** `address:port` of the host that the request's session is on. Retries may go elsewhere. */
  readonly sessionHost?: string | undefined
  /** Whether no other host will do while the session's cannot be used. */
  readonly strictSession?: boolean | undefined
  /** Priorities that a retry leaves out as long as there are others. */
  readonly avoidPriorities?: readonly number[] | undefined
}
