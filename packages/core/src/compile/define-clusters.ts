import type { ClusterDefinition } from '../cluster/reconcile.ts'
import type { ResourceRef } from '../config/common.ts'
import type { GatewayConfig } from '../config/gateway-config.ts'
import type { SecretConfig } from '../config/secret.ts'
import type { UpstreamConfig } from '../config/upstream.ts'
import { durationMs } from '../schema/duration.ts'
import type { Issue } from '../schema/issue.ts'
import { upstreamKind } from '../schema/upstream-kind.ts'
import type { CompileEnvironment } from './environment.ts'
import { defaultNamespace, type Resources, refKey, resourceKey } from './resources.ts'

type Report = (issue: Issue) => void

/** The upstreams to open, with what they refer to and what the settings say for all of them. */
export function defineClusters(
  config: GatewayConfig,
  resources: Resources,
  { drivers }: CompileEnvironment,
  report: Report,
): ReadonlyMap<string, ClusterDefinition> {
  const definitions = new Map<string, ClusterDefinition>()
  const gloo = config.settings?.gloo
  for (const upstream of config.upstreams ?? []) {
    const key = resourceKey(upstream.metadata)
    const kind = upstreamKind(upstream)
    if (kind === undefined || definitions.has(key)) continue
    if (!drivers.has(kind)) {
      const message = `there is no driver for "${kind}" upstreams`
      const fix = `pass one in the option "drivers"; packages such as @headgate/${kind} bring them`
      const path = `upstreams[${key}].${kind}`
      report({ severity: 'error', code: 'no-driver', resource: resourceOf(upstream), path, message, fix })
    }
    // The breakers of the settings are for upstreams that have none, as a whole (Gloo).
    const circuitBreakers = upstream.circuitBreakers ?? gloo?.circuitBreakers
    definitions.set(key, {
      config: circuitBreakers === undefined ? upstream : { ...upstream, circuitBreakers },
      kind,
      secret: secretOf(upstream.sslConfig?.secretRef, 'sslConfig', upstream, resources, report),
      failoverSecrets: failoverSecrets(upstream, resources, report),
      failoverDnsRate: durationMs(gloo?.failoverUpstreamDnsPollingInterval, undefined),
    })
  }
  return definitions
}

function failoverSecrets(
  upstream: UpstreamConfig,
  resources: Resources,
  report: Report,
): ReadonlyMap<ResourceRef, SecretConfig> {
  const secrets = new Map<ResourceRef, SecretConfig>()
  for (const [priority, { localityEndpoints = [] }] of (upstream.failover?.prioritizedLocalities ?? []).entries()) {
    for (const [locality, { lbEndpoints = [] }] of localityEndpoints.entries()) {
      for (const [index, { upstreamSslConfig }] of lbEndpoints.entries()) {
        const place = `failover.prioritizedLocalities[${priority}].localityEndpoints[${locality}].lbEndpoints[${index}]`
        const ref = upstreamSslConfig?.secretRef
        const secret = secretOf(ref, `${place}.upstreamSslConfig`, upstream, resources, report)
        if (ref !== undefined && secret !== undefined) secrets.set(ref, secret)
      }
    }
  }
  return secrets
}

function secretOf(
  ref: ResourceRef | undefined,
  field: string,
  upstream: UpstreamConfig,
  resources: Resources,
  report: Report,
): SecretConfig | undefined {
  if (ref === undefined) return undefined
  const secret = resources.secrets.get(refKey(ref, upstream.metadata.namespace ?? defaultNamespace))
  if (secret === undefined) {
    const path = `upstreams[${resourceKey(upstream.metadata)}].${field}.secretRef`
    const message = `secret "${ref.name}" not found`
    const resource = resourceOf(upstream)
    report({ severity: 'error', code: 'reference-not-found', resource, path, message, found: ref.name })
  }
  return secret
}

function resourceOf({ metadata }: UpstreamConfig): Issue['resource'] {
  const { name, namespace = defaultNamespace } = metadata
  return { kind: 'Upstream', namespace, name }
}
