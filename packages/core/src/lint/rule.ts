import type { Resources } from '../compile/resources.ts'
import type { Snapshot } from '../compile/snapshot.ts'
import type { GatewayConfig } from '../config/gateway-config.ts'
import type { IssueResource } from '../schema/issue.ts'

/** Something in a configuration that works and is probably not meant. */
export interface LintFinding {
  /** Names the kind of finding; docs/lint.md has a section for each. */
  readonly code: string
  /** A warning is most likely a mistake; an info may be just as it should be. */
  readonly severity: LintSeverity
  /** The resource to look at. */
  readonly resource: IssueResource | undefined
  /** Where it is: `virtualServices[default.api].virtualHost.routes[2]`. */
  readonly path: string
  readonly message: string
  /** What to do about it. */
  readonly fix?: string
  /** A request that shows it; `explain` says the same about it. */
  readonly witness?: LintWitness
}

export type LintSeverity = 'warning' | 'info'

/** A request as plain data. */
export interface LintWitness {
  /** Name of the Gateway resource that it enters by. */
  readonly gateway: string
  readonly method: string
  readonly host: string
  /** Path and query. */
  readonly target: string
  readonly headers: readonly (readonly [name: string, value: string])[]
}

/** What rules look at. */
export interface LintSubject {
  readonly config: GatewayConfig
  readonly resources: Resources
  readonly snapshot: Snapshot
}

/** Takes what a rule has found. */
export type ReportLint = (finding: Omit<LintFinding, 'code' | 'severity'>) => void

/** One thing to look for. */
export interface LintRule {
  readonly code: string
  readonly severity: LintSeverity
  /** What a finding means, in a sentence. */
  readonly meaning: string
  check(subject: LintSubject, report: ReportLint): void
}
