import type { RouteConfig } from '../config/route.ts'

/** A route after delegation: matchers and options are what is in force, nothing refers to a parent any more. */
export interface FlatRoute {
  /** With inherited matchers and merged options; `delegateAction`, `optionsConfigRefs` and inheritance flags are gone. */
  readonly config: RouteConfig
  /** Namespace of the resource that holds the route: that of references without one. */
  readonly namespace: string
  /** Where it came from: `virtualServices[default.api].virtualHost.routes[2] -> routeTables[default.users].routes[0]`. */
  readonly origin: string
  /** The last part of {@link origin}: the path of this route in its own resource, for findings. */
  readonly path: string
  /** The resource that holds the route, and those above it up to the virtual service, nearest first. */
  readonly owners: readonly FlatRouteOwner[]
  /** Which level each top-level option came from, for `explain`: `route`, `RouteOption default.x`, `parent route ...`. */
  readonly optionSources: Readonly<Record<string, string>>
}

export interface FlatRouteOwner {
  readonly kind: 'VirtualService' | 'RouteTable'
  readonly namespace: string
  readonly name: string
}
