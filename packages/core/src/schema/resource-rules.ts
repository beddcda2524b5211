import { resourceKinds } from './gateway-config.ts'
import type { Found } from './normalize.ts'
import { resourceAt, valueAt } from './place.ts'

/** Envoy's limit for bodies of direct responses. */
const defaultBodyLimit = 4096

/** Rules that need the whole configuration, but no reference in it: names, and lengths that a gateway sets. */
export function resourceRules(root: unknown): readonly Found[] {
  return [...duplicateNames(root), ...longBodies(root)]
}

function* duplicateNames(root: unknown): Iterable<Found> {
  for (const kind of Object.keys(resourceKinds)) {
    const seen = new Set<string>()
    for (const index of indexes(valueAt(root, [kind]))) {
      const resource = resourceAt(root, [kind, index])
      if (resource === undefined) continue
      const name = `${resource.namespace}.${resource.name}`
      if (seen.has(name))
        yield {
          severity: 'error',
          code: 'duplicate-resource',
          path: [kind, index, 'metadata', 'name'],
          message: `another ${resource.kind} has the name ${name}`,
          fix: 'give one of them another name or namespace',
        }
      seen.add(name)
    }
  }
}

/** A body that is too long for every gateway; whether it is for one of them, only the compiler can know. */
function* longBodies(root: unknown): Iterable<Found> {
  const gateways = valueAt(root, ['gateways'])
  const limits = indexes(gateways).map((index) => {
    const limit = valueAt(gateways, [index, 'routeOptions', 'maxDirectResponseBodySizeBytes'])
    return typeof limit === 'number' ? limit : defaultBodyLimit
  })
  const limit = limits.length === 0 ? defaultBodyLimit : Math.max(...limits)
  for (const [kind, ...below] of [
    ['virtualServices', 'virtualHost', 'routes'],
    ['routeTables', 'routes'],
  ] as const)
    for (const resource of indexes(valueAt(root, [kind])))
      for (const route of indexes(valueAt(root, [kind, resource, ...below]))) {
        const path = [kind, resource, ...below, route, 'directResponseAction', 'body']
        const body = valueAt(root, path)
        if (typeof body !== 'string') continue
        const length = new TextEncoder().encode(body).length
        if (length > limit)
          yield {
            severity: 'error',
            code: 'out-of-range',
            path,
            message: 'the body of a direct response is too long',
            found: `${length} bytes`,
            expected: `at most ${limit} bytes`,
            fix: 'raise routeOptions.maxDirectResponseBodySizeBytes of the gateway',
          }
      }
}

function indexes(value: unknown): readonly number[] {
  return Array.isArray(value) ? [...value.keys()] : []
}
