import type { ClusterDefinition } from '../cluster/reconcile.ts'
import { type ConfigSource, sourceOf } from '../config/source.ts'
import type { UpstreamConfig } from '../config/upstream.ts'
import type { ClusterRef } from '../forward/plan.ts'
import { type CheckResult, checkConfig } from '../schema/check.ts'
import { durationMs } from '../schema/duration.ts'
import type { Issue } from '../schema/issue.ts'
import { defineClusters } from './define-clusters.ts'
import type { CompileEnvironment } from './environment.ts'
import { selectListeners } from './gateways.ts'
import { hiddenRoutes } from './hidden-routes.ts'
import { invalidRouteReply } from './invalid-route.ts'
import { IssueList } from './issue-list.ts'
import { compileListener } from './listener.ts'
import { indexResources } from './resources.ts'
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
  const warnsOfHiddenRoutes = config.settings?.gateway?.validation?.warnRouteShortCircuiting ?? false
  const listeners = new Map<string, CompiledListener>()
  for (const selected of selectListeners(config, resources, report)) {
    const listener = compileListener(selected, scope)
    listeners.set(selected.name, listener)
    if (warnsOfHiddenRoutes) hiddenRoutes(listener.virtualHosts).forEach(report)
  }
  const snapshot = { revision: environment.revision, listeners, clusters }
  return { config, dropped, snapshot, definitions, issues: issues.toArray() }
}

function located(issue: Issue, source: ConfigSource | undefined): Issue {
  const location = source?.locate(issue.path)
  return location === undefined ? issue : { ...issue, location }
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
