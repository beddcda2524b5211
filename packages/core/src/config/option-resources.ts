import type { Metadata } from './common.ts'
import type { RouteOptions } from './route-options.ts'
import type { VirtualHostOptions } from './virtual-host-options.ts'

/** Virtual host options that several virtual services share. Source: Gloo `external_options.proto`. */
export interface VirtualHostOptionConfig {
  readonly metadata: Metadata
  readonly options?: VirtualHostOptions
}

/** Route options that several routes share. Source: Gloo `external_options.proto`. */
export interface RouteOptionConfig {
  readonly metadata: Metadata
  readonly options?: RouteOptions
}
