import { defaultNamespace, resourceKey } from '../compile/resources.ts'
import type { CompiledListener, CompiledRoute, CompiledVirtualHost, Snapshot } from '../compile/snapshot.ts'
import type { Metadata } from '../config/common.ts'
import type { GatewayConfig } from '../config/gateway-config.ts'
import type { IssueResource } from '../schema/issue.ts'

/** A virtual service on a gateway. */
export interface ServedHost {
  readonly listener: CompiledListener
  readonly virtualHost: CompiledVirtualHost
}

/** Every gateway, and in the place of a hybrid one those that it is made of. */
export function entrances({ listeners }: Snapshot): readonly CompiledListener[] {
  return [...listeners.values()].flatMap((each) => each.hybrid?.map(({ listener }) => listener) ?? [each])
}

/** Every virtual service on every gateway that serves it. */
export function servedHosts(snapshot: Snapshot): readonly ServedHost[] {
  return entrances(snapshot).flatMap((listener) =>
    listener.virtualHosts.map((virtualHost) => ({ listener, virtualHost })),
  )
}

/** A place and the resource that it is in. */
export interface LintPlace {
  readonly resource: IssueResource
  readonly path: string
}

/** Where a route is written: in its own resource, whichever way delegation goes there. */
export function placeOfRoute({ origin }: CompiledRoute, field = ''): LintPlace {
  const path = origin.slice(origin.lastIndexOf(' ') + 1)
  const [, list, namespace = defaultNamespace, name = ''] = /^(\w+)\[([^.\]]*)\.([^\]]*)\]/.exec(path) ?? []
  const kind = list === 'routeTables' ? 'RouteTable' : 'VirtualService'
  return { resource: { kind, namespace, name }, path: field === '' ? path : `${path}.${field}` }
}

/** A resource, or a field of it. */
export function placeOfResource(kind: string, list: keyof GatewayConfig, metadata: Metadata, field = ''): LintPlace {
  const { name, namespace = defaultNamespace } = metadata
  const path = `${list}[${resourceKey(metadata)}]`
  return { resource: { kind, namespace, name }, path: field === '' ? path : `${path}.${field}` }
}
