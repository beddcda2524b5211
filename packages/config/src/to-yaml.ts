import { ConfigError, type GatewayConfig, type GatewayInput, plainConfig } from '@headgate/core'
import { stringify } from 'yaml'
import { findingIssue } from './finding.ts'
import { knownKinds } from './kinds.ts'

/** Lines are not folded, nothing is said by aliases, and what YAML 1.1 takes for something else is quoted for Kubernetes. */
const style = { lineWidth: 0, aliasDuplicateObjects: false, compat: 'yaml-1.1', indentSeq: true } as const

/**
 * Writes a configuration as Gloo resources, which `parseYaml` and `kubectl apply` read: one document for each, kind by kind.
 * Secrets are written as they are.
 *
 * @throws ConfigError for what YAML cannot hold: functions, such as those of upstreams that are handlers
 */
export function toYaml(config: GatewayInput): string {
  const plain = plainConfig(config)
  refuseFunctions(plain)
  const documents = [...knownKinds].flatMap(([kind, { apiVersion, list }]) =>
    resourcesIn(plain, list).map(({ metadata, ...spec }) => {
      const named = metadata ?? (kind === 'Settings' ? { name: 'default' } : undefined)
      return stringify({ apiVersion, kind, ...(named !== undefined && { metadata: named }), spec }, style)
    }),
  )
  return documents.join('---\n')
}

type Resource = Readonly<Record<string, unknown>>

function resourcesIn(config: GatewayConfig, list: keyof GatewayConfig): readonly Resource[] {
  const found: unknown = config[list]
  if (found === undefined) return []
  return (Array.isArray(found) ? found : [found]) as readonly Resource[]
}

function refuseFunctions(config: GatewayConfig): void {
  const issues = [...functionsIn(config, '')].map((path) => {
    const fix = 'leave it to the code that makes the gateway'
    return { ...findingIssue({ code: 'not-writable', message: 'a function cannot be written as YAML', fix }), path }
  })
  if (issues.length > 0) throw new ConfigError(issues)
}

function* functionsIn(value: unknown, path: string): Iterable<string> {
  if (typeof value === 'function') yield path
  if (typeof value !== 'object' || value === null) return
  for (const [key, part] of Object.entries(value)) {
    const step = Array.isArray(value) ? `[${key}]` : path === '' ? key : `.${key}`
    yield* functionsIn(part, `${path}${step}`)
  }
}
