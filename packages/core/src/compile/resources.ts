import type { Metadata, ResourceRef } from '../config/common.ts'
import type { GatewayConfig } from '../config/gateway-config.ts'
import type { RouteOptionConfig, VirtualHostOptionConfig } from '../config/option-resources.ts'
import type { RouteTableConfig } from '../config/route-table.ts'
import type { SecretConfig } from '../config/secret.ts'
import type { UpstreamConfig } from '../config/upstream.ts'
import type { UpstreamGroupConfig } from '../config/upstream-group.ts'
import type { VirtualServiceConfig } from '../config/virtual-service.ts'
import type { DroppedResource } from '../schema/check.ts'

/** The namespace of a resource that names none. */
export const defaultNamespace = 'default'

/** `namespace.name`, by which everything refers to a resource. */
export function resourceKey(metadata: Metadata): string {
  return `${metadata.namespace ?? defaultNamespace}.${metadata.name}`
}

/** `namespace.name` of a reference made by a resource in `owner`: a missing namespace is the owner's. */
export function refKey(ref: ResourceRef, owner: string): string {
  return `${ref.namespace ?? owner}.${ref.name}`
}

/** The resources of a configuration by kind and key. */
export interface Resources {
  readonly virtualServices: ReadonlyMap<string, VirtualServiceConfig>
  readonly routeTables: ReadonlyMap<string, RouteTableConfig>
  readonly upstreams: ReadonlyMap<string, UpstreamConfig>
  readonly upstreamGroups: ReadonlyMap<string, UpstreamGroupConfig>
  readonly virtualHostOptions: ReadonlyMap<string, VirtualHostOptionConfig>
  readonly routeOptions: ReadonlyMap<string, RouteOptionConfig>
  readonly secrets: ReadonlyMap<string, SecretConfig>
  /** Route tables that are there, but have errors. */
  readonly faultyRouteTables: ReadonlyMap<string, Metadata>
}

/** Indexes a checked configuration; of two resources with one key the first counts (the check reports the second). */
export function indexResources(config: GatewayConfig, dropped: readonly DroppedResource[] = []): Resources {
  const routeTables = byKey(config.routeTables)
  const faulty = dropped.flatMap(({ list, metadata }) =>
    list === 'routeTables' && metadata !== undefined && !routeTables.has(resourceKey(metadata)) ? { metadata } : [],
  )
  return {
    faultyRouteTables: new Map([...byKey(faulty)].map(([key, { metadata }]) => [key, metadata])),
    virtualServices: byKey(config.virtualServices),
    routeTables,
    upstreams: byKey(config.upstreams),
    upstreamGroups: byKey(config.upstreamGroups),
    virtualHostOptions: byKey(config.virtualHostOptions),
    routeOptions: byKey(config.routeOptions),
    secrets: byKey(config.secrets),
  }
}

function byKey<R extends { readonly metadata: Metadata }>(resources: readonly R[] | undefined): ReadonlyMap<string, R> {
  const map = new Map<string, R>()
  for (const resource of resources ?? []) {
    const key = resourceKey(resource.metadata)
    if (!map.has(key)) map.set(key, resource)
  }
  return map
}
