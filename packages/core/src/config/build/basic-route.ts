import type { RouteFaults } from '../resilience.ts'
import type { RouteConfig } from '../route.ts'
import type { RouteOptions } from '../route-options.ts'
import type { RequestMatch } from '../transformation.ts'
import { addHeaderChanges, type RouteHeaders } from './header-changes.ts'
import { plain } from './plain-value.ts'

/** Fields of a route beside its matchers, its action and its options. */
export type RouteFields = Pick<RouteConfig, 'inheritableMatchers' | 'inheritablePathMatchers' | 'optionsConfigRefs'>

/** Options of which Gloo allows one at a time. */
const alternatives: readonly (readonly (keyof RouteOptions)[])[] = [
  ['prefixRewrite', 'regexRewrite', 'pathTemplateRewrite'],
  ['hostRewrite', 'autoHostRewrite', 'hostRewriteHeader', 'hostRewritePathRegex'],
]

/**
 * A route, with the options that make sense for every action; what `respond` and `redirect` return. Routes are
 * immutable: every method returns a new one, so that a route can be shared and extended in several ways.
 */
export class BasicRoute {
  protected readonly config: RouteConfig

  /** Takes a route in Gloo's JSON shape. */
  constructor(config: RouteConfig) {
    this.config = plain(config)
    Object.freeze(this)
  }

  /** Sets `name`, which logs and `explain` show. */
  name(name: string): this {
    return this.set({ name })
  }

  /** Sets `options.headerManipulation`, after the changes of earlier calls. */
  headers(headers: RouteHeaders): this {
    return this.options({ headerManipulation: addHeaderChanges(this.config.options?.headerManipulation, headers) })
  }

  /** Sets `options.faults`: delays and aborts a share of the requests. */
  faults(faults: RouteFaults): this {
    return this.options({ faults })
  }

  /**
   * Sets `options.stagedTransformations.regular.requestTransforms`: of several, the first whose `matcher` fits the
   * request is used. Other stages stay as they are.
   */
  transform(...transforms: readonly RequestMatch[]): this {
    const stages = this.config.options?.stagedTransformations
    const regular = { ...stages?.regular, requestTransforms: transforms }
    return this.options({ stagedTransformations: { ...stages, regular } })
  }

  /** Sets `options.extensions[name]`: the settings of a filter that headgate does not ship. They are kept as they are. */
  extension(name: string, settings: unknown): this {
    return this.options({ extensions: { ...this.config.options?.extensions, [name]: settings } })
  }

  /**
   * Sets any of Gloo's route options. Those that are set already stay, unless they are among the new ones or, like
   * `prefixRewrite` and `regexRewrite`, cannot stand beside one of them.
   */
  options(options: RouteOptions): this {
    const replaced = alternatives.filter((names) => names.some((name) => options[name] !== undefined)).flat()
    const kept = Object.entries(this.config.options ?? {}).filter(([name]) => !replaced.some((other) => other === name))
    return this.set({ options: { ...Object.fromEntries(kept), ...options } })
  }

  /** Sets fields of the route that are no options: what it inherits, and which shared options it takes. */
  with(fields: RouteFields): this {
    return this.set(fields)
  }

  /** The route as plain data in Gloo's JSON shape, deep-frozen. */
  toJSON(): RouteConfig {
    return this.config
  }

  private set(fields: RouteConfig): this {
    const Same = this.constructor as new (config: RouteConfig) => this
    return new Same({ ...this.config, ...fields })
  }
}
