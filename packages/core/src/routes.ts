import type { CompiledListener, CompiledRoute, CompiledVirtualHost, Target } from './compile/snapshot.ts'
import type { Matcher } from './config/matcher.ts'
import type { RedirectAction, RouteConfig } from './config/route.ts'
import {
  destinationsOf,
  type EffectiveOption,
  type PossibleDestination,
  routeOptions,
  virtualHostOptions,
} from './route-facts.ts'

/** One route as it is served: after delegation, with one of its matchers. */
export interface RouteSummary {
  readonly gateway: string
  /** `namespace.name`. */
  readonly virtualService: string
  readonly domains: readonly string[]
  readonly name: string
  /** Its place in the configuration, through delegation. */
  readonly origin: string
  /** As it is in force, with what it has from the routes that delegate to it. */
  readonly matcher: Matcher
  /** The same in words: `path begins with "/users" and method GET`. */
  readonly match: string
  /** The route as it is in force: all of its matchers, and options with those that it has from above. */
  readonly config: RouteConfig
  readonly action: CompiledRoute['action']['kind']
  /** Where requests go, or what they are answered, in words. */
  readonly target: string
  /** Upstreams by `namespace.name`; none where a header names the upstream, or the route answers by itself. */
  readonly destinations: readonly PossibleDestination[]
  /** What is in force for the route: its own options first, then those of its virtual host. */
  readonly options: readonly EffectiveOption[]
}

/** All routes of all listeners, in the order in which they are tried. */
export function summarizeRoutes(listeners: Iterable<CompiledListener>): readonly RouteSummary[] {
  return [...listeners].flatMap(({ name, virtualHosts }) =>
    virtualHosts.flatMap((virtualHost) =>
      virtualHost.table.entries.map((route) => summarize(name, virtualHost, route)),
    ),
  )
}

function summarize(gateway: string, virtualHost: CompiledVirtualHost, route: CompiledRoute): RouteSummary {
  const { matcher, action, name, origin } = route
  const own = routeOptions(route)
  return {
    gateway,
    virtualService: virtualHost.name,
    domains: virtualHost.domains,
    name,
    origin,
    matcher: matcher.config,
    match: matcher.conditions.map(({ describe }) => describe).join(' and '),
    config: route.config,
    action: action.kind,
    target: describeAction(route),
    destinations: action.kind === 'forward' ? destinationsOf(action.target) : [],
    options: [...own, ...virtualHostOptions(virtualHost, own)],
  }
}

function describeAction({ action, config }: CompiledRoute): string {
  if (action.kind === 'forward') return describeTarget(action.target)
  if (action.kind === 'invalid') return 'the answer for invalid routes'
  if (config.redirectAction !== undefined) return describeRedirect(config.redirectAction)
  const { status, body = '' } = config.directResponseAction ?? {}
  return body === '' ? `${status}` : `${status} ${JSON.stringify(body.length > 40 ? `${body.slice(0, 37)}...` : body)}`
}

function describeTarget(target: Target): string {
  if (target.kind === 'clusterHeader') return `the upstream in header ${target.header}`
  const destinations = destinationsOf(target)
  if (target.kind === 'single') return destinations[0]?.upstream ?? ''
  return destinations.map(({ upstream, share }) => `${upstream} ${Number((share * 100).toFixed(1))} %`).join(', ')
}

function describeRedirect(redirect: RedirectAction): string {
  const { httpsRedirect, hostRedirect, portRedirect, pathRedirect, prefixRewrite, regexRewrite } = redirect
  const parts = [
    httpsRedirect === true && 'https',
    hostRedirect !== undefined && `host ${hostRedirect}`,
    portRedirect !== undefined && `port ${portRedirect}`,
    pathRedirect !== undefined && `path ${pathRedirect}`,
    prefixRewrite !== undefined && `prefix ${prefixRewrite}`,
    regexRewrite !== undefined && `path by ${regexRewrite.pattern.regex}`,
  ]
  return `redirect to ${parts.filter((part) => part !== false).join(', ') || 'the same place'}`
}
