import { type GatewayConfig, type SourceLocation, sourceOf } from '@headgate/core'

/**
 * Where a part of a configuration was read from, or what is nearest around it.
 *
 * @param path such as `virtualServices[default.api].virtualHost.routes[2]`: the `path` of an issue
 * @returns undefined for a configuration, or a resource of it, that comes from no file
 */
export function locate(config: GatewayConfig, path: string): SourceLocation | undefined {
  return sourceOf(config)?.locate(path)
}
