import type { HeaderManipulation, HeaderValueOption } from '../header-manipulation.ts'

/** Changes to the headers of one direction. Removals come first, as in Gloo. */
export interface HeaderChanges {
  /** Replaces what is there. Gloo's `append: false`. */
  readonly set?: Readonly<Record<string, string>>
  /** Keeps what is there. */
  readonly append?: Readonly<Record<string, string | readonly string[]>>
  readonly remove?: readonly string[]
}

/** Changes to the headers of requests and responses. Values may use Envoy's command operators; `%%` is a percent sign. */
export interface RouteHeaders {
  readonly request?: HeaderChanges
  readonly response?: HeaderChanges
}

/** Gloo's `headerManipulation` with more changes after those it has. */
export function addHeaderChanges(
  before: HeaderManipulation = {},
  { request, response }: RouteHeaders,
): HeaderManipulation {
  return {
    ...list('requestHeadersToAdd', [...(before.requestHeadersToAdd ?? []), ...additions(request)]),
    ...list('requestHeadersToRemove', [...(before.requestHeadersToRemove ?? []), ...(request?.remove ?? [])]),
    ...list('responseHeadersToAdd', [...(before.responseHeadersToAdd ?? []), ...additions(response)]),
    ...list('responseHeadersToRemove', [...(before.responseHeadersToRemove ?? []), ...(response?.remove ?? [])]),
  }
}

function additions({ set = {}, append = {} }: HeaderChanges = {}): readonly HeaderValueOption[] {
  return [
    ...Object.entries(set).map(([key, value]) => ({ header: { key, value }, append: false })),
    ...Object.entries(append).flatMap(([key, values]) => [values].flat().map((value) => ({ header: { key, value } }))),
  ]
}

function list<Name extends string, T>(name: Name, items: readonly T[]): { readonly [N in Name]?: readonly T[] } {
  return items.length === 0 ? {} : ({ [name]: items } as { readonly [N in Name]: readonly T[] })
}
