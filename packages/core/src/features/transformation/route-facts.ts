import type { Json, JsonObject } from '../../config/common.ts'
import type { UpstreamConfig } from '../../config/upstream.ts'
import type { RequestContext } from '../../context.ts'
import type { FilterScope } from '../../filter/filter.ts'

/** What transformations need to know about the route they are on. */
export interface RouteFacts {
  /** Bytes of a body that may be held. */
  readonly bufferLimit: number
  /** What the upstream says about itself: its annotations. */
  readonly clusterMetadata: Readonly<Record<string, Json>>
  /** What the configuration says about the host of the last attempt, by namespace. */
  hostMetadata(context: RequestContext): Readonly<Record<string, JsonObject>> | undefined
  /** The route's spans have a name already. */
  readonly isSpanNamed: boolean
  /** Where the route stands, for debug logs. */
  readonly origin: string
}

const noMetadata = Object.freeze({})

export function routeFacts({ bufferLimit, upstream, route, origin }: FilterScope): RouteFacts {
  const hosts = hostsOf(upstream)
  return {
    bufferLimit: bufferLimit === 0 ? Number.POSITIVE_INFINITY : bufferLimit,
    clusterMetadata: upstream?.metadata.annotations ?? noMetadata,
    hostMetadata: ({ upstreamAddress }) => hosts.get(upstreamAddress),
    isSpanNamed: (route.tracing?.routeDescriptor ?? '') !== '',
    origin,
  }
}

function hostsOf(upstream: UpstreamConfig | undefined): ReadonlyMap<string, Readonly<Record<string, JsonObject>>> {
  const hosts = new Map<string, Readonly<Record<string, JsonObject>>>()
  for (const { addr, port, metadata } of upstream?.static?.hosts ?? []) {
    if (metadata !== undefined) hosts.set(`${addr.includes(':') ? `[${addr}]` : addr}:${port}`, metadata)
  }
  return hosts
}
