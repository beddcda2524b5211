import type { HeaderValue, ResourceRef } from './common.ts'

/**
 * Adds and removes headers. At each level removals come first. All levels apply: weighted destination, route, virtual
 * host, and the last one has the last word, unless the gateway's `mostSpecificHeaderMutationsWins` turns that round.
 *
 * Source: Gloo `headers.proto`.
 */
export interface HeaderManipulation {
  readonly requestHeadersToAdd?: readonly HeaderValueOption[]
  readonly requestHeadersToRemove?: readonly string[]
  readonly responseHeadersToAdd?: readonly HeaderValueOption[]
  readonly responseHeadersToRemove?: readonly string[]
}

/** A header to add. Exactly one of `header` and `headerSecretRef`. */
export interface HeaderValueOption {
  /** The value may use Envoy's command operators, such as `%DOWNSTREAM_REMOTE_ADDRESS%`; `%%` is a percent sign. */
  readonly header?: HeaderValue
  /** All headers of a header secret. */
  readonly headerSecretRef?: ResourceRef
  /** Whether to keep values that are there already. Default true. */
  readonly append?: boolean
}

/** Changes to request headers before a route is chosen; additions come first. */
export interface EarlyHeaderManipulation {
  readonly headersToAdd?: readonly HeaderValueOption[]
  readonly headersToRemove?: readonly string[]
}
