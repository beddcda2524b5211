import type { Issue } from '../schema/issue.ts'
import type { FlatRoute } from './flat-route.ts'

/** An error about a field of a route. */
export function findingOf(
  flat: FlatRoute,
  code: string,
  field: string,
  message: string,
  severity: Issue['severity'] = 'error',
): Issue {
  const owner = flat.owners[0]
  return {
    severity,
    code,
    resource: owner === undefined ? undefined : { kind: owner.kind, namespace: owner.namespace, name: owner.name },
    path: field === '' ? flat.path : `${flat.path}.${field}`,
    message,
  }
}
