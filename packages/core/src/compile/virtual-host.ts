import type { HttpListenerOptions } from '../config/listener-options.ts'
import type { SettingsConfig } from '../config/settings.ts'
import type { VirtualHostOptions } from '../config/virtual-host-options.ts'
import type { VirtualServiceConfig } from '../config/virtual-service.ts'
import { compileHeaderManipulation, type HeaderMutation } from '../forward/header-manipulation.ts'
import type { ClusterRef } from '../forward/plan.ts'
import { flattenRoutes } from './delegate.ts'
import type { CompileEnvironment, Report } from './environment.ts'
import type { InvalidRouteReply } from './invalid-route.ts'
import { effectiveVirtualHostOptions } from './options.ts'
import { defaultNamespace, type Resources, refKey, resourceKey } from './resources.ts'
import { compileRoute } from './route.ts'
import type { CompiledRoute, CompiledVirtualHost } from './snapshot.ts'
import { RouteTable } from './table.ts'

/** What all virtual services of a listener are compiled with. */
export interface ListenerScope {
  readonly environment: CompileEnvironment
  readonly resources: Resources
  readonly report: Report
  readonly options: HttpListenerOptions
  readonly mostSpecificHeaderMutationsWins: boolean
  /** Bytes. */
  readonly maxDirectResponseBodySize: number
  readonly regexMaxProgramSize: number
  readonly settings: SettingsConfig
  /** Bytes of a body that may be held in memory. */
  readonly bufferLimit: number
  /** Set when routes that cannot work are replaced. */
  readonly invalidRouteReply: InvalidRouteReply | undefined
  /** The upstreams that routes may name, shared by all routes. */
  readonly clusters: ReadonlyMap<string, ClusterRef>
  /** The same, by the names that a `clusterHeader` may use. */
  readonly clusterNames: ReadonlyMap<string, ClusterRef>
}

/** What all routes of a virtual host are compiled with. */
export interface VirtualHostScope extends ListenerScope {
  readonly virtualHost: VirtualHostOptions
  readonly virtualHostHeaders: HeaderMutation | undefined
}

/** Flattens delegation and compiles each route. */
export function compileVirtualHost(config: VirtualServiceConfig, scope: ListenerScope): CompiledVirtualHost {
  const options = effectiveVirtualHostOptions(config, scope.resources, scope.report)
  const virtualHostHeaders = headersOf(config, options, scope)
  const routes: CompiledRoute[] = []
  for (const flat of flattenRoutes(config, scope.resources, scope.report)) {
    routes.push(...compileRoute(flat, { ...scope, virtualHost: options, virtualHostHeaders }))
  }
  const domains = config.virtualHost?.domains ?? []
  return {
    name: resourceKey(config.metadata),
    config,
    options,
    domains: domains.length === 0 ? ['*'] : domains,
    table: new RouteTable(routes),
  }
}

function headersOf(
  config: VirtualServiceConfig,
  options: VirtualHostOptions,
  scope: ListenerScope,
): HeaderMutation | undefined {
  const { name, namespace = defaultNamespace } = config.metadata
  const resource = { kind: 'VirtualService', namespace, name }
  return compileHeaderManipulation(
    options.headerManipulation,
    `virtualServices[${resourceKey(config.metadata)}].virtualHost.options.headerManipulation`,
    {
      runtime: scope.environment.runtime,
      secretHeaders: (ref) => scope.resources.secrets.get(refKey(ref, namespace))?.header?.headers,
      report: (finding) => scope.report({ ...finding, resource }),
    },
  )
}
