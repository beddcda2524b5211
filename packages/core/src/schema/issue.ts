import type { SourceLocation } from '../config/source.ts'

/** Every kind of finding the checker has, with what it means. Codes are never reused; docs/errors.md lists them. */
export const schemaIssueCodes = {
  'wrong-type': 'The value has another type than the field.',
  required: 'A field that must be set is missing.',
  'unknown-field': 'The message has no such field.',
  'duplicate-field': 'One field is written twice, in camelCase and in snake_case.',
  'forbidden-key': 'A key that JavaScript gives a meaning of its own, such as `__proto__`.',
  'unknown-value': 'The value is not one of the names the field knows.',
  'out-of-range': 'A number, duration or list is smaller or larger than allowed.',
  'invalid-duration': 'The text is not a duration.',
  'invalid-format': 'The text does not have the form the field asks for.',
  'invalid-path': 'A path, prefix, redirect or rewrite contains what a request path cannot contain.',
  'invalid-path-template': 'A path template is malformed, or names a parameter that is not there.',
  'invalid-header-name': 'Not the name of a header that may be used here.',
  'invalid-header-value': 'A header value with a line break or a NUL.',
  'oneof-missing': 'One of several fields must be set, and none is.',
  'oneof-conflict': 'Of several fields only one may be set, and more are.',
  'invalid-weights': 'The weights of a list of destinations do not add up to at least 1.',
  'invalid-selector': 'A selector that cannot select as it stands.',
  'invalid-host': 'Not a host name, an IP address or a block of addresses.',
  'invalid-extractor': 'The fields of an extractor do not fit its mode.',
  'invalid-merge-keys': '`mergeJsonKeys` together with what it cannot be combined with.',
  'inconsistent-values': 'Two fields contradict each other.',
  'not-allowed-here': 'The field has no place on a resource like this.',
  'duplicate-entry': 'Something that may occur once in a list occurs again.',
  'duplicate-resource': 'Two resources of one kind have the same name.',
  'no-effect': 'The setting is accepted and does nothing.',
  'not-implemented': 'The option is known and will be implemented.',
  'not-supported': 'The option is known and will not be implemented.',
} as const satisfies Record<string, string>

/** Names one kind of finding. */
export type SchemaIssueCode = keyof typeof schemaIssueCodes

/** The resource that a finding is about. */
export interface IssueResource {
  /** Kind as in Kubernetes: `VirtualService`. */
  readonly kind: string
  readonly namespace: string
  readonly name: string
}

/** One finding about the configuration. */
export interface Issue {
  /** A resource with an error cannot be served; a warning is only to be known. */
  readonly severity: 'error' | 'warning'
  readonly code: string
  readonly resource: IssueResource | undefined
  /** Where it is: `virtualServices[default.api].virtualHost.routes[2].routeAction.single`. */
  readonly path: string
  /** Where that was read from, for configurations out of files. */
  readonly location?: SourceLocation
  /** A sentence without the path. */
  readonly message: string
  /** What is there. Never the value of a secret. */
  readonly found?: string
  /** What could be there. */
  readonly expected?: string
  /** What to do about it. */
  readonly fix?: string
}
