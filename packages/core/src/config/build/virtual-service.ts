import type { VirtualHost, VirtualServiceConfig } from '../virtual-service.ts'
import { metadata, pick, Resource, type ResourceOptions } from './resource.ts'
import type { RouteInput } from './route.ts'

/** A virtual host in Gloo's JSON shape, in which routes may be values. */
export interface VirtualHostInput extends Omit<VirtualHost, 'routes'> {
  readonly routes?: readonly RouteInput[]
}

/** A virtual service in Gloo's JSON shape, in which routes may be values. */
export interface VirtualServiceInput extends Omit<VirtualServiceConfig, 'virtualHost'> {
  readonly virtualHost?: VirtualHostInput
}

/** What a {@link VirtualService} is made of: the fields of Gloo's `virtualHost` and those beside it, on one level. */
export interface VirtualServiceSpec
  extends ResourceOptions,
    VirtualHostInput,
    Omit<VirtualServiceConfig, 'metadata' | 'virtualHost'> {}

/** The routes of a set of domains. */
export class VirtualService extends Resource<VirtualServiceConfig> {
  /** Makes a service in the namespace `default`, unless `spec` names another. */
  constructor(name: string, spec: VirtualServiceSpec)
  /** Takes a service in Gloo's JSON shape. */
  constructor(config: VirtualServiceInput)
  constructor(named: string | VirtualServiceInput, spec: VirtualServiceSpec = {}) {
    const config = typeof named === 'string' ? fromSpec(named, spec) : named
    // The routes among it become plain in there.
    super(config as VirtualServiceConfig)
  }

  override get kind(): 'VirtualService' {
    return 'VirtualService'
  }
}

function fromSpec(name: string, spec: VirtualServiceSpec): VirtualServiceInput {
  return {
    metadata: metadata(name, spec),
    ...pick(spec, 'displayName', 'sslConfig'),
    virtualHost: pick(spec, 'domains', 'options', 'optionsConfigRefs', 'routes'),
  }
}
