import type { Metadata } from './common.ts'
import type { RouteConfig } from './route.ts'

/** Routes that other routes delegate to. Source: Gloo `route_table.proto`. */
export interface RouteTableConfig {
  readonly metadata: Metadata
  readonly routes?: readonly RouteConfig[]
  /** Order among the tables that one selector finds: lowest first. May be negative. Default 0. */
  readonly weight?: number
}
