import { flattenRoutes } from '../../packages/core/src/compile/delegate.ts'
import type { FlatRoute } from '../../packages/core/src/compile/flat-route.ts'
import { indexResources } from '../../packages/core/src/compile/resources.ts'
import type { GatewayConfig } from '../../packages/core/src/config/gateway-config.ts'
import type { Matcher } from '../../packages/core/src/config/matcher.ts'
import type { DelegateAction, RouteConfig } from '../../packages/core/src/config/route.ts'
import type { RouteTableConfig } from '../../packages/core/src/config/route-table.ts'
import type { VirtualHost } from '../../packages/core/src/config/virtual-service.ts'
import type { Issue } from '../../packages/core/src/schema/issue.ts'

/** A route that answers with its own name. */
export function answer(name: string, matcher?: Matcher | readonly Matcher[], more: RouteConfig = {}): RouteConfig {
  const matchers = matcher === undefined ? undefined : [matcher].flat()
  return { name, ...(matchers && { matchers }), directResponseAction: { status: 200, body: name }, ...more }
}

/** A route that delegates; a text as target is the name of a table. */
export function delegateTo(target: string | DelegateAction, matcher?: Matcher, more: RouteConfig = {}): RouteConfig {
  const delegateAction = typeof target === 'string' ? { ref: { name: target } } : target
  return { ...(matcher && { matchers: [matcher] }), delegateAction, ...more }
}

/** A table by name, or by namespace and name separated by a dot. */
export function table(
  key: string,
  routes: readonly RouteConfig[],
  { labels, weight }: { readonly labels?: Readonly<Record<string, string>>; readonly weight?: number } = {},
): RouteTableConfig {
  const [name = key, namespace] = key.split('.').toReversed()
  const metadata = { name, ...(namespace && { namespace }), ...(labels && { labels }) }
  return { metadata, routes, ...(weight !== undefined && { weight }) }
}

/** What came of flattening one virtual service. */
export interface Flattened {
  readonly routes: readonly FlatRoute[]
  readonly issues: readonly Issue[]
  /** Names of the routes, in order. */
  readonly names: readonly (string | undefined)[]
}

/** Flattens a virtual service `default.api` together with the other resources. Freezes all of them. */
export function flatten(virtualHost: VirtualHost, others: GatewayConfig = {}): Flattened {
  const virtualService = freeze({ metadata: { name: 'api' }, virtualHost })
  const issues: Issue[] = []
  const report = (issue: Issue): void => {
    issues.push(issue)
  }
  const routes = flattenRoutes(virtualService, indexResources(freeze(others)), report)
  return { routes, issues, names: routes.map(({ config }) => config.name) }
}

/** The resources that were told of a code, in order. */
export function toldOf(code: string, { issues }: Pick<Flattened, 'issues'>): readonly string[] {
  return issues
    .filter((issue) => issue.code === code)
    .map(({ severity, resource }) => `${severity} ${resource?.kind} ${resource?.namespace}.${resource?.name}`)
}

/** Makes an object and everything in it immutable. */
export function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const part of Object.values(value)) freeze(part)
  }
  return value
}
