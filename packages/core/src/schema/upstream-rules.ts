import type { UpstreamConfig } from '../config/upstream.ts'
import { addressBits } from './addresses.ts'
import { parseDuration } from './duration.ts'
import { type Rule, rule } from './rule.ts'

/** Settings of HTTP/1 on an upstream that never speaks it. Source: Gloo `upstreamconn` plugin. */
export const oneProtocol: Rule<UpstreamConfig> = rule(
  ['useHttp2', 'protocolSelection', 'connectionConfig'],
  ({ useHttp2, protocolSelection = 'USE_CONFIGURED_PROTOCOL', connectionConfig }, report) => {
    if (
      useHttp2 === true &&
      protocolSelection === 'USE_CONFIGURED_PROTOCOL' &&
      connectionConfig?.http1ProtocolOptions !== undefined
    )
      report({
        code: 'inconsistent-values',
        at: ['connectionConfig', 'http1ProtocolOptions'],
        message: 'the upstream speaks HTTP/2 only',
        fix: 'remove useHttp2, or set protocolSelection to USE_DOWNSTREAM_PROTOCOL',
      })
  },
)

/** gRPC speaks HTTP/2 only, and Envoy refuses a cluster whose health check does and which does not. */
export const grpcChecks: Rule<UpstreamConfig> = rule(['healthChecks', 'useHttp2'], (upstream, report) => {
  const { healthChecks = [], useHttp2 = false } = upstream
  healthChecks.forEach(({ grpcHealthCheck }, index) => {
    if (grpcHealthCheck !== undefined && !useHttp2)
      report({
        code: 'inconsistent-values',
        at: ['healthChecks', index, 'grpcHealthCheck'],
        message: 'gRPC health checks need an upstream that speaks HTTP/2',
        fix: 'set useHttp2 on the upstream',
      })
  })
})

/** Refreshing names is for upstreams with names. Source: Gloo `upstream` translator. */
export const dnsSettings: Rule<UpstreamConfig> = rule(['dnsRefreshRate', 'static'], (upstream, report) => {
  const { dnsRefreshRate } = upstream
  if (dnsRefreshRate === undefined) return
  if ((parseDuration(dnsRefreshRate) ?? 0) < 1)
    report({
      code: 'no-effect',
      severity: 'warning',
      at: ['dnsRefreshRate'],
      message: 'shorter than 1ms, so it is ignored',
      expected: 'at least 1ms',
    })
  else if (!hasNames(upstream))
    report({
      code: 'not-allowed-here',
      at: ['dnsRefreshRate'],
      message: 'the upstream has no host names to look up',
      fix: 'remove dnsRefreshRate',
    })
})

function hasNames({ static: hosts, aws, azure, gcp }: UpstreamConfig): boolean {
  if (aws ?? azure ?? gcp) return true
  return hosts?.hosts.some(({ addr }) => addressBits(addr) === undefined) ?? false
}
