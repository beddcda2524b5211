import type { Finding } from '../schema/finding.ts'
import type { Issue, SchemaIssueCode } from '../schema/issue.ts'
import { nearest } from '../schema/nearest.ts'
import type { FlatRouteOwner } from './flat-route.ts'

/** Every kind of finding about delegation and shared options that the schema has no name for, with what it means. */
export const delegationIssueCodes = {
  'reference-not-found': 'The resource that is referred to does not exist.',
  'route-table-has-errors': 'A route goes on in a route table that has errors.',
  'no-route-table-selected': 'A selector finds no route table.',
  'delegate-target-unspecified': 'A route delegates without saying where to.',
  'delegate-conditions-ignored': 'The matcher of a route that delegates has conditions, but no path to go with them.',
  'delegation-cycle': 'Route tables delegate in a circle.',
  'delegation-too-large': 'Delegation is nested too deep, or goes through too many route tables.',
  'delegated-path-outside-parent': 'The path of a delegated route does not begin with the prefix of its parent.',
  'delegated-case-differs': 'A delegated route and its parent differ in `caseSensitive`.',
  'delegated-header-missing': 'A delegated route lacks a header condition of its parent.',
  'delegated-query-parameter-missing': 'A delegated route lacks a query parameter condition of its parent.',
  'delegated-method-missing': 'A delegated route lacks a method of its parent.',
} as const satisfies Record<string, string>

/** Names one kind of finding. */
type DelegationIssueCode = keyof typeof delegationIssueCodes

/** A finding before it is known which resources it concerns. */
export interface DelegationFinding extends Finding {
  readonly code: DelegationIssueCode | SchemaIssueCode
}

/** Reports a finding on the resource it is about and on all above it, whose traffic it affects just as much. */
export type ReportOnOwners = (owners: readonly FlatRouteOwner[], finding: DelegationFinding) => void

/** Reports a finding once for each resource, even if several branches of the delegation come upon it. */
export function reportOnce(report: (issue: Issue) => void): ReportOnOwners {
  const reported = new Set<string>()
  return (owners, finding) => {
    for (const { kind, namespace, name } of owners) {
      const key = JSON.stringify([kind, namespace, name, finding])
      if (reported.has(key)) continue
      reported.add(key)
      report({ ...finding, resource: { kind, namespace, name } })
    }
  }
}

/** Says that a resource does not exist, and which one may be meant: of the same name elsewhere, or of a similar one. */
export function notFound(what: string, key: string, known: ReadonlyMap<string, unknown>): string {
  const name = key.slice(key.indexOf('.') + 1)
  const keys = [...known.keys()]
  const meant = keys.find((candidate) => candidate.endsWith(`.${name}`)) ?? nearest(key, keys)
  return `${what} "${key}" not found${meant === undefined ? '' : ` (did you mean "${meant}"?)`}`
}
