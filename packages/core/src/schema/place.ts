import type { GatewayConfig } from '../config/gateway-config.ts'
import { resourceKinds } from './gateway-config.ts'
import type { IssueResource } from './issue.ts'
import type { Path } from './normalize.ts'

/** The value at a path; undefined where there is none. */
export function valueAt(root: unknown, path: Path): unknown {
  let value = root
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = (value as Readonly<Record<string | number, unknown>>)[key]
  }
  return value
}

/** Whether one place lies in another, or is it. */
export function isWithin(path: Path, outer: Path): boolean {
  return outer.length <= path.length && outer.every((key, index) => key === path[index])
}

/** The resource that a place belongs to; undefined when it has no name. */
export function resourceAt(root: unknown, path: Path): IssueResource | undefined {
  const [kind] = path
  if (typeof kind !== 'string' || !Object.hasOwn(resourceKinds, kind)) return undefined
  const depth = kind === 'settings' ? 1 : 2
  if (path.length < depth) return undefined
  const metadata = valueAt(root, [...path.slice(0, depth), 'metadata'])
  const name = valueAt(metadata, ['name'])
  if (typeof name !== 'string' || name === '') return undefined
  const namespace = valueAt(metadata, ['namespace'])
  return {
    kind: resourceKinds[kind as keyof GatewayConfig],
    namespace: typeof namespace === 'string' && namespace !== '' ? namespace : 'default',
    name,
  }
}

/** A place as people read it: `virtualServices[default.api].virtualHost.routes[2]`. */
export function printPath(path: Path, resource: IssueResource | undefined): string {
  let text = ''
  path.forEach((key, index) => {
    if (index === 1 && typeof key === 'number' && resource !== undefined)
      text += `[${resource.namespace}.${resource.name}]`
    else if (typeof key === 'number') text += `[${key}]`
    else if (/^[A-Za-z_$][A-Za-z0-9_$]*$/.test(key)) text += text === '' ? key : `.${key}`
    else text += `[${JSON.stringify(key)}]`
  })
  return text
}
