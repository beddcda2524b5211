import type { GatewayConfig } from '../gateway-config.ts'

export type GatewayInput = GatewayConfig

export function plainConfig(input: GatewayInput): GatewayConfig {
  return input
}
