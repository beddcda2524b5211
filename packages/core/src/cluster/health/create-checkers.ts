import type { HealthCheck } from '../../config/health-check.ts'
import { ConfigError } from '../../schema/config-error.ts'
import type { Transport } from '../transport.ts'
import type { Check } from './check.ts'
import { GrpcCheck } from './grpc-check.ts'
import { type CheckerOwner, HealthChecker } from './health-checker.ts'
import { HttpCheck } from './http-check.ts'
import { TcpCheck } from './tcp-check.ts'

/**
 * The health checkers of an upstream; a host has to pass all of them.
 *
 * @throws {@link ConfigError} for checks that the transport cannot make
 */
export function createCheckers(
  owner: CheckerOwner,
  configs: readonly HealthCheck[],
  transport: Transport,
): readonly HealthChecker[] {
  return configs.map((config, index) => {
    const check = checkOf(config, owner.name, transport, index)
    return new HealthChecker(owner, config, check, transport)
  })
}

function checkOf(config: HealthCheck, upstream: string, transport: Transport, index: number): Check {
  const { httpHealthCheck, tcpHealthCheck, grpcHealthCheck } = config
  if (httpHealthCheck !== undefined) return new HttpCheck(httpHealthCheck, upstream, transport)
  if (grpcHealthCheck !== undefined) return new GrpcCheck(grpcHealthCheck, upstream, transport)
  const probe = transport.probe?.bind(transport)
  if (tcpHealthCheck !== undefined && probe !== undefined) return new TcpCheck(tcpHealthCheck, probe)
  const path = `upstreams[${upstream}].healthChecks[${index}].tcpHealthCheck`
  const message = 'the transport cannot make connections for TCP health checks'
  const fix = 'use the transport of @headgate/undici, or give yours a method `probe`'
  throw new ConfigError([{ severity: 'error', code: 'no-probe', resource: undefined, path, message, fix }])
}
