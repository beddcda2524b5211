import type { HeaderManipulation, HeaderValueOption } from '../config/header-manipulation.ts'
import type { RouteShadowing } from '../config/resilience.ts'

/** The options that refer to other resources. */
export interface HasReferences {
  readonly headerManipulation?: HeaderManipulation
  readonly shadowing?: RouteShadowing
}

/**
 * Completes the references in options. One without a namespace means the namespace of the resource that it is written
 * in, and nobody can tell which that was once options of several resources have been merged.
 */
export function qualifyReferences<O extends HasReferences>(options: O, namespace: string): O {
  const { headerManipulation, shadowing } = options
  return {
    ...options,
    ...(shadowing && { shadowing: { ...shadowing, upstream: { namespace, ...shadowing.upstream } } }),
    ...(headerManipulation && { headerManipulation: qualifyHeaders(headerManipulation, namespace) }),
  }
}

function qualifyHeaders(manipulation: HeaderManipulation, namespace: string): HeaderManipulation {
  const { requestHeadersToAdd, responseHeadersToAdd } = manipulation
  const qualify = (option: HeaderValueOption): HeaderValueOption =>
    option.headerSecretRef ? { ...option, headerSecretRef: { namespace, ...option.headerSecretRef } } : option
  return {
    ...manipulation,
    ...(requestHeadersToAdd && { requestHeadersToAdd: requestHeadersToAdd.map(qualify) }),
    ...(responseHeadersToAdd && { responseHeadersToAdd: responseHeadersToAdd.map(qualify) }),
  }
}
