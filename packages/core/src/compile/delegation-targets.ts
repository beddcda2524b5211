import type { ResourceRef } from '../config/common.ts'
import type { DelegateAction } from '../config/route.ts'
import type { RouteTableConfig } from '../config/route-table.ts'
import { type DelegationFinding, notFound } from './delegation-issues.ts'
import { type Resources, refKey } from './resources.ts'
import { selects } from './selector.ts'

/**
 * The route tables that a route goes on in: the one that is referred to, or all that a selector finds, in the order of
 * the configuration. Finding none is a warning, so that tables may come later than the routes to them; finding one that
 * has errors is an error.
 *
 * @param owner Namespace of the resource that holds the route.
 * @param path Of the delegateAction, for findings.
 */
export function delegationTargets(
  action: DelegateAction,
  owner: string,
  { routeTables, faultyRouteTables }: Pick<Resources, 'routeTables' | 'faultyRouteTables'>,
  path: string,
  report: (finding: DelegationFinding) => void,
): readonly RouteTableConfig[] {
  const ref = deprecatedRef(action) ?? action.ref
  if (ref !== undefined) {
    const key = refKey(ref, owner)
    const table = routeTables.get(key)
    const place = ref === action.ref ? `${path}.ref` : `${path}.name`
    if (table !== undefined) return [table]
    if (faultyRouteTables.has(key)) report(hasErrors(key, place))
    else
      report({
        severity: 'warning',
        code: 'reference-not-found',
        path: place,
        message: notFound('route table', key, routeTables),
        found: key,
        expected: 'the name of a RouteTable',
      })
    return []
  }
  const { selector } = action
  if (selector === undefined) {
    report({
      severity: 'warning',
      code: 'delegate-target-unspecified',
      path,
      message: 'a delegateAction must name a route table or have a selector',
      expected: 'ref or selector',
    })
    return []
  }
  const selected = [...routeTables.values()].filter(({ metadata }) => selects(selector, metadata, owner))
  const faulty = [...faultyRouteTables].filter(([, metadata]) => selects(selector, metadata, owner))
  for (const [key] of faulty) report(hasErrors(key, `${path}.selector`))
  if (selected.length === 0 && faulty.length === 0)
    report({
      severity: 'warning',
      code: 'no-route-table-selected',
      path: `${path}.selector`,
      message: 'no route table matches the selector',
      expected: `a RouteTable in ${namespacesOf(selector.namespaces, owner)} with matching labels`,
    })
  return selected
}

function hasErrors(key: string, path: string): DelegationFinding {
  return {
    severity: 'error',
    code: 'route-table-has-errors',
    path,
    message: `route table "${key}" has errors`,
    found: key,
    fix: 'mend the route table',
  }
}

/** Gloo's first way to name a table; where it is used, `ref` and `selector` do not count. */
function deprecatedRef({ name = '', namespace = '' }: DelegateAction): ResourceRef | undefined {
  if (name === '' && namespace === '') return undefined
  return namespace === '' ? { name } : { name, namespace }
}

function namespacesOf(namespaces: readonly string[] = [], owner: string): string {
  if (namespaces.includes('*')) return 'any namespace'
  const searched = namespaces.length > 0 ? namespaces : [owner]
  return `${searched.length === 1 ? 'namespace' : 'one of the namespaces'} ${searched.join(', ')}`
}

/** Tables by weight, lowest first; those of one weight stay in their order. Without a weight it is 0. */
export function tablesByWeight(tables: readonly RouteTableConfig[]): readonly (readonly RouteTableConfig[])[] {
  const groups = new Map<number, RouteTableConfig[]>()
  for (const table of tables) {
    const { weight = 0 } = table
    const group = groups.get(weight)
    if (group === undefined) groups.set(weight, [table])
    else group.push(table)
  }
  return [...groups].toSorted(([a], [b]) => a - b).map(([, group]) => group)
}
