import type { Issue, IssueResource, SourceLocation } from '@headgate/core'

/** Every kind of finding that reading files has beyond those of the configuration itself, with what it means. */
export const readIssueCodes = {
  'file-not-found': 'There is no file or folder of that name, or nothing that a pattern finds.',
  'file-unreadable': 'The file cannot be read.',
  'file-too-large': 'The file is larger than a configuration may be.',
  'not-text': 'The file is not UTF-8 text.',
  'no-resources': 'The files hold no resource at all.',
  'extend-failed': 'The function that adds to the configuration of files threw an error.',
  'not-writable': 'The configuration has something in it that YAML cannot hold.',
  'yaml-syntax': 'The text is not YAML.',
  'yaml-version': 'The text asks for another version of YAML than 1.2.',
  'yaml-tag': 'A YAML tag that a configuration has no use for.',
  'yaml-too-deep': 'The text is nested deeper than a configuration may be.',
  'yaml-duplicate-key': 'One key stands twice in the same mapping.',
  'yaml-merge-key': 'A YAML merge key, `<<`.',
  'yaml-alias': 'A YAML alias that stands for itself, or aliases that stand for far too much.',
  'not-a-resource': 'The document is neither a resource nor a configuration.',
  'unknown-kind': 'Gloo has no resource of that kind.',
  'unknown-api-version': 'The kind is known, but not in that API version.',
  'missing-api-version': 'The resource does not say which API it belongs to.',
  'unsupported-kind': 'A kind of Gloo resource that is not supported.',
  'ignored-kind': 'A Kubernetes resource that stands beside the configuration and is left out.',
} as const satisfies Record<string, string>

/** Names one kind of finding. */
export type ReadIssueCode = keyof typeof readIssueCodes

/** What a finding is made of. */
export interface Finding {
  readonly severity?: Issue['severity']
  readonly code: ReadIssueCode | 'unknown-field' | 'wrong-type' | 'required' | 'duplicate-resource'
  readonly message: string
  readonly location?: SourceLocation | undefined
  readonly resource?: IssueResource | undefined
  readonly found?: string | undefined
  readonly expected?: string | undefined
  readonly fix?: string | undefined
}

/** A finding about the text of a configuration; what it is about has no path yet. */
export function findingIssue(finding: Finding): Issue {
  const { severity = 'error', code, message, resource, location, found, expected, fix } = finding
  return {
    severity,
    code,
    resource,
    path: '',
    ...(location !== undefined && { location }),
    message,
    ...(found !== undefined && { found }),
    ...(expected !== undefined && { expected }),
    ...(fix !== undefined && { fix }),
  }
}
