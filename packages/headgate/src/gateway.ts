import { Gateway as CoreGateway, type GatewayInput, type GatewayOptions } from '@headgate/core'
import { inja } from '@headgate/inja'
import { systemResolver } from '@headgate/node'
import { UndiciTransport } from '@headgate/undici'

/**
 * A gateway with the defaults filled in: undici carries requests to hosts, the operating system looks host names up,
 * transformations may be written in Inja, and the process's environment is there for `%ENVIRONMENT(X)%`.
 *
 * @throws `ConfigError` with everything that is wrong with the configuration
 */
export class Gateway extends CoreGateway {
  constructor(config: GatewayInput, options: GatewayOptions = {}) {
    super(config, {
      ...options,
      transport: options.transport ?? new UndiciTransport(),
      environment: options.environment ?? ((name) => process.env[name]),
      // Who brings a transport of their own, as tests do, has hosts that nobody else can look up.
      resolver: options.resolver ?? (options.transport === undefined ? systemResolver : undefined),
      templates: [...(options.templates ?? []), inja],
    })
  }
}
