import type { HttpListenerOptions } from '../config/listener-options.ts'
import type { VirtualServiceConfig } from '../config/virtual-service.ts'
import type { ClusterRef } from '../forward/plan.ts'
import { flattenRoutes } from './delegate.ts'
import type { CompileEnvironment, Report } from './environment.ts'
import { effectiveVirtualHostOptions } from './options.ts'
import { type Resources, resourceKey } from './resources.ts'
import { compileRoute } from './route.ts'
import type { CompiledRoute, CompiledVirtualHost } from './snapshot.ts'
import { RouteTable } from './table.ts'

/** What all virtual services of a listener are compiled with. */
export interface ListenerScope {
  readonly environment: CompileEnvironment
  readonly resources: Resources
  readonly report: Report
  /** Name of the Gateway resource. */
  readonly listener: string
  readonly options: HttpListenerOptions
  readonly mostSpecificHeaderMutationsWins: boolean
  readonly regexMaxProgramSize: number
  /** The upstreams that routes may name, shared by all routes. */
  cluster(name: string): ClusterRef | undefined
  readonly clusters: ReadonlyMap<string, ClusterRef>
}

/** Flattens delegation and compiles each route. */
export function compileVirtualHost(config: VirtualServiceConfig, scope: ListenerScope): CompiledVirtualHost {
  const options = effectiveVirtualHostOptions(config, scope.resources, scope.report)
  const routes: CompiledRoute[] = []
  for (const flat of flattenRoutes(config, scope.resources, scope.report)) {
    routes.push(...compileRoute(flat, options, scope))
  }
  const domains = config.virtualHost?.domains ?? []
  return {
    name: resourceKey(config.metadata),
    config,
    domains: domains.length === 0 ? ['*'] : domains,
    table: new RouteTable(routes),
  }
}
