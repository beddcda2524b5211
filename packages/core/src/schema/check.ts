import type { Metadata } from '../config/common.ts'
import type { GatewayConfig } from '../config/gateway-config.ts'
import { metadata } from './common.ts'
import { explainIssue, showValue } from './explain-issue.ts'
import { gatewayConfig, resourceKinds } from './gateway-config.ts'
import type { Issue } from './issue.ts'
import { type Found, type Normalized, normalize, type Path } from './normalize.ts'
import { isWithin, printPath, resourceAt, valueAt } from './place.ts'
import { resourceRules } from './resource-rules.ts'

const kinds = Object.keys(resourceKinds)

/** How strictly a configuration is judged. */
export interface CheckOptions {
  /** What using an option that is not implemented is. Default `error`. */
  readonly unsupported?: 'error' | 'warning'
}

/** A configuration and everything that was found in it. */
export interface CheckResult {
  /** The resources without an error, in one form. Nothing of it is shared with the input but functions and opaque settings. */
  readonly config: GatewayConfig
  readonly issues: readonly Issue[]
  /** The resources that are not in {@link config} because of an error, kind by kind in their order. */
  readonly dropped: readonly DroppedResource[]
}

/** A resource that the check has left out. */
export interface DroppedResource {
  /** The list it stood in. */
  readonly list: Exclude<keyof GatewayConfig, 'settings'>
  readonly index: number
  /** Undefined if it is what is wrong. */
  readonly metadata: Metadata | undefined
}

/**
 * Checks a configuration as far as each resource can be judged alone: types, names, values, and rules between the
 * fields of a resource. Collects everything and throws nothing, whatever the input is. References between resources,
 * regular expressions and templates are for the compiler.
 */
export function checkConfig(input: unknown, options: CheckOptions = {}): CheckResult {
  const normalized = normalize(gatewayConfig, input, options.unsupported)
  const { value } = normalized
  const parsed = gatewayConfig.safeParse(value)
  const found = [
    ...normalized.found,
    ...(parsed.error?.issues ?? []).map((issue) => explainIssue(issue, valueAt(value, issue.path as Path))),
    ...resourceRules(value),
  ]
  found.sort((a, b) => order(a.path) - order(b.path) || Number(a.path[1] ?? 0) - Number(b.path[1] ?? 0))
  return { ...withoutErrors(value, found), issues: found.map((one) => issueOf(one, normalized)) }
}

/** Findings come kind by kind and resource by resource; within one they keep the order in which they were made. */
function order([kind]: Path): number {
  return kinds.indexOf(String(kind))
}

function issueOf(found: Found, { value: root, secrets }: Normalized): Issue {
  const { path, message, severity, code, expected, fix } = found
  const resource = resourceAt(root, path)
  const isSecret = secrets.some((secret) => isWithin(path, secret))
  const value = valueAt(root, path)
  const telling = typeof value !== 'object' || code === 'wrong-type' || code === 'unknown-value'
  const shown = found.found ?? (telling ? showValue(value, path, isSecret) : undefined)
  return {
    severity,
    code,
    resource,
    path: printPath(path, resource),
    message,
    ...(shown !== undefined && { found: shown }),
    ...(expected !== undefined && { expected }),
    ...(fix !== undefined && { fix }),
  }
}

/** Leaves out what an error lies in: the resource, the whole kind, or everything. */
function withoutErrors(root: unknown, found: readonly Found[]): Pick<CheckResult, 'config' | 'dropped'> {
  const errors = found.filter(({ severity }) => severity === 'error').map(({ path }) => path)
  if (errors.some((path) => path.length === 0) || typeof root !== 'object' || root === null)
    return { config: {}, dropped: [] }
  const dropped: DroppedResource[] = []
  const kept = Object.entries(root).flatMap(([kind, resources]): [string, unknown][] => {
    const inKind = errors.filter((path) => path[0] === kind)
    if (inKind.length === 0) return [[kind, resources]]
    if (!Array.isArray(resources) || inKind.some((path) => path.length === 1)) return []
    const bad = new Set(inKind.map((path) => path[1]))
    for (const [index, resource] of resources.entries())
      if (bad.has(index)) dropped.push({ list: kind as DroppedResource['list'], index, metadata: metadataOf(resource) })
    return [[kind, resources.filter((_, index) => !bad.has(index))]]
  })
  return { config: Object.fromEntries(kept), dropped }
}

function metadataOf(resource: unknown): Metadata | undefined {
  return metadata.safeParse(valueAt(resource, ['metadata'])).data
}
