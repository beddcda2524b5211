import type { Duration } from '../common.ts'
import type { Matcher } from '../matcher.ts'
import type { RetryPolicy } from '../resilience.ts'
import type { DelegateAction, RedirectAction, RouteConfig } from '../route.ts'
import type { Selector } from '../selector.ts'
import { BasicRoute } from './basic-route.ts'
import {
  destination,
  type ResourceReference,
  type RouteTarget,
  resourceRef,
  type WeightedTarget,
  weightedDestination,
} from './destination.ts'
import { type HeaderCondition, headerMatcher, type QueryCondition, queryMatcher } from './match-conditions.ts'
import type { CapturedParameters, FillablePath } from './path-parameters.ts'
import { plain } from './plain-value.ts'
import type { RouteTable } from './route-table.ts'
import type { Upstream } from './upstream.ts'
import type { UpstreamGroup } from './upstream-group.ts'

/** A route as a value, or in Gloo's JSON shape. */
export type RouteInput = BasicRoute | RouteConfig

/**
 * A route that sends requests to upstreams or route tables.
 *
 * It starts with what it matches, goes on with exactly one action, and ends with options:
 * `Route.prefix('/users').method('GET').to(users).timeout('2s')`.
 *
 * @typeParam Params names of the path parameters that the route's matchers capture
 */
export class Route<Params extends string = string> extends BasicRoute {
  /** Matches paths that start with this text, by `prefix`. No segment boundary is implied: `/a` admits `/abc`. */
  static prefix(prefix: string): PrefixMatch {
    return new PrefixMatch([{ prefix }])
  }

  /** Matches this path and no other, by `exact`. */
  static exact(exact: string): TextMatch<never> {
    return new TextMatch([{ exact }])
  }

  /** Matches paths that are a match for this RE2 expression as a whole, by `regex`. `(?i)` makes it ignore case. */
  static regex(regex: string): RouteMatch<never> {
    return new RouteMatch([{ regex }])
  }

  /** Matches paths of this shape, by `pathTemplate`: `:name` stands for one segment, `*name` at the end for the rest. */
  static path<const Path extends string>(template: Path): TextMatch<CapturedParameters<Path>> {
    return new TextMatch([{ pathTemplate: template }])
  }

  /** Matches CONNECT requests, by `connectMatcher`. */
  static connect(): RouteMatch<never> {
    return new RouteMatch([{ connectMatcher: {} }])
  }

  /** Sets `options.timeout`: how long the whole exchange may take, tries included. `0s` is no limit. Default `15s`. */
  timeout(timeout: Duration): this {
    return this.options({ timeout })
  }

  /** Sets `options.retries`: when and how a failed request is tried again. */
  retries(retries: RetryPolicy): this {
    return this.options({ retries })
  }

  /** Sets `options.shadowing`: copies `percentage` percent of the requests to another upstream and drops its answers. */
  shadow(upstream: ResourceReference<Upstream>, percentage: number): this {
    return this.options({ shadowing: { upstream: resourceRef(upstream), percentage } })
  }

  /**
   * Sets `options.pathTemplateRewrite` where all matchers are `path` ones: the new path, in which `:name` stands for
   * what a matcher captured. Else sets `options.prefixRewrite`, which replaces the matched prefix or, after `exact` and
   * `regex`, the whole path.
   */
  rewrite<const Path extends string>(path: FillablePath<Path, Params>): this {
    const templates = this.config.matchers?.every(({ pathTemplate }) => pathTemplate !== undefined)
    return this.options(templates ? { pathTemplateRewrite: path } : { prefixRewrite: path })
  }

  /** Sets `options.regexRewrite`: replaces every match in the path. `\1` to `\9` insert a capture group. */
  rewriteRegex(pattern: string, substitution: string): this {
    return this.options({ regexRewrite: { pattern: { regex: pattern }, substitution } })
  }

  /** Sets `options.hostRewrite`: the host that the upstream is asked for. */
  rewriteHost(host: string): this {
    return this.options({ hostRewrite: host })
  }

  /** Sets `options.autoHostRewrite`: asks the upstream for the name of the host that was chosen. */
  autoHostRewrite(): this {
    return this.options({ autoHostRewrite: true })
  }
}

/**
 * What a route matches, without an action yet. Conditions add up; those after `or` hold for every alternative before.
 *
 * @typeParam Params names of the path parameters that every alternative captures
 */
export class RouteMatch<Params extends string> {
  protected readonly matchers: readonly Matcher[]

  constructor(matchers: readonly Matcher[]) {
    this.matchers = plain(matchers)
    Object.freeze(this)
  }

  /** Adds to `methods`: the method must be one of them. Upper and lower case differ. */
  method(...methods: readonly string[]): this {
    return this.refine((matcher) => ({ methods: [...(matcher.methods ?? []), ...methods] }))
  }

  /** Adds to `headers`. Without a condition, the header has to be there; an empty text means the same in Gloo. */
  header(name: string, condition: HeaderCondition = { present: true }): this {
    const header = headerMatcher(name, condition)
    return this.refine(({ headers = [] }) => ({ headers: [...headers, header] }))
  }

  /** Adds to `queryParameters`. Without a condition, the parameter has to be there; an empty text means the same in Gloo. */
  query(name: string, condition: QueryCondition = { present: true }): this {
    const parameter = queryMatcher(name, condition)
    return this.refine(({ queryParameters = [] }) => ({ queryParameters: [...queryParameters, parameter] }))
  }

  /** Adds the matchers of another match as alternatives: the route takes what any of them matches. */
  or<Other extends string>(other: RouteMatch<Other>): RouteMatch<Params & Other> {
    return new RouteMatch([...this.matchers, ...other.matchers])
  }

  /** Sends requests to one destination: `routeAction.single`. */
  to(target: RouteTarget): Route<Params> {
    return new Route(this.act({ routeAction: { single: destination(target) } }))
  }

  /** Shares requests out by weight: `routeAction.multi`. */
  split(...shares: readonly WeightedTarget[]): Route<Params> {
    return new Route(this.act({ routeAction: { multi: { destinations: shares.map(weightedDestination) } } }))
  }

  /** Sends requests to an upstream group: `routeAction.upstreamGroup`. */
  toGroup(group: ResourceReference<UpstreamGroup>): Route<Params> {
    return new Route(this.act({ routeAction: { upstreamGroup: resourceRef(group) } }))
  }

  /** Sends requests to the upstream that a header of theirs names, as `<name>_<namespace>`: `routeAction.clusterHeader`. */
  toClusterHeader(header: string): Route<Params> {
    return new Route(this.act({ routeAction: { clusterHeader: header } }))
  }

  /** Answers by itself: `directResponseAction`. */
  respond(status: number, body?: string): BasicRoute {
    return new BasicRoute(this.act({ directResponseAction: { status, ...(body !== undefined && { body }) } }))
  }

  /** Answers with a redirect: `redirectAction`. */
  redirect(redirect: RedirectAction): BasicRoute {
    return new BasicRoute(this.act({ redirectAction: redirect }))
  }

  protected act(action: RouteConfig): RouteConfig {
    return { matchers: this.matchers, ...action }
  }

  protected refine(change: (matcher: Matcher) => Matcher): this {
    const Same = this.constructor as new (matchers: readonly Matcher[]) => this
    return new Same(this.matchers.map((matcher) => ({ ...matcher, ...change(matcher) })))
  }
}

/** A match on a text, in which case may or may not matter. */
export class TextMatch<Params extends string> extends RouteMatch<Params> {
  /** Sets `caseSensitive` to false: upper and lower case are the same in the path. */
  caseInsensitive(): this {
    return this.refine(() => ({ caseSensitive: false }))
  }
}

/** A match on a prefix: what Gloo lets a route delegate with. */
export class PrefixMatch extends TextMatch<never> {
  /** Goes on in one route table, or in all that a selector finds: `delegateAction`. */
  delegate(
    tables: ResourceReference<RouteTable> | Selector,
    settings: Pick<DelegateAction, 'relativePaths'> = {},
  ): Route<never> {
    const target = typeof tables === 'string' || 'name' in tables ? { ref: resourceRef(tables) } : { selector: tables }
    return new Route(this.act({ delegateAction: { ...target, ...settings } }))
  }
}
