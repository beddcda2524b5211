import type { ClusterDefinition } from '../cluster/reconcile.ts'
import type { GatewayConfig } from '../config/gateway-config.ts'
import { type ConfigSource, sourceOf } from '../config/source.ts'
import type { UpstreamConfig } from '../config/upstream.ts'
import type { ClusterRef } from '../forward/plan.ts'
import { type CheckResult, checkConfig } from '../schema/check.ts'
import { durationMs } from '../schema/duration.ts'
import type { Issue } from '../schema/issue.ts'
import { upstreamKind } from '../schema/upstream-kind.ts'
import type { CompileEnvironment } from './environment.ts'
import { selectListeners } from './gateways.ts'
import { invalidRouteReply } from './invalid-route.ts'
import { IssueList } from './issue-list.ts'
import { compileListener } from './listener.ts'
import { indexResources, type Resources, refKey, resourceKey } from './resources.ts'
import type { CompiledListener, Snapshot } from './snapshot.ts'

/** Gloo's default for `Settings.gloo.regexMaxProgramSize`. */
const defaultRegexProgramSize = 1024

/** A configuration made ready, and everything that was found in it. */
export interface Compiled extends CheckResult {
  readonly snapshot: Snapshot
  /** The upstreams to open for it. */
  readonly definitions: ReadonlyMap<string, ClusterDefinition>
}

/** Checks a configuration and makes a snapshot of it. Pure: nothing is opened, nothing outside is touched. */
export function compile(input: unknown, environment: CompileEnvironment): Compiled {
  const { config, issues: found, dropped } = checkConfig(input)
  const source = sourceOf(input) as ConfigSource<Issue> | undefined
  const issues = new IssueList()
  const report = (issue: Issue): void => issues.report(located(issue, source))
  source?.issues.forEach(issues.report)
  found.forEach(report)
  const resources = indexResources(config, dropped)
  const definitions = defineClusters(config, resources, environment, report)
  const clusters = new Map<string, ClusterRef>()
  for (const [name, { config: upstream }] of definitions) {
    const duration = durationMs(upstream.connectionConfig?.commonHttpProtocolOptions?.maxStreamDuration, 0)
    const maxStreamDuration = duration > 0 ? environment.deadlines.queue(duration) : undefined
    clusters.set(name, { name, cluster: undefined, maxStreamDuration })
  }
  const scope = {
    environment,
    resources,
    report,
    clusters,
    clusterNames: glooClusterNames(resources.upstreams, clusters),
    settings: config.settings ?? {},
    invalidRouteReply: invalidRouteReply(config.settings?.gloo?.invalidConfigPolicy),
    regexMaxProgramSize: config.settings?.gloo?.regexMaxProgramSize ?? defaultRegexProgramSize,
  }
  const listeners = new Map<string, CompiledListener>()
  for (const { name, gateway, virtualServices } of selectListeners(config, resources, report)) {
    listeners.set(name, compileListener(name, gateway, virtualServices, scope))
  }
  const snapshot = { revision: environment.revision, listeners, clusters }
  return { config, dropped, snapshot, definitions, issues: issues.toArray() }
}

function located(issue: Issue, source: ConfigSource | undefined): Issue {
  const location = source?.locate(issue.path)
  return location === undefined ? issue : { ...issue, location }
}

function defineClusters(
  config: GatewayConfig,
  resources: Resources,
  { drivers }: CompileEnvironment,
  report: (issue: Issue) => void,
): ReadonlyMap<string, ClusterDefinition> {
  const definitions = new Map<string, ClusterDefinition>()
  for (const upstream of config.upstreams ?? []) {
    const key = resourceKey(upstream.metadata)
    const kind = upstreamKind(upstream)
    if (kind === undefined || definitions.has(key)) continue
    const { name, namespace = 'default' } = upstream.metadata
    const resource = { kind: 'Upstream', namespace, name }
    if (!drivers.has(kind)) {
      const message = `there is no driver for "${kind}" upstreams`
      const fix = `pass one in the option "drivers"; packages such as @headgate/${kind} bring them`
      report({ severity: 'error', code: 'no-driver', resource, path: `upstreams[${key}].${kind}`, message, fix })
    }
    const ref = upstream.sslConfig?.secretRef
    const secret = ref === undefined ? undefined : resources.secrets.get(refKey(ref, namespace))
    if (ref !== undefined && secret === undefined) {
      const path = `upstreams[${key}].sslConfig.secretRef`
      report({
        severity: 'error',
        code: 'reference-not-found',
        resource,
        path,
        message: `secret "${ref.name}" not found`,
        found: ref.name,
      })
    }
    // The breakers of the settings are for upstreams that have none, as a whole (Gloo).
    const circuitBreakers = upstream.circuitBreakers ?? config.settings?.gloo?.circuitBreakers
    const limited = circuitBreakers === undefined ? upstream : { ...upstream, circuitBreakers }
    definitions.set(key, { config: limited, kind, secret })
  }
  return definitions
}

/** Names by which a `clusterHeader` may call an upstream: Gloo's own `name_namespace`, and `namespace/name`. */
function glooClusterNames(
  upstreams: ReadonlyMap<string, UpstreamConfig>,
  clusters: ReadonlyMap<string, ClusterRef>,
): ReadonlyMap<string, ClusterRef> {
  const names = new Map<string, ClusterRef>()
  for (const [key, { metadata }] of upstreams) {
    const cluster = clusters.get(key)
    const namespace = metadata.namespace ?? 'default'
    if (cluster === undefined) continue
    names.set(`${metadata.name}_${namespace}`, cluster)
    names.set(`${namespace}/${metadata.name}`, cluster)
  }
  return names
}
