import type { RouteTableConfig } from '../route-table.ts'
import { metadata, pick, Resource, type ResourceOptions } from './resource.ts'
import type { RouteInput } from './route.ts'

/** A route table in Gloo's JSON shape, in which routes may be values. */
export interface RouteTableInput extends Omit<RouteTableConfig, 'routes'> {
  readonly routes?: readonly RouteInput[]
}

/** What a {@link RouteTable} is made of. */
export interface RouteTableSpec extends ResourceOptions, Omit<RouteTableInput, 'metadata'> {}

/** Routes that other routes delegate to. */
export class RouteTable extends Resource<RouteTableConfig> {
  /** Makes a table in the namespace `default`, unless `spec` names another. */
  constructor(name: string, spec: RouteTableSpec)
  /** Takes a table in Gloo's JSON shape. */
  constructor(config: RouteTableInput)
  constructor(named: string | RouteTableInput, spec: RouteTableSpec = {}) {
    const config =
      typeof named === 'string' ? { metadata: metadata(named, spec), ...pick(spec, 'weight', 'routes') } : named
    // The routes among it become plain in there.
    super(config as RouteTableConfig)
  }

  override get kind(): 'RouteTable' {
    return 'RouteTable'
  }
}
